#include "lab/simulation/reference.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace consilium::simulation {
namespace {

// The first outcome of those patients for whom there is a reference.
training::HeldOutPredictions WithReference(const training::HeldOutPredictions& all,
                                           std::span<const float> reference, size_t classes) {
  training::HeldOutPredictions kept{all.model, {{}}, {{}}};
  for (size_t i = 0; i < reference.size(); ++i) {
    if (std::isnan(reference[i])) continue;
    const float* row = all.probabilities.front().data() + i * classes;
    kept.probabilities.front().insert(kept.probabilities.front().end(), row, row + classes);
    kept.labels.front().push_back(all.labels.front()[i]);
  }
  return kept;
}

}  // namespace

std::vector<float> ReferenceOf(const SimulatedSite& site) {
  std::vector<float> reference;
  const std::vector<int>& lines = site.test.lines;
  for (int patient = 0; patient < site.test.patients; ++patient) {
    const auto found = lines.empty() ? site.reference.end()
                                     : site.reference.find(lines[static_cast<size_t>(patient)]);
    reference.push_back(found == site.reference.end() ? std::numeric_limits<float>::quiet_NaN()
                                                      : static_cast<float>(found->second));
  }
  return reference;
}

std::vector<training::OutcomeScores> ScoresBesideReference(
    const data::Schema& schema, std::span<const training::HeldOutPredictions> predictions,
    std::span<const float> reference) {
  const size_t classes = schema.outcomes.front().classes.size();
  const bool none = std::all_of(reference.begin(), reference.end(),
                                [](float probability) { return std::isnan(probability); });
  if (none || classes != 2) return {};
  std::vector<training::HeldOutPredictions> kept;
  for (const training::HeldOutPredictions& model : predictions) {
    kept.push_back(WithReference(model, reference, classes));
  }
  training::HeldOutPredictions beside{"reference", {{}}, kept.front().labels};
  for (const float probability : reference) {
    if (std::isnan(probability)) continue;
    beside.probabilities.front().insert(beside.probabilities.front().end(),
                                        {1 - probability, probability});
  }
  kept.push_back(std::move(beside));
  data::Schema first = schema;
  first.outcomes.resize(1);
  return training::ScoresOf(first, kept);
}

}  // namespace consilium::simulation
