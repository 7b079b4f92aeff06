#include "modules/modn/own_intercept.h"

#include <algorithm>
#include <cmath>

namespace consilium::modn {
namespace {

constexpr int kMostIterations = 1000;
constexpr double kConverged = 1e-7;

}  // namespace

// Steps of Boehning's bound: the curvature is at most half the number of patients, so that no step
// overshoots.
std::vector<float> FitOwnIntercept(std::span<const float> probabilities,
                                   std::span<const int32_t> labels, int classes, double pull) {
  const auto k = static_cast<size_t>(classes);
  std::vector<float> intercept(k);
  std::vector<float> shifted(k);
  for (int iteration = 0; iteration < kMostIterations; ++iteration) {
    std::vector<double> gradient(k);
    for (size_t c = 0; c < k; ++c) gradient[c] = -pull * intercept[c];
    double known = 0;
    for (size_t i = 0; i < labels.size(); ++i) {
      if (labels[i] < 0) continue;
      ++known;
      std::copy_n(probabilities.begin() + static_cast<ptrdiff_t>(i * k), k, shifted.begin());
      AddIntercept(intercept, shifted);
      for (size_t c = 0; c < k; ++c) gradient[c] -= shifted[c];
      gradient[static_cast<size_t>(labels[i])] += 1;
    }
    if (known == 0) break;
    double largest = 0;
    for (size_t c = 0; c < k; ++c) {
      const double step = gradient[c] / (known / 2 + pull);
      intercept[c] += static_cast<float>(step);
      largest = std::max(largest, std::fabs(step));
    }
    if (largest < kConverged) break;
  }
  return intercept;
}

void AddIntercept(std::span<const float> intercept, std::span<float> probabilities) {
  for (size_t row = 0; row + intercept.size() <= probabilities.size(); row += intercept.size()) {
    double sum = 0;
    for (size_t c = 0; c < intercept.size(); ++c) {
      sum += static_cast<double>(probabilities[row + c]) * std::exp(double{intercept[c]});
    }
    if (!(sum > 0)) continue;
    for (size_t c = 0; c < intercept.size(); ++c) {
      const double scaled =
          static_cast<double>(probabilities[row + c]) * std::exp(double{intercept[c]}) / sum;
      probabilities[row + c] = static_cast<float>(scaled);
    }
  }
}

}  // namespace consilium::modn
