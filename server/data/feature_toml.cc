#include "server/data/feature_toml.h"

#include <algorithm>
#include <cctype>

#include "server/data/modality_toml.h"

namespace consilium::data {
namespace {

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

void ReadContinuous(TomlTable& table, Feature& feature) {
  RefuseKeys(table, "a continuous feature",
             {"categories", "width", "height", "longest", "components", "encoder"});
  const Quantity quantity = ReadQuantity(table);
  feature.unit = quantity.unit;
  feature.unit_label = quantity.unit_label;
  feature.range = quantity.range;
  feature.normalisation = ReadNormalisation(table);
}

void ReadCategorical(TomlTable& table, Feature& feature) {
  RefuseKeys(table, "a categorical feature",
             {"unit", "unit_label", "range", "normalisation", "width", "height", "longest",
              "components", "encoder"});
  feature.categories = ReadCategories(table, "categories");
}

FeatureKind ReadKind(TomlTable& table) {
  const std::string kind = table.RequireText("kind");
  std::vector<std::string> known;
  for (const FeatureKind each : {FeatureKind::kContinuous, FeatureKind::kCategorical,
                                 FeatureKind::kVector, FeatureKind::kSeries, FeatureKind::kImage}) {
    if (kind == Name(each)) return each;
    known.emplace_back(Name(each));
  }
  if (table.Has("kind")) {
    table.ComplainAt("kind", fmt::format("kind '{}', expected \"continuous\", \"categorical\", "
                                         "\"vector\", \"series\" or \"image\"{}",
                                         kind, Suggestion(kind, known)));
  }
  return FeatureKind::kContinuous;
}

}  // namespace

bool IsKey(std::string_view key) {
  const auto allowed = [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.';
  };
  return !key.empty() && key.size() <= kMostKeyBytes &&
         std::all_of(key.begin(), key.end(), allowed);
}

std::string ReadKey(TomlTable& table, std::string_view what, std::set<std::string>& seen) {
  const std::string key = table.RequireText("key");
  if (!table.Has("key")) return key;
  if (!IsKey(key)) {
    table.ComplainAt("key",
                     fmt::format("'{}' is no key, expected 1 to {} letters, digits, '-', '_' "
                                 "or '.'",
                                 key, kMostKeyBytes));
  } else if (!seen.insert(key).second) {
    table.ComplainAt("key", fmt::format("{} '{}' is there twice, expected once", what, key));
  }
  return key;
}

std::optional<Code> ReadCode(TomlTable& table) {
  std::optional<TomlTable> code = table.Table("code");
  if (!code) return std::nullopt;
  return Code{SystemUri(*code), code->RequireText("code")};
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

Quantity ReadQuantity(TomlTable& table) {
  Quantity quantity;
  quantity.unit = table.RequireText("unit");
  quantity.unit_label = table.Text("unit_label").value_or(quantity.unit);
  quantity.range = ReadRange(table);
  return quantity;
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

void RefuseKeys(TomlTable& table, std::string_view what,
                std::initializer_list<std::string_view> keys) {
  for (const std::string_view key : keys) {
    if (!table.Has(key)) continue;
    table.ComplainAt(
        key, fmt::format("{} has no '{}'; expected another 'kind', or none of it", what, key));
  }
}

Feature ReadFeature(TomlTable table, const std::vector<std::string>& groups,
                    std::set<std::string>& seen) {
  Feature feature;
  feature.key = ReadKey(table, "feature", seen);
  feature.label = table.Text("label").value_or(feature.key);
  feature.question = table.Text("question").value_or(feature.label + "?");
  feature.code = ReadCode(table);
  feature.group = table.Text("group").value_or("");
  if (!feature.group.empty() && std::count(groups.begin(), groups.end(), feature.group) == 0) {
    table.ComplainAt("group", fmt::format("group '{}' is not among [[groups]]{}", feature.group,
                                          Suggestion(feature.group, groups)));
  }
  feature.kind = ReadKind(table);
  if (feature.kind == FeatureKind::kContinuous) {
    ReadContinuous(table, feature);
  } else if (feature.kind == FeatureKind::kCategorical) {
    ReadCategorical(table, feature);
  } else {
    ReadModality(table, feature);
  }
  return feature;
}

}  // namespace consilium::data
