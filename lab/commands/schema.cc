#include "lab/commands/schema.h"

#include "base/json.h"
#include "server/data/schema.h"
#include "server/data/value_check.h"

namespace consilium::commands {
namespace {

void AddCode(const std::optional<data::Code>& code, Json& entry) {
  if (code) entry["code"] = {{"system", code->system}, {"code", code->code}};
}

Json ToJson(const std::vector<data::Category>& categories) {
  Json list = Json::Array();
  for (const data::Category& category : categories) {
    Json entry = {{"value", category.value}, {"label", category.label}};
    AddCode(category.code, entry);
    list.Append(std::move(entry));
  }
  return list;
}

Json ToJson(const data::Range& range) { return {{"min", range.min}, {"max", range.max}}; }

void AddNormalisation(const std::optional<data::Scale>& scale, Json& entry) {
  if (scale) entry["normalisation"] = {{"mean", scale->mean}, {"sd", scale->sd}};
}

Json ToJson(const data::Component& component) {
  return {{"key", component.key},
          {"label", component.label},
          {"unit", component.unit},
          {"unit_label", component.unit_label},
          {"range", ToJson(component.range)}};
}

Json ToJson(const modn::EncoderShape& encoder) {
  return {{"kind", modn::Name(encoder.kind)},
          {"hidden", encoder.hidden},
          {"state_first", encoder.state_first},
          {"residual", encoder.residual}};
}

void AddModality(const data::Feature& feature, Json& entry) {
  entry["width"] = feature.width;
  if (feature.kind == data::FeatureKind::kImage) entry["height"] = feature.height;
  if (feature.kind == data::FeatureKind::kSeries) entry["longest"] = feature.longest;
  for (const data::Component& each : feature.components) entry["components"].Append(ToJson(each));
  entry["encoder"] = ToJson(feature.encoder);
}

Json ToJson(const data::Feature& feature) {
  Json entry = {{"key", feature.key},
                {"kind", data::Name(feature.kind)},
                {"label", feature.label},
                {"question", feature.question},
                {"group", feature.group}};
  AddCode(feature.code, entry);
  if (feature.kind == data::FeatureKind::kCategorical) {
    entry["categories"] = ToJson(feature.categories);
    return entry;
  }
  entry["unit"] = feature.unit;
  entry["unit_label"] = feature.unit_label;
  entry["range"] = ToJson(feature.range);
  AddNormalisation(feature.normalisation, entry);
  if (data::HasPayload(feature.kind)) AddModality(feature, entry);
  return entry;
}

Json ToJson(const data::Outcome& outcome) {
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

Json ToJson(const data::Schema& schema) {
  Json json = {{"schema", schema.name}, {"version", schema.version}};
  json["features"] = Json::Array();
  for (const int f : schema.AskingOrder()) {
    json["features"].Append(ToJson(schema.features[static_cast<size_t>(f)]));
  }
  json["outcomes"] = Json::Array();
  for (const data::Outcome& outcome : schema.outcomes) json["outcomes"].Append(ToJson(outcome));
  return json;
}

std::string ToText(const data::Schema& schema) {
  std::string text = fmt::format("{}@{}: {} features, {} outcomes\n\n", schema.name, schema.version,
                                 schema.features.size(), schema.outcomes.size());
  constexpr std::string_view kRow = "{:<20} {:<14} {:<12} {}\n";
  text += fmt::format(kRow, "feature", "group", "kind", "accepted");
  for (const int f : schema.AskingOrder()) {
    const data::Feature& feature = schema.features[static_cast<size_t>(f)];
    text += fmt::format(kRow, feature.key, feature.group, data::Name(feature.kind),
                        data::Accepted(feature));
  }
  text += "\n";
  for (const data::Outcome& outcome : schema.outcomes) {
    std::string classes = outcome.continuous()
                              ? fmt::format("a number, {} to {} {}", outcome.range.min,
                                            outcome.range.max, outcome.unit_label)
                              : "";
    for (const data::Category& entry : outcome.classes) {
      classes += (classes.empty() ? "" : ", ") + entry.value;
    }
    text += fmt::format("outcome {}: {}\n", outcome.key, classes);
  }
  text.pop_back();
  return text;
}

}  // namespace

StatusOr<Output> CheckSchema(const std::string& path) {
  ASSIGN_OR_RETURN(const data::Schema schema, data::LoadSchema(path));
  return Output{ToText(schema), ToJson(schema).Text(2)};
}

}  // namespace consilium::commands
