#ifndef CONSILIUM_TESTS_SUPPORT_GRADIENT_CHECK_H_
#define CONSILIUM_TESTS_SUPPORT_GRADIENT_CHECK_H_

#include <cmath>
#include <functional>
#include <span>
#include <vector>

#include "gmock/gmock.h"

namespace consilium::testing {

// Expects `gradient` to be that of `loss` at `at`, by central differences in double precision.
// Piecewise linear parts (ReLU) must not bend within `step` of the point.
inline void ExpectGradient(const std::function<double(std::span<const double>)>& loss,
                           std::span<const double> at, std::span<const double> gradient,
                           double step = 1e-6, double tolerance = 1e-7) {
  ASSERT_EQ(at.size(), gradient.size());
  std::vector<double> x(at.begin(), at.end());
  for (size_t i = 0; i < x.size(); ++i) {
    const double here = x[i];
    x[i] = here + step;
    const double above = loss(x);
    x[i] = here - step;
    const double below = loss(x);
    x[i] = here;
    const double numeric = (above - below) / (2 * step);
    ASSERT_NEAR(gradient[i], numeric, tolerance * std::max(1.0, std::fabs(numeric)))
        << "parameter " << i;
  }
}

}  // namespace consilium::testing

#endif  // CONSILIUM_TESTS_SUPPORT_GRADIENT_CHECK_H_
