#include "server/training/baselines.h"

#include <algorithm>
#include <array>

#include "modules/modn/logistic_regression.h"

namespace consilium {
namespace {

OutcomeProbabilities PredictByRegression(const BaselineCase& c) {
  OutcomeProbabilities probabilities;
  const std::vector<int> train = AllOf(c.train.patients), test = AllOf(c.test.patients);
  for (size_t o = 0; o < c.architecture.outcomes.size(); ++o) {
    const auto classes = static_cast<size_t>(c.architecture.outcomes[o].classes);
    auto fitted = LogisticRegression::Fit(c.architecture, c.train, train, static_cast<int>(o));
    probabilities.push_back(fitted.ok() ? fitted->Predict(c.test, test)
                                        : std::vector<float>(test.size() * classes,
                                                             1.0f / static_cast<float>(classes)));
  }
  return probabilities;
}

constexpr std::array kBaselines = {
    Baseline{"logistic_regression", PredictByRegression},
};

}  // namespace

std::span<const Baseline> AllBaselines() { return kBaselines; }

const Baseline* FindBaseline(std::string_view name) {
  const auto found = std::find_if(kBaselines.begin(), kBaselines.end(),
                                  [&](const Baseline& baseline) { return baseline.name == name; });
  return found == kBaselines.end() ? nullptr : &*found;
}

std::vector<std::string> BaselineNames() {
  std::vector<std::string> names = {"local", "pooled"};
  for (const Baseline& baseline : kBaselines) {
    names.emplace_back(baseline.name);
    names.push_back(std::string(kPooledPrefix) + std::string(baseline.name));
  }
  return names;
}

}  // namespace consilium
