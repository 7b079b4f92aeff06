#include "modules/metrics/paired_test.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace consilium::metrics {

std::optional<PairedTest> FiveByTwoTest(const std::array<std::array<double, 2>, 5>& differences) {
  double variance = 0;
  for (const auto& [first, second] : differences) {
    const double mean = (first + second) / 2;
    variance += (first - mean) * (first - mean) + (second - mean) * (second - mean);
  }
  variance /= static_cast<double>(differences.size());
  if (!std::isfinite(variance) || variance <= 0) return std::nullopt;
  const double t = differences[0][0] / std::sqrt(variance);
  const std::optional<double> p = StudentTwoSided(t, 5);
  if (!p) return std::nullopt;
  return PairedTest{t, *p};
}

std::optional<double> StudentTwoSided(double t, int degrees) {
  if (degrees < 1 || std::isnan(t)) return std::nullopt;
  const double theta = std::atan(std::fabs(t) / std::sqrt(degrees));
  const double cosine = std::cos(theta), sine = std::sin(theta);
  const bool odd = degrees % 2 == 1;
  // Odd: cos + 2/3 cos^3 + 2*4/(3*5) cos^5 + ...; even: 1 + 1/2 cos^2 + 1*3/(2*4) cos^4 + ...
  double term = odd ? cosine : 1, series = 0;
  for (int k = odd ? 1 : 0; k <= degrees - 2; k += 2) {
    series += term;
    term *= cosine * cosine * (k + 1) / (k + 2);
  }
  const double inside = odd ? 2 / std::numbers::pi * (theta + sine * series) : sine * series;
  return std::clamp(1 - inside, 0.0, 1.0);
}

}  // namespace consilium::metrics
