#include "server/training/schema_match.h"

#include "server/data/normalisation.h"

namespace consilium::training {
namespace {

void ForgetTexts(std::vector<data::Category>& categories) {
  for (data::Category& category : categories) category = {category.value, "", std::nullopt};
}

data::Feature WithoutTexts(data::Feature feature) {
  feature.label.clear();
  feature.question.clear();
  feature.group.clear();
  feature.unit_label.clear();
  feature.code.reset();
  ForgetTexts(feature.categories);
  return feature;
}

data::Outcome WithoutTexts(data::Outcome outcome) {
  outcome.label.clear();
  outcome.question.clear();
  outcome.unit_label.clear();
  outcome.code.reset();
  ForgetTexts(outcome.classes);
  return outcome;
}

}  // namespace

Status CheckSameMeaning(const data::Feature& a, const data::Feature& b, std::string_view what) {
  if (WithoutTexts(a) == WithoutTexts(b)) return OkStatus();
  return InvalidArgument(
      "feature '{}' is not the same to {}: kind, unit, range, normalisation or categories differ; "
      "give it another key",
      a.key, what);
}

Status CheckSameMeaning(const data::Outcome& a, const data::Outcome& b, std::string_view what) {
  if (WithoutTexts(a) == WithoutTexts(b)) return OkStatus();
  return InvalidArgument(
      "outcome '{}' is not the same to {}: its classes or range differ; give it another key", a.key,
      what);
}

Block StatisticsBlock(const data::Schema& schema, int feature) {
  const size_t begin = data::StatisticsBegin(schema, feature);
  return {begin, data::StatisticsBegin(schema, feature + 1) - begin};
}

}  // namespace consilium::training
