#include "modules/metrics/tunability.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numeric>

#include "base/random.h"
#include "modules/metrics/quantile.h"

namespace consilium::metrics {
namespace {

bool IsCurve(std::span<const double> curve) {
  return !curve.empty() &&
         std::all_of(curve.begin(), curve.end(), [](double o) { return std::isfinite(o); });
}

template <typename Weight>
double WeightedMean(std::span<const double> curve, const Weight& weight) {
  double sum = 0, total = 0;
  for (size_t t = 1; t <= curve.size(); ++t) {
    const double w = weight(static_cast<double>(t));
    sum += w * curve[t - 1];
    total += w;
  }
  return sum / total;
}

}  // namespace

std::vector<double> IncumbentCurve(std::span<const Trial> trials, const Goal& goal) {
  std::vector<Trial> ranked = Bounded(trials, goal);  // from worst to best
  std::sort(ranked.begin(), ranked.end(), [&goal](const Trial& a, const Trial& b) {
    return goal.IsBetter(b.validation, a.validation);
  });
  const auto count = static_cast<double>(ranked.size());
  std::vector<double> curve(ranked.size());
  for (size_t first = 0, end = 0; first < ranked.size(); first = end) {
    double test = 0;  // of all with this validation score: each is as likely the first drawn
    for (; end < ranked.size() && ranked[end].validation == ranked[first].validation; ++end) {
      test += ranked[end].test;
    }
    test /= static_cast<double>(end - first);
    const double below = static_cast<double>(first) / count,
                 up_to = static_cast<double>(end) / count;
    for (size_t t = 1; t <= curve.size(); ++t) {
      const auto n = static_cast<double>(t);
      curve[t - 1] += (std::pow(up_to, n) - std::pow(below, n)) * test;
    }
  }
  return curve;
}

IncumbentBand BootstrapIncumbents(std::span<const Trial> trials, const Goal& goal, int resamples,
                                  uint64_t seed) {
  if (trials.empty() || resamples < 1) return {};
  const std::vector<Trial> bounded = Bounded(trials, goal);
  std::vector<std::vector<double>> scores(bounded.size());  // [budget][resample]
  for (int r = 0; r < resamples; ++r) {
    Random random = Random::Named(seed, "incumbent", static_cast<uint64_t>(r));
    Trial incumbent;
    for (size_t t = 0; t < bounded.size(); ++t) {
      const Trial& drawn = bounded[random.Below(bounded.size())];
      if (t == 0 || goal.IsBetter(drawn.validation, incumbent.validation)) incumbent = drawn;
      scores[t].push_back(incumbent.test);
    }
  }
  IncumbentBand band;
  for (std::vector<double>& at : scores) {
    std::sort(at.begin(), at.end());
    band.mean.push_back(std::accumulate(at.begin(), at.end(), 0.0) / resamples);
    band.low.push_back(QuantileOfSorted(at, 0.05));
    band.high.push_back(QuantileOfSorted(at, 0.95));
  }
  return band;
}

std::optional<Tunability> TunabilityOf(std::span<const double> curve, const Goal& goal) {
  if (!IsCurve(curve)) return std::nullopt;
  const auto budgets = static_cast<double>(curve.size());
  Tunability result;
  result.early = WeightedMean(curve, [budgets](double t) { return budgets - t + 1; });
  result.uniform = WeightedMean(curve, [](double) { return 1.0; });
  result.late = WeightedMean(curve, [](double t) { return t; });
  result.peak = curve.back();
  result.one_shot = curve.front();
  for (const double kappa : kExponentialDecays) {
    result.exponential.push_back(
        WeightedMean(curve, [kappa](double t) { return std::exp(-kappa * (t - 1)); }));
  }
  constexpr size_t kLast = std::size(kLevels) - 1;
  result.sharpness =
      *BudgetToReach(kLevels[kLast], curve, goal) - *BudgetToReach(kLevels[kLast - 1], curve, goal);
  return result;
}

std::optional<int> BudgetToReach(double level, std::span<const double> curve, const Goal& goal) {
  if (!IsCurve(curve)) return std::nullopt;
  const double enough = goal.worst + level * (curve.back() - goal.worst);
  const auto reached =
      std::find_if(curve.begin(), curve.end(), [&](double o) { return !goal.IsBetter(enough, o); });
  if (reached == curve.end()) return static_cast<int>(curve.size());
  return static_cast<int>(reached - curve.begin()) + 1;
}

std::optional<std::vector<std::vector<double>>> RelativePerformance(
    std::span<const std::vector<double>> curves, const Goal& goal) {
  for (const std::vector<double>& curve : curves) {
    if (!IsCurve(curve) || curve.size() != curves.front().size()) return std::nullopt;
    if (std::any_of(curve.begin(), curve.end(), [](double o) { return o <= 0; })) {
      return std::nullopt;
    }
  }
  std::vector<std::vector<double>> relative(curves.begin(), curves.end());
  const size_t budgets = curves.empty() ? 0 : curves.front().size();
  for (size_t t = 0; t < budgets; ++t) {
    double best = curves.front()[t];
    for (const std::vector<double>& curve : curves) {
      if (goal.IsBetter(curve[t], best)) best = curve[t];
    }
    for (std::vector<double>& curve : relative) {
      curve[t] = goal.larger_is_better ? curve[t] / best : best / curve[t];
    }
  }
  return relative;
}

}  // namespace consilium::metrics
