#ifndef CONSILIUM_MODULES_OPTIM_RATE_H_
#define CONSILIUM_MODULES_OPTIM_RATE_H_

#include <cstdint>

namespace consilium {

enum class RateShape { kConstant, kCosine };

// A learning rate over `total` steps: a linear rise over the first `warm_up` of them, then constant
// at `peak` or a half cosine from `peak` to `floor`.
struct RateSchedule {
  RateShape shape = RateShape::kConstant;
  double peak = 1e-3;
  double floor = 0;
  int64_t total = 0;
  int64_t warm_up = 0;
};

// For step 0, 1, ...; past the end, the rate of the end.
double RateAt(const RateSchedule& schedule, int64_t step);

}  // namespace consilium

#endif  // CONSILIUM_MODULES_OPTIM_RATE_H_
