#include "server/data/mapping.h"

#include <algorithm>
#include <array>

#include "base/toml.h"
#include "server/data/mapping_toml.h"
#include "server/data/text.h"
#include "server/data/value_check.h"

namespace consilium::data {
namespace {

using Values = std::vector<std::pair<std::string, int>>;

// The longer signs first, so that ">=" is not read as ">".
constexpr std::array<std::pair<std::string_view, Comparison>, 6> kComparisons = {{
    {"==", Comparison::kEqual},
    {"!=", Comparison::kNotEqual},
    {"<=", Comparison::kLessOrEqual},
    {">=", Comparison::kGreaterOrEqual},
    {"<", Comparison::kLess},
    {">", Comparison::kGreater},
}};

// Reads the two tables of a mapping against a schema.
class MappingReader {
 public:
  MappingReader(const Schema& schema, TomlTable root) : schema_(schema), root_(root) {}

  Mapping Read() {
    mapping_.name = root_.Text("mapping").value_or("");
    ReadSchemaName();
    mapping_.header = root_.Flag("header").value_or(true);
    mapping_.delimiter = ReadDelimiter(root_, ',');
    if (auto missing = root_.Texts("missing")) mapping_.missing = *missing;
    if (root_.Has("patient_id")) {
      mapping_.patient_id = ReadColumn(root_, "patient_id", mapping_.header);
    }
    mapping_.files = ReadFiles(root_, mapping_);
    ReadFeatures();
    ReadOutcomes();
    return std::move(mapping_);
  }

 private:
  void ReadSchemaName() {
    const std::string name = root_.RequireText("schema");
    if (root_.Has("schema") && name != schema_.name) {
      root_.ComplainAt("schema", fmt::format("this mapping is for schema '{}', expected '{}'", name,
                                             schema_.name));
    }
  }

  Values ReadValues(TomlTable& entry, const std::vector<Category>& categories) {
    Values values;
    std::optional<TomlTable> table = entry.Table("values");
    if (!table) return values;
    for (const std::string& cell : table->Keys()) {
      const std::string value = table->Text(cell).value_or("");
      const auto found = std::find_if(categories.begin(), categories.end(),
                                      [&](const Category& c) { return c.value == value; });
      if (found != categories.end()) {
        values.emplace_back(cell, static_cast<int>(found - categories.begin()));
        continue;
      }
      std::vector<std::string> known;
      for (const Category& category : categories) known.push_back(category.value);
      table->ComplainAt(cell, fmt::format("'{}' is no value of the schema, expected one of: {}{}",
                                          value, Join(known, ", "), Suggestion(value, known)));
    }
    return values;
  }

  // Of a feature or an outcome that is a number.
  void ReadUnit(TomlTable& entry, const auto& of, auto& read) {
    const std::optional<std::string> unit = entry.Text("unit");
    read.factor = entry.Number("factor").value_or(1);
    read.offset = entry.Number("offset").value_or(0);
    const bool converts = entry.Has("factor") || entry.Has("offset");
    const bool same = !unit || *unit == of.unit || *unit == of.unit_label;
    if (unit && !same && !converts) {
      entry.ComplainAt("unit",
                       fmt::format("unit '{}' is not the schema's '{}', expected a 'factor' "
                                   "and perhaps an 'offset' to convert it",
                                   *unit, of.unit));
    }
    if (converts && (!unit || same)) {
      entry.ComplainAt(
          entry.Has("factor") ? "factor" : "offset",
          fmt::format("a conversion, expected 'unit' to say from what unit, other than "
                      "the schema's '{}'",
                      of.unit));
    }
    if (read.factor == 0) entry.ComplainAt("factor", "'factor' is 0, expected another number");
  }

