// The variance identity of section 1 of the notes on Morales-Brotons et al. (2024): an exponential
// moving average with decay a of x <- rho x + noise has the variance of x times
// (1 - a) / (1 + a) * (1 + a rho) / (1 - a rho).
#include <cmath>

#include "base/random.h"
#include "bench/experiments/experiment.h"
#include "fmt/format.h"

namespace consilium {
namespace {

double ClosedForm(double decay, double rho) {
  return (1 - decay) / (1 + decay) * (1 + decay * rho) / (1 - decay * rho);
}

// Var(average) / Var(iterate) over `steps` steps, from the stationary state on.
double Simulate(uint64_t seed, double decay, double rho, int steps) {
  Random random = Random::Named(seed, "averaging");
  const int warm_up = static_cast<int>(20 / (1 - decay) + 20 / (1 - rho));
  double iterate = 0, average = 0, iterates = 0, averages = 0;
  for (int step = -warm_up; step < steps; ++step) {
    iterate = rho * iterate + random.Normal();
    average = decay * average + (1 - decay) * iterate;
    if (step < 0) continue;
    iterates += iterate * iterate;
    averages += average * average;
  }
  return averages / iterates;
}

struct Plan {
  double rho;
  std::vector<double> decays;
  int steps;
};

page::Svg Plot(const Plan& plan, const std::vector<std::vector<double>>& ratios) {
  page::Chart chart{.title = "Variance of the average over that of the iterate",
                    .description = "It falls as the decay grows, along the closed form.",
                    .x = {"decay"},
                    .y = {.label = "variance ratio", .from = 0}};
  page::Series formula{"closed form", {}}, measured{"measured", {}};
  measured.marks = true;
  for (size_t d = 0; d < plan.decays.size(); ++d) {
    const Estimate estimate = EstimateOf(ratios[d]);
    formula.points.push_back({plan.decays[d], ClosedForm(plan.decays[d], plan.rho)});
    measured.points.push_back(
        {plan.decays[d], estimate.mean.value_or(NAN), estimate.low, estimate.high});
  }
  chart.series = {formula, measured};
  return page::LineChart(chart);
}

}  // namespace

StatusOr<ExperimentResult> RunAveraging(ExperimentSetting& setting) {
  const Plan plan{setting.plan.Number("rho"), setting.plan.Numbers("decays"),
                  setting.plan.Integer("steps")};
  RETURN_IF_ERROR(setting.plan.Finish());
  const std::vector<uint64_t>& seeds = setting.plan.seeds();
  std::vector<std::vector<double>> ratios(plan.decays.size(), std::vector<double>(seeds.size()));
  const int tasks = static_cast<int>(plan.decays.size() * seeds.size());
  RETURN_IF_ERROR(ForEach(setting, "walks", tasks, [&](int task) {
    const size_t d = static_cast<size_t>(task) / seeds.size();
    const size_t s = static_cast<size_t>(task) % seeds.size();
    ratios[d][s] = Simulate(seeds[s], plan.decays[d], plan.rho, plan.steps);
    return OkStatus();
  }));
  ExperimentResult result;
  for (size_t d = 0; d < plan.decays.size(); ++d) {
    const double expected = ClosedForm(plan.decays[d], plan.rho);
    const ClaimText text{
        fmt::format("averaging.{}", d + 1),
        fmt::format("The variance shrinks by the closed form at decay {} and rho {}, within 3 %",
                    plan.decays[d], plan.rho),
        "derived; EMA of weights, section 3", "More steps narrow it: the walk has a long memory."};
    result.claims.push_back(Near(text, expected, 0.03 * expected, ratios[d]));
  }
  result.sections.push_back(
      {"Variance",
       {page::Figure{Plot(plan, ratios), "Variance of the average over that of the iterate"}}});
  result.notes.push_back("A synthetic walk: no data are used.");
  return result;
}

}  // namespace consilium
