#include <set>

#include "base/toml.h"
#include "server/data/feature_toml.h"
#include "server/data/schema.h"
#include "server/data/text.h"

namespace consilium::data {
namespace {

constexpr int64_t kMostHidden = 4096;

std::vector<std::string> GroupKeys(const Schema& schema) {
  std::vector<std::string> keys;
  for (const Group& group : schema.groups) keys.push_back(group.key);
  return keys;
}

void ReadClasses(TomlTable& table, Outcome& outcome) {
  RefuseKeys(table, "an outcome of classes", {"unit", "unit_label", "range", "normalisation"});
  outcome.classes = ReadCategories(table, "classes");
}

void ReadTarget(TomlTable& table, Outcome& outcome) {
  RefuseKeys(table, "a continuous outcome", {"classes"});
  const Quantity quantity = ReadQuantity(table);
  outcome.unit = quantity.unit;
  outcome.unit_label = quantity.unit_label;
  outcome.range = quantity.range;
  outcome.normalisation = ReadNormalisation(table);
}

int ReadDecoderHidden(TomlTable& table) {
  const int64_t hidden = table.Integer("decoder_hidden").value_or(0);
  if (hidden >= 0 && hidden <= kMostHidden) return static_cast<int>(hidden);
  table.ComplainAt("decoder_hidden",
                   fmt::format("'decoder_hidden' is {}, expected 0 (a linear decoder) to {}",
                               hidden, kMostHidden));
  return 0;
}

Outcome ReadOutcome(TomlTable table, std::set<std::string>& seen) {
  Outcome outcome;
  outcome.key = ReadKey(table, "outcome", seen);
  outcome.label = table.Text("label").value_or(outcome.key);
  outcome.question = table.Text("question").value_or(outcome.label + "?");
  outcome.code = ReadCode(table);
  outcome.decoder_hidden = ReadDecoderHidden(table);
  const std::string kind = table.Text("kind").value_or("classes");
  if (kind != "classes" && kind != "continuous") {
    table.ComplainAt("kind", fmt::format("kind '{}', expected \"classes\" or \"continuous\"{}",
                                         kind, Suggestion(kind, {"classes", "continuous"})));
  }
  if (kind == "continuous") {
    ReadTarget(table, outcome);
  } else {
    ReadClasses(table, outcome);
  }
  return outcome;
}

Group ReadGroup(TomlTable table, std::set<std::string>& seen) {
  Group group;
  group.key = ReadKey(table, "group", seen);
  group.label = table.Text("label").value_or(group.key);
  return group;
}

uint32_t ReadVersion(TomlTable& root) {
  const int64_t version = root.RequireInteger("version");
  if (root.Has("version") && (version < 1 || version > 1'000'000)) {
    root.ComplainAt("version", fmt::format("'version' is {}, expected 1 to 1000000", version));
    return 1;
  }
  return static_cast<uint32_t>(version);
}

Schema ReadSchema(TomlTable root) {
  Schema schema;
  schema.name = root.RequireText("schema");
  if (root.Has("schema") && !IsKey(schema.name)) {
    root.ComplainAt("schema", fmt::format("'{}' is no name, expected 1 to {} letters, digits, '-', "
                                          "'_' or '.'",
                                          schema.name, kMostKeyBytes));
  }
  schema.version = ReadVersion(root);
  std::set<std::string> groups, features, outcomes;
  schema.groups_in_turn = root.Flag("groups_in_turn").value_or(false);
  for (TomlTable& table : root.Tables("groups")) {
    schema.groups.push_back(ReadGroup(std::move(table), groups));
  }
  for (TomlTable& table : root.Tables("features")) {
    schema.features.push_back(ReadFeature(std::move(table), GroupKeys(schema), features));
  }
  for (TomlTable& table : root.Tables("outcomes")) {
    schema.outcomes.push_back(ReadOutcome(std::move(table), outcomes));
  }
  if (!root.Has("features")) root.Complain("no [[features]], expected one or more");
  if (!root.Has("outcomes")) root.Complain("no [[outcomes]], expected one or more");
  return schema;
}

StatusOr<Schema> Read(StatusOr<TomlDocument> document) {
  if (!document.ok()) return document.status();
  Schema schema = ReadSchema(document->root());
  RETURN_IF_ERROR(document->Finish());
  return schema;
}

}  // namespace

StatusOr<Schema> ParseSchema(std::string_view text, std::string_view source_name) {
  return Read(TomlDocument::Parse(text, source_name));
}

StatusOr<Schema> LoadSchema(const std::string& path) { return Read(TomlDocument::Load(path)); }

}  // namespace consilium::data
