#include "server/data/examples.h"

#include <cmath>

namespace consilium::data {

namespace {

modn::Modality ModalityOf(FeatureKind kind) {
  switch (kind) {
    case FeatureKind::kVector:
      return modn::Modality::kVector;
    case FeatureKind::kSeries:
      return modn::Modality::kSeries;
    case FeatureKind::kImage:
      return modn::Modality::kImage;
    default:
      return modn::Modality::kAnswer;
  }
}

modn::RaggedRows<float> PayloadsOf(const Feature& feature, const Normalisation& normalisation,
                                   int index, const modn::RaggedRows<float>& payloads) {
  modn::RaggedRows<float> rows;
  for (int p = 0; p < payloads.rows(); ++p) {
    rows.Append(Normalised(feature, normalisation, index, payloads[p]));
  }
  return rows;
}

// Values and payloads of feature f.
void AddFeature(const Schema& schema, const Normalisation& normalisation, const Cohort& cohort,
                size_t f, modn::Examples& examples) {
  const Feature& feature = schema.features[f];
  std::vector<float>& row = examples.values.emplace_back();
  row.reserve(cohort.values[f].size());
  for (const double value : cohort.values[f]) {
    row.push_back(static_cast<float>(
        std::isnan(value) ? value : Normalised(feature, normalisation.scales[f], value)));
  }
  modn::RaggedRows<float>& payloads = examples.payloads.emplace_back();
  if (!HasPayload(feature.kind) || f >= cohort.payloads.size()) return;
  payloads = PayloadsOf(feature, normalisation, static_cast<int>(f), cohort.payloads[f]);
}

// Targets of outcome o, as the network predicts them.
void AddTargets(const Outcome& outcome, const Cohort& cohort, size_t o, modn::Examples& examples) {
  std::vector<float>& targets = examples.targets.emplace_back();
  if (!outcome.continuous() || o >= cohort.targets.size()) return;
  const Scale scale = ScaleOf(outcome);
  for (const double target : cohort.targets[o]) {
    targets.push_back(static_cast<float>((target - scale.mean) / scale.sd));
  }
}

}  // namespace

modn::FeatureShape ShapeOf(const Feature& feature) {
  modn::FeatureShape shape;
  shape.key = feature.key;
  shape.modality = ModalityOf(feature.kind);
  if (feature.kind == FeatureKind::kCategorical) {
    shape.width = static_cast<int>(feature.categories.size());
  } else if (HasPayload(feature.kind)) {
    shape.width = feature.width;
    shape.height = feature.height;
    shape.encoder = feature.encoder;
  }
  return shape;
}

modn::Architecture ArchitectureOf(const Schema& schema, int state, int hidden,
                                  int feature_decoder_hidden) {
  modn::Architecture architecture{.state = state,
                                  .hidden = hidden,
                                  .feature_decoder_hidden = feature_decoder_hidden,
                                  .features = {},
                                  .outcomes = {},
                                  .schema_version = schema.version};
  for (const Feature& feature : schema.features) architecture.features.push_back(ShapeOf(feature));
  for (const Outcome& outcome : schema.outcomes) {
    architecture.outcomes.push_back(
        {outcome.key, static_cast<int>(outcome.classes.size()), outcome.decoder_hidden});
  }
  return architecture;
}

modn::Examples ExamplesOf(const Schema& schema, const Normalisation& normalisation,
                          const Cohort& cohort) {
  modn::Examples examples;
  examples.patients = cohort.patients;
  for (size_t f = 0; f < schema.features.size(); ++f) {
    AddFeature(schema, normalisation, cohort, f, examples);
  }
  for (size_t o = 0; o < cohort.labels.size(); ++o) {
    examples.labels.emplace_back(cohort.labels[o].begin(), cohort.labels[o].end());
    AddTargets(schema.outcomes[o], cohort, o, examples);
  }
  return examples;
}

}  // namespace consilium::data
