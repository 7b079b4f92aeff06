#ifndef CONSILIUM_MODULES_OPTIM_RATE_H_
#define CONSILIUM_MODULES_OPTIM_RATE_H_

#include <cstdint>
#include <vector>

namespace consilium::optim {

enum class RateShape { kConstant, kCosine, kStep, kPolynomial };

// A learning rate over `total` steps: a linear rise over the first `warm_up` of them, then
//   constant     peak
//   cosine       half a cosine from peak to floor
//   step         peak, times `factor` from each milestone on, but not below floor
//   polynomial   floor + (peak - floor) (1 - part)^power, part = share of the way behind
struct RateSchedule {
  RateShape shape = RateShape::kConstant;
  double peak = 1e-3;
  double floor = 0;
  int64_t total = 0;
  int64_t warm_up = 0;
  std::vector<int64_t> milestones = {};  // step: in steps from the beginning, warm-up included
  double factor = 0.1;                   // step
  double power = 1;                      // polynomial
};

// For step 0, 1, ...; past the end, the rate of the end.
double RateAt(const RateSchedule& schedule, int64_t step);

}  // namespace consilium::optim

#endif  // CONSILIUM_MODULES_OPTIM_RATE_H_
