#include "server/training/schema_match.h"

#include "server/data/normalisation.h"

namespace consilium {
namespace {

void ForgetTexts(std::vector<Category>& categories) {
  for (Category& category : categories) category = {category.value, "", std::nullopt};
}

Feature WithoutTexts(Feature feature) {
  feature.label.clear();
  feature.question.clear();
  feature.group.clear();
  feature.unit_label.clear();
  feature.code.reset();
  ForgetTexts(feature.categories);
  return feature;
}

Outcome WithoutTexts(Outcome outcome) {
  outcome.label.clear();
  outcome.question.clear();
  outcome.unit_label.clear();
  outcome.code.reset();
  ForgetTexts(outcome.classes);
  return outcome;
}

}  // namespace

Status CheckSameMeaning(const Feature& a, const Feature& b, std::string_view what) {
  if (WithoutTexts(a) == WithoutTexts(b)) return OkStatus();
  return InvalidArgument(
      "feature '{}' is not the same to {}: kind, unit, range, normalisation or categories differ; "
      "give it another key",
      a.key, what);
}

Status CheckSameMeaning(const Outcome& a, const Outcome& b, std::string_view what) {
  if (WithoutTexts(a) == WithoutTexts(b)) return OkStatus();
  return InvalidArgument(
      "outcome '{}' is not the same to {}: its classes or range differ; give it another key", a.key,
      what);
}

Block StatisticsBlock(const Schema& schema, int feature) {
  const size_t begin = StatisticsBegin(schema, feature);
  return {begin, StatisticsBegin(schema, feature + 1) - begin};
}

}  // namespace consilium