  void ReadFeatureEntry(TomlTable& features, const std::string& key, FeatureMapping& read) {
    const Feature& feature = schema_.features[static_cast<size_t>(read.feature)];
    if (HasPayload(feature.kind)) {
      return ReadModalityEntry(features, key, feature, mapping_, read);
    }
    if (features.TypeOf(key) != TomlTable::Type::kTable) {
      read.column = ReadColumn(features, key, mapping_.header);
      return;
    }
    TomlTable entry = *features.Table(key);
    read.column = ReadColumn(entry, "column", mapping_.header);
    read.missing = entry.Texts("missing").value_or(std::vector<std::string>());
    if (feature.kind == FeatureKind::kContinuous) {
      ReadUnit(entry, feature, read);
    } else {
      read.values = ReadValues(entry, feature.categories);
    }
  }

  void ReadFeatures() {
    std::optional<TomlTable> features = root_.Table("features");
    if (!features) {
      if (!root_.Has("features")) root_.Complain("no [features], expected one or more");
      return;
    }
    for (const std::string& key : features->Keys()) {
      FeatureMapping read;
      read.feature = schema_.FindFeature(key);
      if (read.feature < 0) {
        features->ComplainAt(key,
                             fmt::format("'{}' is no feature of schema '{}'{}", key, schema_.name,
                                         Suggestion(key, schema_.FeatureKeys())));
        continue;
      }
      ReadFeatureEntry(*features, key, read);
      mapping_.features.push_back(std::move(read));
    }
  }

  void ReadThreshold(TomlTable& entry, const Outcome& outcome, OutcomeMapping& read) {
    const std::optional<std::string> text = entry.Text("positive");
    if (!text) return;
    for (const auto& [sign, comparison] : kComparisons) {
      if (!text->starts_with(sign)) continue;
      const std::optional<double> bound = ParseNumber(std::string_view(*text).substr(sign.size()));
      if (bound) read.threshold = Threshold{comparison, *bound};
      break;
    }
    if (!read.threshold) {
      entry.ComplainAt("positive", fmt::format("'{}', expected a comparison and a number such as "
                                               "\"> 0\"",
                                               *text));
    }
    if (outcome.classes.size() != 2) {
      entry.ComplainAt("positive",
                       fmt::format("'positive' for {} classes, expected two; use 'values'",
                                   outcome.classes.size()));
    }
    if (entry.Has("values")) {
      entry.ComplainAt("positive", "'positive' and 'values', expected one of them");
    }
  }

  void ReadOutcomeEntry(TomlTable& outcomes, const std::string& key, OutcomeMapping& read) {
    if (outcomes.TypeOf(key) != TomlTable::Type::kTable) {
      read.column = ReadColumn(outcomes, key, mapping_.header);
    } else {
      TomlTable entry = *outcomes.Table(key);
      const Outcome& outcome = schema_.outcomes[static_cast<size_t>(read.outcome)];
      read.column = ReadColumn(entry, "column", mapping_.header);
      read.missing = entry.Texts("missing").value_or(std::vector<std::string>());
      if (outcome.continuous()) {
        ReadUnit(entry, outcome, read);
      } else {
        ReadThreshold(entry, outcome, read);
        read.values = ReadValues(entry, outcome.classes);
      }
    }
    for (const FeatureMapping& feature : mapping_.features) {
      if (feature.column != read.column || feature.column == ColumnRef{}) continue;
      outcomes.ComplainAt(key,
                          fmt::format("'{}' is the outcome '{}' and the feature '{}': the "
                                      "prediction would be told the answer",
                                      Name(read.column), key,
                                      schema_.features[static_cast<size_t>(feature.feature)].key));
    }
  }

