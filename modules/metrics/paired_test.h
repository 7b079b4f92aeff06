#ifndef CONSILIUM_MODULES_METRICS_PAIRED_TEST_H_
#define CONSILIUM_MODULES_METRICS_PAIRED_TEST_H_

#include <array>
#include <optional>

namespace consilium::metrics {

struct PairedTest {
  double t = 0;
  double p = 1;  // two-sided
};

// The 5x2 cv paired t-test (Dietterich, Neural Computation 10, 1998): five times the patients are
// halved at random, and each half is tested with both methods trained on the other.
// differences[i][j]: score of method A minus that of B in repetition i, fold j.
// t = d_00 / sqrt(mean over i of s_i^2) has about Student's distribution with 5 degrees of freedom.
// Nothing when a difference is not finite or none varies within its repetition.
std::optional<PairedTest> FiveByTwoTest(const std::array<std::array<double, 2>, 5>& differences);

// Probability that |T| >= |t| for Student's distribution with `degrees` >= 1 of freedom
// (Abramowitz and Stegun, 26.7.3 and 26.7.4). Nothing for other degrees or a NaN.
std::optional<double> StudentTwoSided(double t, int degrees);

}  // namespace consilium::metrics

#endif  // CONSILIUM_MODULES_METRICS_PAIRED_TEST_H_
