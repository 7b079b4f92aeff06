#include "modules/topology/quadratic_rate.h"

#include <algorithm>
#include <cmath>

namespace consilium::topology {
namespace {

constexpr int kMostQuick = 256;  // sites of which an exact rate takes milliseconds

double WorstVariance(const RandomWalk& walk, double decay) {
  if (walk.modes() && walk.modes()->circulant()) return walk.MeanVariance(decay);
  const std::vector<double> variances = walk.Variances(decay);
  return *std::max_element(variances.begin(), variances.end());
}

// A root of an increasing function between two places of which it is <= 0 and >= 0 (regula falsi
// after Illinois).
template <typename Function>
double Root(const Function& f, double low, double high, double at_low, double at_high) {
  int side = 0;
  for (int step = 0; step < 200 && high - low > 1e-15 * high; ++step) {
    double middle = (low * at_high - high * at_low) / (at_high - at_low);
    if (!(middle > low && middle < high)) middle = (low + high) / 2;
    const double value = f(middle);
    if (value == 0) return middle;
    if (value < 0) {
      low = middle, at_low = value;
      if (side < 0) at_high /= 2;
      side = -1;
    } else {
      high = middle, at_high = value;
      if (side > 0) at_low /= 2;
      side = 1;
    }
  }
  return (low + high) / 2;
}

}  // namespace

double ZetaOf(int dimension, int batch) { return (1.0 + batch + dimension) / batch; }

Status CheckStep(const QuadraticStep& step) {
  if (!(step.zeta >= 1) || !std::isfinite(step.zeta)) {
    return InvalidArgument("zeta {}: expected 1 or more, (1 + batch + dimension) / batch",
                           step.zeta);
  }
  if (step.learning_rate > 0 && step.learning_rate <= 1) return OkStatus();
  return InvalidArgument("learning rate {}: expected more than 0 and at most 1",
                         step.learning_rate);
}

// With rho = 1 - rate, the excess rho - a - b (1 - a / rho) v(a / rho) increases in rho, so there
// is one root, and it is below 1 if the excess at 1 is positive.
std::optional<double> PredictedRate(const RandomWalk& walk, const QuadraticStep& step) {
  const double kept = (1 - step.learning_rate) * (1 - step.learning_rate);
  const double noise = (step.zeta - 1) * step.learning_rate * step.learning_rate;
  const auto excess = [&](double rho) {
    const double decay = std::min(kept / rho, 1 - 1e-15);
    return rho - kept - noise * (1 - decay) * WorstVariance(walk, decay);
  };
  const double at_one = excess(1);
  if (!(at_one > 0)) return std::nullopt;
  const double low = std::max(kept + 0.999 * noise / walk.size(), 1e-300);
  const double at_low = excess(low);
  if (at_low >= 0) return 1 - low;  // no noise
  return 1 - Root(excess, low, 1, at_low, at_one);
}

StatusOr<BestRate> BestLearningRate(const RandomWalk& walk, double zeta, RateFunction rate) {
  RETURN_IF_ERROR(CheckStep({1, zeta}));
  const double n = walk.size();
  const auto of = [&](double eta) { return rate(walk, {eta, zeta}).value_or(-1.0); };
  const double golden = (std::sqrt(5.0) - 1) / 2;
  double low = 0.5 / zeta, high = std::min(1.0, 1.01 * n / (n - 1 + zeta));
  double left = high - golden * (high - low), right = low + golden * (high - low);
  double at_left = of(left), at_right = of(right);
  // Where a rate costs much; two hundredths off the best learning rate it is right to 1e-3.
  const double precision = walk.decomposed() ? 1e-9 : walk.size() > kMostQuick ? 2e-2 : 1e-5;
  while (high - low > precision * high) {
    if (at_left >= at_right) {
      high = right, right = left, at_right = at_left;
      left = high - golden * (high - low), at_left = of(left);
    } else {
      low = left, left = right, at_left = at_right;
      right = low + golden * (high - low), at_right = of(right);
    }
  }
  if (at_left >= at_right) return BestRate{left, at_left};
  return BestRate{right, at_right};
}

}  // namespace consilium::topology
