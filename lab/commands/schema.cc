#include "lab/commands/schema.h"

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

Json ToJson(const Range& range) { return {{"min", range.min}, {"max", range.max}}; }

void AddNormalisation(const std::optional<Scale>& scale, Json& entry) {
  if (scale) entry["normalisation"] = {{"mean", scale->mean}, {"sd", scale->sd}};
}

Json ToJson(const Component& component) {
  return {{"key", component.key},
          {"label", component.label},
          {"unit", component.unit},
          {"unit_label", component.unit_label},
          {"range", ToJson(component.range)}};
}

Json ToJson(const EncoderShape& encoder) {
  return {{"kind", Name(encoder.kind)},
          {"hidden", encoder.hidden},
          {"state_first", encoder.state_first},
          {"residual", encoder.residual}};
}

void AddModality(const Feature& feature, Json& entry) {
  entry["width"] = feature.width;
  if (feature.kind == FeatureKind::kImage) entry["height"] = feature.height;
  if (feature.kind == FeatureKind::kSeries) entry["longest"] = feature.longest;
  for (const Component& each : feature.components) entry["components"].push_back(ToJson(each));
  entry["encoder"] = ToJson(feature.encoder);
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
  entry["range"] = ToJson(feature.range);
  AddNormalisation(feature.normalisation, entry);
  if (HasPayload(feature.kind)) AddModality(feature, entry);
  return entry;
}

Json ToJson(const Outcome& outcome) {
  Json entry = {{"key", outcome.key}, {"label", outcome.label}, {"question", outcome.question}};
  if (outcome.continuous()) {
    entry["unit"] = outcome.unit;
    entry["unit_label"] = outcome.unit_label;
    entry["range"] = ToJson(outcome.range);
    AddNormalisation(outcome.normalisation, entry);
  } else {
    entry["classes"] = ToJson(outcome.classes);
  }
  if (outcome.decoder_hidden > 0) entry["decoder_hidden"] = outcome.decoder_hidden;
  AddCode(outcome.code, entry);
  return entry;
}

Json ToJson(const Schema& schema) {
  Json json = {{"schema", schema.name}, {"version", schema.version}};
  json["features"] = Json::array();
  for (const int f : schema.AskingOrder()) {
    json["features"].push_back(ToJson(schema.features[static_cast<size_t>(f)]));
  }
  json["outcomes"] = Json::array();
  for (const Outcome& outcome : schema.outcomes) json["outcomes"].push_back(ToJson(outcome));
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
    std::string classes = outcome.continuous()
                              ? fmt::format("a number, {} to {} {}", outcome.range.min,
                                            outcome.range.max, outcome.unit_label)
                              : "";
    for (const Category& entry : outcome.classes) {
      classes += (classes.empty() ? "" : ", ") + entry.value;
    }
    text += fmt::format("outcome {}: {}\n", outcome.key, classes);
  }
  text.pop_back();
  return text;
}

}  // namespace

StatusOr<Output> CheckSchema(const std::string& path) {
  ASSIGN_OR_RETURN(const Schema schema, LoadSchema(path));
  return Output{ToText(schema), ToJson(schema).dump(2)};
}

}  // namespace consilium
