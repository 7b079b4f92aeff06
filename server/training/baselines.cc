#include "server/training/baselines.h"

#include <algorithm>
#include <array>

#include "modules/modn/class_shares.h"
#include "modules/modn/logistic_regression.h"
#include "modules/modn/parallel_fusion.h"

namespace consilium::training {
namespace {

OutcomeProbabilities PredictByRegression(const BaselineCase& c) {
  OutcomeProbabilities probabilities;
  const std::vector<int> train = modn::AllOf(c.train.patients), test = modn::AllOf(c.test.patients);
  for (size_t o = 0; o < c.architecture.outcomes.size(); ++o) {
    const auto classes = static_cast<size_t>(c.architecture.outcomes[o].classes);
    auto fitted =
        modn::LogisticRegression::Fit(c.architecture, c.train, train, static_cast<int>(o));
    probabilities.push_back(fitted.ok() ? fitted->Predict(c.test, test)
                                        : std::vector<float>(test.size() * classes,
                                                             1.0f / static_cast<float>(classes)));
  }
  return probabilities;
}

OutcomeProbabilities PredictByShares(const BaselineCase& c) {
  OutcomeProbabilities probabilities;
  for (size_t o = 0; o < c.architecture.outcomes.size(); ++o) {
    const std::vector<float> shares = modn::ClassShares(
        c.architecture, c.train, modn::AllOf(c.train.patients), static_cast<int>(o));
    std::vector<float>& all = probabilities.emplace_back();
    for (int i = 0; i < c.test.patients; ++i) all.insert(all.end(), shares.begin(), shares.end());
  }
  return probabilities;
}

OutcomeProbabilities PredictByFusion(const BaselineCase& c, bool indicators) {
  modn::ParallelFusionOptions options;
  options.indicators = indicators;
  options.passes = c.rounds * c.options.local_epochs;
  options.learning_rate = c.options.learning_rate;
  options.final_learning_rate = c.options.final_learning_rate;
  options.weight_decay = c.options.weight_decay;
  options.gradient_clip = c.options.gradient_clip;
  options.masking = c.options.masking;
  options.batch = c.options.batch;
  options.seed = c.seed;
  const auto fitted =
      modn::ParallelFusion::Fit(c.architecture, c.train, modn::AllOf(c.train.patients), options,
                                [&c] { return c.stop.load(); });
  return fitted.ok() ? fitted->Predict(c.test, modn::AllOf(c.test.patients)) : PredictByShares(c);
}

constexpr std::array kBaselines = {
    Baseline{"logistic_regression", PredictByRegression},
    Baseline{"mlp", [](const BaselineCase& c) { return PredictByFusion(c, false); }},
    Baseline{"mlp_indicator", [](const BaselineCase& c) { return PredictByFusion(c, true); }},
    Baseline{"prior", PredictByShares},
};

}  // namespace

std::span<const Baseline> AllBaselines() { return kBaselines; }

const Baseline* FindBaseline(std::string_view name) {
  const auto found = std::find_if(kBaselines.begin(), kBaselines.end(),
                                  [&](const Baseline& baseline) { return baseline.name == name; });
  return found == kBaselines.end() ? nullptr : &*found;
}

std::vector<std::string> BaselineNames() {
  std::vector<std::string> names = {"local", "own_intercept", "pooled"};
  for (const Baseline& baseline : kBaselines) {
    names.emplace_back(baseline.name);
    names.push_back(std::string(kPooledPrefix) + std::string(baseline.name));
  }
  return names;
}

}  // namespace consilium::training
