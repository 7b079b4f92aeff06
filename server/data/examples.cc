#include "server/data/examples.h"

#include <cmath>

namespace consilium {

Architecture ArchitectureOf(const Schema& schema, int state, int hidden) {
  Architecture architecture{.state = state,
                            .hidden = hidden,
                            .features = {},
                            .outcomes = {},
                            .schema_version = schema.version};
  for (const Feature& feature : schema.features) {
    const bool continuous = feature.kind == FeatureKind::kContinuous;
    architecture.features.push_back(
        {feature.key, continuous ? 1 : static_cast<int>(feature.categories.size())});
  }
  for (const Outcome& outcome : schema.outcomes) {
    architecture.outcomes.push_back({outcome.key, static_cast<int>(outcome.classes.size())});
  }
  return architecture;
}

Examples ExamplesOf(const Schema& schema, const Normalisation& normalisation,
                    const Cohort& cohort) {
  Examples examples;
  examples.patients = cohort.patients;
  for (size_t f = 0; f < schema.features.size(); ++f) {
    std::vector<float>& row = examples.values.emplace_back();
    row.reserve(cohort.values[f].size());
    for (const double value : cohort.values[f]) {
      row.push_back(static_cast<float>(
          std::isnan(value) ? value
                            : Normalised(schema.features[f], normalisation.scales[f], value)));
    }
  }
  for (const std::vector<int>& column : cohort.labels) {
    examples.labels.emplace_back(column.begin(), column.end());
  }
  return examples;
}

}  // namespace consilium
