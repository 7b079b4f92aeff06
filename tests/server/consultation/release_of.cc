#include "tests/server/consultation/release_of.h"

#include <utility>

#include "base/random.h"
#include "gtest/gtest.h"
#include "server/data/examples.h"
#include "tests/support/matchers.h"

namespace consilium::testing {
namespace {

data::Feature FeatureOf(int f) {
  data::Feature feature;
  feature.key = "f" + std::to_string(f);
  feature.label = feature.key;
  feature.group = f % 2 == 0 ? "first" : "second";
  if (f % 3 == 2) {
    feature.kind = data::FeatureKind::kCategorical;
    feature.categories = {{"a", "A", {}}, {"b", "B", {}}, {"c", "C", {}}};
    return feature;
  }
  feature.unit = "mm[Hg]";
  feature.unit_label = "mmHg";
  feature.range = {0, 100};
  return feature;
}

data::Outcome OutcomeOf(int o) {
  data::Outcome outcome;
  outcome.key = "o" + std::to_string(o);
  outcome.classes = {{"no", "No", {}}, {"yes", "Yes", {}}};
  if (o == 1) outcome.classes.push_back({"grave", "Grave", {}});
  return outcome;
}

}  // namespace

training::Model ModelOf(uint64_t seed, int features, int outcomes, int feature_decoder_hidden) {
  data::Schema schema;
  schema.groups = {{"first", "First"}, {"second", "Second"}};
  for (int f = 0; f < features; ++f) schema.features.push_back(FeatureOf(f));
  for (int o = 0; o < outcomes; ++o) schema.outcomes.push_back(OutcomeOf(o));
  return ModelOf(seed, std::move(schema), feature_decoder_hidden);
}

training::Model ModelOf(uint64_t seed, data::Schema schema, int feature_decoder_hidden) {
  training::Model model;
  model.run = "run" + std::to_string(seed);
  model.schema = std::move(schema);
  model.feature_decoder_hidden = feature_decoder_hidden;
  const modn::Architecture architecture =
      data::ArchitectureOf(model.schema, model.state, model.hidden, feature_decoder_hidden);
  Random random = Random::Named(seed, "parameters");
  model.parameters.resize(modn::MakeLayout(architecture).size());
  for (float& parameter : model.parameters) {
    parameter = 0.3F * static_cast<float>(random.Normal());
  }
  for (const data::Feature& feature : model.schema.features) {
    if (data::HasPayload(feature.kind)) {
      model.answer_shares.emplace_back();
      continue;
    }
    const size_t bins =
        feature.kind == data::FeatureKind::kCategorical ? feature.categories.size() : 10;
    model.answer_shares.emplace_back(bins, 1.0F / static_cast<float>(bins));
  }
  return model;
}

std::shared_ptr<const consultation::Release> ReleaseOf(uint64_t seed, int features, int outcomes) {
  StatusOr<std::shared_ptr<const consultation::Release>> release =
      consultation::Release::Create(ModelOf(seed, features, outcomes), std::string(64, 'a'));
  EXPECT_THAT(release, IsOk());
  return release.ok() ? *release : nullptr;
}

}  // namespace consilium::testing