  void ReadOutcomes() {
    std::optional<TomlTable> outcomes = root_.Table("outcomes");
    if (!outcomes) return;
    std::vector<std::string> known;
    for (const Outcome& outcome : schema_.outcomes) known.push_back(outcome.key);
    for (const std::string& key : outcomes->Keys()) {
      OutcomeMapping read;
      read.outcome = schema_.FindOutcome(key);
      if (read.outcome < 0) {
        outcomes->ComplainAt(key, fmt::format("'{}' is no outcome of schema '{}'{}", key,
                                              schema_.name, Suggestion(key, known)));
        continue;
      }
      ReadOutcomeEntry(*outcomes, key, read);
      mapping_.outcomes.push_back(std::move(read));
    }
  }

  const Schema& schema_;
  TomlTable root_;
  Mapping mapping_;
};

StatusOr<Mapping> Read(StatusOr<TomlDocument> document, const Schema& schema) {
  if (!document.ok()) return document.status();
  Mapping mapping = MappingReader(schema, document->root()).Read();
  RETURN_IF_ERROR(document->Finish());
  return mapping;
}

constexpr std::string_view kPatient = "patient";

void AddIdentity(const Feature& feature, int index, Mapping& mapping) {
  FeatureMapping& added = mapping.features.emplace_back();
  added.feature = index;
  if (!HasPayload(feature.kind)) {
    added.column.name = feature.key;
    return;
  }
  if (feature.kind != FeatureKind::kVector)
    mapping.patient_id = ColumnRef{std::string(kPatient), 0};
  if (feature.kind == FeatureKind::kImage) {
    added.folder = feature.key;
    return;
  }
  const bool own_file = feature.kind == FeatureKind::kSeries;
  const size_t before_component = own_file ? feature.key.size() + 1 : 0;
  for (int c = 0; c < feature.width; ++c) {
    added.columns.push_back({ComponentKey(feature, c).substr(before_component), 0});
  }
  if (!own_file) return;
  added.file = static_cast<int>(mapping.files.size());
  FileMapping& file = mapping.files.emplace_back();
  file.key = feature.key;
  file.path = feature.key + ".csv";
  file.patient_id.name = kPatient;
  file.time = ColumnRef{"time", 0};
}

}  // namespace

StatusOr<Mapping> ParseMapping(std::string_view text, std::string_view source_name,
                               const Schema& schema) {
  return Read(TomlDocument::Parse(text, source_name), schema);
}

StatusOr<Mapping> LoadMapping(const std::string& path, const Schema& schema) {
  return Read(TomlDocument::Load(path), schema);
}

Mapping IdentityMapping(const Schema& schema) {
  Mapping mapping;
  mapping.name = "identity";
  mapping.absent_columns_allowed = true;
  for (size_t f = 0; f < schema.features.size(); ++f) {
    AddIdentity(schema.features[f], static_cast<int>(f), mapping);
  }
  for (size_t o = 0; o < schema.outcomes.size(); ++o) {
    OutcomeMapping& outcome = mapping.outcomes.emplace_back();
    outcome.outcome = static_cast<int>(o);
    outcome.column.name = schema.outcomes[o].key;
  }
  return mapping;
}

std::string Name(const ColumnRef& column) {
  return column.number > 0 ? fmt::format("column {}", column.number) : column.name;
}

bool SameCell(std::string_view cell, std::string_view written) {
  if (cell == written) return true;
  const std::optional<double> number = ParseNumber(written);
  return number && ParseNumber(cell) == number;
}

std::string_view Name(Comparison comparison) {
  for (const auto& [sign, entry] : kComparisons) {
    if (entry == comparison) return sign;
  }
  return "?";
}

bool Holds(const Threshold& threshold, double value) {
  switch (threshold.comparison) {
    case Comparison::kEqual:
      return value == threshold.bound;
    case Comparison::kNotEqual:
      return value != threshold.bound;
    case Comparison::kLess:
      return value < threshold.bound;
    case Comparison::kLessOrEqual:
      return value <= threshold.bound;
    case Comparison::kGreater:
      return value > threshold.bound;
    case Comparison::kGreaterOrEqual:
      return value >= threshold.bound;
  }
  return false;
}

}  // namespace consilium::data
