#include "modules/optim/rate.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace consilium {

double RateAt(const RateSchedule& schedule, int64_t step) {
  if (step < schedule.warm_up) {
    return schedule.peak * static_cast<double>(step + 1) / static_cast<double>(schedule.warm_up);
  }
  if (schedule.shape == RateShape::kConstant) return schedule.peak;
  const int64_t length = std::max<int64_t>(1, schedule.total - schedule.warm_up);
  const int64_t past = std::min(step - schedule.warm_up, length);
  const double part = static_cast<double>(past) / static_cast<double>(length);
  return schedule.floor +
         (schedule.peak - schedule.floor) * (1 + std::cos(std::numbers::pi * part)) / 2;
}

}  // namespace consilium
