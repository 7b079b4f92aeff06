#include "modules/optim/rate.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace consilium::optim {
namespace {

// The share of the way behind, past the warm-up.
double PartOf(const RateSchedule& schedule, int64_t step) {
  const int64_t length = std::max<int64_t>(1, schedule.total - schedule.warm_up);
  const int64_t past = std::min(step - schedule.warm_up, length);
  return static_cast<double>(past) / static_cast<double>(length);
}

double Stepped(const RateSchedule& schedule, int64_t step) {
  double rate = schedule.peak;
  for (const int64_t milestone : schedule.milestones) {
    if (step >= milestone) rate *= schedule.factor;
  }
  return std::max(rate, std::min(schedule.floor, schedule.peak));
}

}  // namespace

double RateAt(const RateSchedule& schedule, int64_t step) {
  if (step < schedule.warm_up) {
    return schedule.peak * static_cast<double>(step + 1) / static_cast<double>(schedule.warm_up);
  }
  const double height = schedule.peak - schedule.floor;
  const double part = PartOf(schedule, step);
  switch (schedule.shape) {
    case RateShape::kCosine:
      return schedule.floor + height * (1 + std::cos(std::numbers::pi * part)) / 2;
    case RateShape::kStep:
      return Stepped(schedule, step);
    case RateShape::kPolynomial:
      return schedule.floor + height * std::pow(1 - part, schedule.power);
    case RateShape::kConstant:
      break;
  }
  return schedule.peak;
}

}  // namespace consilium::optim
