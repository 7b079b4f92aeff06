#ifndef CONSILIUM_MODULES_METRICS_TUNABILITY_H_
#define CONSILIUM_MODULES_METRICS_TUNABILITY_H_

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "modules/metrics/trials.h"

// How well an optimiser does at a budget of t random trials, and what that makes it worth
// (docs/papers.md, Tunability). Curves have element t - 1 for budget t.
namespace consilium::metrics {

// Expected test score of the incumbent, the trial with the best validation score (the first drawn
// of equals), among t = 1 .. K drawn from the K trials with replacement. Exact:
//   o(t) = sum over validation scores v, of (F(v)^t - F(v-)^t) * mean test score at v,
// F being the share of trials no better than v (Dodge et al., EMNLP 2019). Empty without trials.
std::vector<double> IncumbentCurve(std::span<const Trial> trials, const Goal& goal);

struct IncumbentBand {
  std::vector<double> mean;  // estimates IncumbentCurve
  std::vector<double> low;   // 5th and ...
  std::vector<double> high;  // ... 95th percentile of one search of t trials
};

// The same from `resamples` random orders of K trials drawn with replacement, with the spread a
// person who searches once must expect. Empty without trials or resamples.
IncumbentBand BootstrapIncumbents(std::span<const Trial> trials, const Goal& goal, int resamples,
                                  uint64_t seed);

// Weighted means of a curve over its budgets, in the score's own unit: omega-tunability.
struct Tunability {
  double early = 0;                 // CPE: weight of budget t proportional to K - t + 1
  double uniform = 0;               // CPU: 1 / K
  double late = 0;                  // CPL: proportional to t
  double peak = 0;                  // o(K)
  double one_shot = 0;              // o(1)
  std::vector<double> exponential;  // proportional to exp(-kappa (t - 1)), by kExponentialDecays
  // Trials needed from the last but one to the last of kLevels of the peak: large for a curve that
  // goes on creeping. The paper's code prints a "sharpness"; that this is it is our reading.
  int sharpness = 0;
};

inline constexpr double kExponentialDecays[] = {0.1, 0.01, 0.001, 0.0001};
inline constexpr double kLevels[] = {0.9, 0.95, 0.99};

// Nothing for an empty curve or one that is not finite.
std::optional<Tunability> TunabilityOf(std::span<const double> curve, const Goal& goal);

// The smallest budget whose score makes up at least `level` of the way from `goal.worst` to the
// peak o(K). Nothing for an empty curve or one that is not finite.
std::optional<int> BudgetToReach(double level, std::span<const double> curve, const Goal& goal);

// Each curve divided by the best of them at the same budget (upside down where smaller is better),
// so that the best has 1. Nothing unless all have the same length and are above 0.
std::optional<std::vector<std::vector<double>>> RelativePerformance(
    std::span<const std::vector<double>> curves, const Goal& goal);

}  // namespace consilium::metrics

#endif  // CONSILIUM_MODULES_METRICS_TUNABILITY_H_
