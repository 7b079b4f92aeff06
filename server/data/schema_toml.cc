#include <algorithm>
#include <cctype>
#include <set>

#include "base/toml.h"
#include "server/data/schema.h"
#include "server/data/value_check.h"

namespace consilium {
namespace {

constexpr size_t kMaxKeyLength = 64;

bool IsKey(std::string_view key) {
  const auto allowed = [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.';
  };
  return !key.empty() && key.size() <= kMaxKeyLength &&
         std::all_of(key.begin(), key.end(), allowed);
}

std::string ReadKey(TomlTable& table, std::string_view what, std::set<std::string>& seen) {
  const std::string key = table.RequireText("key");
  if (!table.Has("key")) return key;
  if (!IsKey(key)) {
    table.ComplainAt("key",
                     fmt::format("'{}' is no key, expected 1 to {} letters, digits, '-', '_' "
                                 "or '.'",
                                 key, kMaxKeyLength));
  } else if (!seen.insert(key).second) {
    table.ComplainAt("key", fmt::format("{} '{}' is there twice, expected once", what, key));
  }
  return key;
}

// "LOINC" and "SNOMED" stand for their URIs; any other system must be a URI.
std::string SystemUri(TomlTable& table) {
  const std::string system = table.RequireText("system");
  if (system == "LOINC") return "http://loinc.org";
  if (system == "SNOMED") return "http://snomed.info/sct";
  if (table.Has("system") && system.find(':') == std::string::npos) {
    table.ComplainAt("system", fmt::format("code system '{}' is unknown, expected LOINC, SNOMED or "
                                           "a URI",
                                           system));
  }
  return system;
}

std::optional<Code> ReadCode(TomlTable& table) {
  std::optional<TomlTable> code = table.Table("code");
  if (!code) return std::nullopt;
  return Code{SystemUri(*code), code->RequireText("code")};
}

Category ReadCategory(TomlTable table, std::set<std::string>& seen) {
  Category category;
  category.value = table.RequireText("value");
  category.label = table.Text("label").value_or(category.value);
  category.code = ReadCode(table);
  if (table.Has("value") && category.value.empty()) {
    table.ComplainAt("value", "'value' is empty, expected text");
  } else if (!seen.insert(category.value).second) {
    table.ComplainAt("value",
                     fmt::format("value '{}' is there twice, expected once", category.value));
  }
  return category;
}

std::vector<Category> ReadCategories(TomlTable& table, std::string_view key) {
  std::vector<Category> categories;
  std::set<std::string> seen;
  for (TomlTable& entry : table.Tables(key)) {
    categories.push_back(ReadCategory(std::move(entry), seen));
  }
  if (categories.size() < 2) {
    table.ComplainAt(key, fmt::format("{} in '{}', expected two or more", categories.size(), key));
  }
  return categories;
}

Range ReadRange(TomlTable& table) {
  std::optional<TomlTable> range = table.Table("range");
  if (!range) {
    if (!table.Has("range")) {
      table.Complain(
          "'range' is missing, expected { min = ..., max = ... }: values outside are "
          "refused");
    }
    return {0, 1};
  }
  const Range read{range->RequireNumber("min"), range->RequireNumber("max")};
  if (range->Has("min") && range->Has("max") && read.min >= read.max) {
    table.ComplainAt(
        "range", fmt::format("range from {} to {}, expected min below max", read.min, read.max));
  }
  return read;
}

std::optional<Scale> ReadNormalisation(TomlTable& table) {
  std::optional<TomlTable> scale = table.Table("normalisation");
  if (!scale) return std::nullopt;
  const Scale read{scale->RequireNumber("mean"), scale->RequireNumber("sd")};
  if (scale->Has("sd") && read.sd <= 0) {
    scale->ComplainAt("sd", fmt::format("'sd' is {}, expected more than 0", read.sd));
  }
  return read;
}

void ReadContinuous(TomlTable& table, Feature& feature) {
  feature.kind = FeatureKind::kContinuous;
  feature.unit = table.RequireText("unit");
  feature.unit_label = table.Text("unit_label").value_or(feature.unit);
  feature.range = ReadRange(table);
  feature.normalisation = ReadNormalisation(table);
  if (table.Has("categories")) {
    table.ComplainAt("categories",
                     "a continuous feature has no 'categories', expected kind = "
                     "\"categorical\" or none of them");
  }
}

void ReadCategorical(TomlTable& table, Feature& feature) {
  feature.kind = FeatureKind::kCategorical;
  feature.categories = ReadCategories(table, "categories");
  for (const char* key : {"unit", "unit_label", "range", "normalisation"}) {
    if (!table.Has(key)) continue;
    table.ComplainAt(key, fmt::format("a categorical feature has no '{}', expected kind = "
                                      "\"continuous\" or none of it",
                                      key));
  }
}

Feature ReadFeature(TomlTable table, const Schema& schema, std::set<std::string>& seen) {
  Feature feature;
  feature.key = ReadKey(table, "feature", seen);
  feature.label = table.Text("label").value_or(feature.key);
  feature.question = table.Text("question").value_or(feature.label + "?");
  feature.code = ReadCode(table);
  feature.group = table.Text("group").value_or("");
  std::vector<std::string> groups;
  for (const Group& group : schema.groups) groups.push_back(group.key);
  if (!feature.group.empty() && std::count(groups.begin(), groups.end(), feature.group) == 0) {
    table.ComplainAt("group", fmt::format("group '{}' is not among [[groups]]{}", feature.group,
                                          Suggestion(feature.group, groups)));
  }
  const std::string kind = table.RequireText("kind");
  if (kind == "categorical") {
    ReadCategorical(table, feature);
  } else {
    if (kind != "continuous" && table.Has("kind")) {
      table.ComplainAt("kind",
                       fmt::format("kind '{}', expected \"continuous\" or \"categorical\"{}", kind,
                                   Suggestion(kind, {"continuous", "categorical"})));
    }
    ReadContinuous(table, feature);
  }
  return feature;
}

Outcome ReadOutcome(TomlTable table, std::set<std::string>& seen) {
  Outcome outcome;
  outcome.key = ReadKey(table, "outcome", seen);
  outcome.label = table.Text("label").value_or(outcome.key);
  outcome.question = table.Text("question").value_or(outcome.label + "?");
  outcome.code = ReadCode(table);
  outcome.classes = ReadCategories(table, "classes");
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
                                          schema.name, kMaxKeyLength));
  }
  schema.version = ReadVersion(root);
  std::set<std::string> groups, features, outcomes;
  for (TomlTable& table : root.Tables("groups")) {
    schema.groups.push_back(ReadGroup(std::move(table), groups));
  }
  for (TomlTable& table : root.Tables("features")) {
    schema.features.push_back(ReadFeature(std::move(table), schema, features));
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

}  // namespace consilium
