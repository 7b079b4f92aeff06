#include "client/cli/schema.h"

#include "nlohmann/json.hpp"
#include "server/data/schema.h"
#include "server/data/value_check.h"

namespace consilium {
namespace {

using Json = nlohmann::ordered_json;

void AddCode(const std::optional<Code>& code, Json& entry) {
  if (code) entry["code"] = {{"system", code->system}, {"code", code->code}};
}

Json ToJson(const std::vector<Category>& categories) {
  Json list = Json::array();
  for (const Category& category : categories) {
    Json entry = {{"value", category.value}, {"label", category.label}};
    AddCode(category.code, entry);
    list.push_back(std::move(entry));
  }
  return list;
}

Json ToJson(const Feature& feature) {
  Json entry = {{"key", feature.key},
                {"kind", Name(feature.kind)},
                {"label", feature.label},
                {"question", feature.question},
                {"group", feature.group}};
  AddCode(feature.code, entry);
  if (feature.kind == FeatureKind::kCategorical) {
    entry["categories"] = ToJson(feature.categories);
    return entry;
  }
  entry["unit"] = feature.unit;
  entry["unit_label"] = feature.unit_label;
  entry["range"] = {{"min", feature.range.min}, {"max", feature.range.max}};
  if (feature.normalisation) {
    entry["normalisation"] = {{"mean", feature.normalisation->mean},
                              {"sd", feature.normalisation->sd}};
  }
  return entry;
}

Json ToJson(const Schema& schema) {
  Json json = {{"schema", schema.name}, {"version", schema.version}};
  json["features"] = Json::array();
  for (const int f : schema.AskingOrder()) {
    json["features"].push_back(ToJson(schema.features[static_cast<size_t>(f)]));
  }
  json["outcomes"] = Json::array();
  for (const Outcome& outcome : schema.outcomes) {
    Json entry = {{"key", outcome.key},
                  {"label", outcome.label},
                  {"question", outcome.question},
                  {"classes", ToJson(outcome.classes)}};
    AddCode(outcome.code, entry);
    json["outcomes"].push_back(std::move(entry));
  }
  return json;
}

std::string ToText(const Schema& schema) {
  std::string text = fmt::format("{}@{}: {} features, {} outcomes\n\n", schema.name, schema.version,
                                 schema.features.size(), schema.outcomes.size());
  constexpr std::string_view kRow = "{:<20} {:<14} {:<12} {}\n";
  text += fmt::format(kRow, "feature", "group", "kind", "accepted");
  for (const int f : schema.AskingOrder()) {
    const Feature& feature = schema.features[static_cast<size_t>(f)];
    text += fmt::format(kRow, feature.key, feature.group, Name(feature.kind), Accepted(feature));
  }
  text += "\n";
  for (const Outcome& outcome : schema.outcomes) {
    std::string classes;
    for (const Category& entry : outcome.classes) {
      classes += (classes.empty() ? "" : ", ") + entry.value;
    }
    text += fmt::format("outcome {}: {}\n", outcome.key, classes);
  }
  text.pop_back();
  return text;
}

}  // namespace

StatusOr<Answer> CheckSchema(const std::string& path) {
  ASSIGN_OR_RETURN(const Schema schema, LoadSchema(path));
  return Answer{ToText(schema), ToJson(schema).dump(2)};
}

}  // namespace consilium
