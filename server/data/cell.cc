#include "server/data/cell.h"

#include <algorithm>
#include <cmath>

#include "base/toml.h"
#include "server/data/payload_check.h"
#include "server/data/text.h"
#include "server/data/value_check.h"

namespace consilium::data {
namespace {

CellValue Translate(std::string_view cell, const std::vector<std::pair<std::string, int>>& values) {
  std::string known;
  for (const auto& [written, index] : values) {
    if (SameCell(cell, written)) return {static_cast<double>(index), ""};
    known += (known.empty() ? "" : ", ") + written;
  }
  return {kMissing, "one of: " + known};
}

CellValue ReadTarget(std::string_view cell, const Outcome& outcome, const OutcomeMapping& map) {
  const std::string accepted =
      fmt::format("a number, {} to {} {}", outcome.range.min, outcome.range.max,
                  outcome.unit == "1" ? "" : outcome.unit_label);
  const std::optional<double> number = ParseNumber(cell);
  if (!number || !std::isfinite(*number)) return {kMissing, accepted};
  const double value = map.factor * *number + map.offset;
  if (value < outcome.range.min || value > outcome.range.max) return {kMissing, accepted};
  return {value, ""};
}

// The columns whose names begin with the prefix, in the order of the file, where components have no
// names; else the column of each component by its name.
std::vector<ColumnRef> WithPrefix(const Feature& feature, const std::string& prefix,
                                  const std::vector<std::string>& first) {
  std::vector<ColumnRef> columns;
  for (const Component& component : feature.components) {
    columns.push_back({prefix + component.key, 0});
  }
  if (!columns.empty()) return columns;
  for (const std::string& name : first) {
    if (Trim(name).starts_with(prefix)) columns.push_back({std::string(Trim(name)), 0});
  }
  return columns;
}

}  // namespace

bool IsMissing(std::string_view cell, const Mapping& mapping, const std::vector<std::string>& own) {
  const auto among = [cell](const std::vector<std::string>& markers) {
    return std::ranges::any_of(markers, [cell](const auto& each) { return SameCell(cell, each); });
  };
  return cell.empty() || among(mapping.missing) || among(own);
}

CellValue ReadFeatureCell(std::string_view cell, const Feature& feature,
                          const FeatureMapping& map) {
  if (!map.values.empty()) return Translate(cell, map.values);
  CheckedValue checked;
  const std::optional<double> number = ParseNumber(cell);
  if (feature.kind == FeatureKind::kContinuous && number) {
    checked = CheckValue(feature, map.factor * *number + map.offset);
  } else {
    checked = CheckValue(feature, cell);
  }
  if (const double* value = std::get_if<double>(&checked)) return {*value, ""};
  const RefusalReason reason = std::get<Refusal>(checked).reason;
  return {kMissing, reason == RefusalReason::kNotANumber ? "a number, " + Accepted(feature)
                                                         : Accepted(feature)};
}

CellValue ReadComponentCell(std::string_view cell, const Feature& feature, int component) {
  const std::optional<double> number = ParseNumber(cell);
  if (number && !CheckComponent(feature, component, *number)) return {*number, ""};
  return {kMissing,
          number ? Accepted(feature, component) : "a number, " + Accepted(feature, component)};
}

CellValue ReadOutcomeCell(std::string_view cell, const Outcome& outcome,
                          const OutcomeMapping& map) {
  if (outcome.continuous()) return ReadTarget(cell, outcome, map);
  if (!map.values.empty()) return Translate(cell, map.values);
  if (map.threshold) {
    const std::optional<double> number = ParseNumber(cell);
    if (!number || *number != *number) return {kMissing, "a number"};
    return {Holds(*map.threshold, *number) ? 1.0 : 0.0, ""};
  }
  const int found = FindCategory(outcome.classes, cell);
  if (found >= 0) return {static_cast<double>(found), ""};
  std::string known;
  for (const Category& entry : outcome.classes) known += (known.empty() ? "" : ", ") + entry.value;
  return {kMissing, "one of: " + known};
}

StatusOr<int> FindColumn(const ColumnRef& column, const std::vector<std::string>& first,
                         std::string_view source, bool absent_allowed) {
  if (column.number > 0) {
    if (static_cast<size_t>(column.number) <= first.size()) return column.number - 1;
    return InvalidArgument("{}: {} columns, expected a column {}", source, first.size(),
                           column.number);
  }
  int found = -1;
  std::vector<std::string> names;
  for (size_t i = 0; i < first.size(); ++i) {
    names.emplace_back(Trim(first[i]));
    if (names.back() != column.name) continue;
    if (found >= 0) {
      return InvalidArgument("{}: columns {} and {} are both called '{}', expected one", source,
                             found + 1, i + 1, column.name);
    }
    found = static_cast<int>(i);
  }
  if (found >= 0) return found;
  if (first.size() == 1 && first[0].find_first_of(";\t|") != std::string::npos) {
    return InvalidArgument(
        "{}: the header is one field, expected commas between fields, not "
        "semicolons or tabs",
        source);
  }
  if (absent_allowed) return found;
  return InvalidArgument("{}: no column '{}' in the header{}", source, column.name,
                         Suggestion(column.name, names));
}

StatusOr<std::vector<int>> FindComponents(const Feature& feature, const FeatureMapping& map,
                                          const std::vector<std::string>& first,
                                          std::string_view source, bool absent_allowed) {
  const std::vector<ColumnRef> columns =
      map.prefix ? WithPrefix(feature, *map.prefix, first) : map.columns;
  if (columns.empty() && absent_allowed) return std::vector<int>();
  if (columns.size() != static_cast<size_t>(feature.width)) {
    return InvalidArgument("{}: {} columns for '{}', expected one for each of its {} numbers",
                           source, columns.size(), feature.key, feature.width);
  }
  std::vector<int> found;
  size_t absent = 0;
  for (const ColumnRef& column : columns) {
    ASSIGN_OR_RETURN(const int index, FindColumn(column, first, source, absent_allowed));
    found.push_back(index);
    absent += index < 0 ? 1 : 0;
  }
  if (absent == found.size()) return std::vector<int>();
  if (absent == 0) return found;
  return InvalidArgument("{}: {} of the {} columns of '{}' are absent, expected all or none",
                         source, absent, found.size(), feature.key);
}

bool Complete(const Partial& partial, const std::vector<double>& last,
              std::vector<double>& numbers) {
  bool complete = true;
  for (size_t c = 0; c < numbers.size(); ++c) {
    if (!std::isnan(numbers[c])) continue;
    if (partial.rule == Partial::Rule::kNumber) numbers[c] = partial.number;
    if (partial.rule == Partial::Rule::kLast && !last.empty()) numbers[c] = last[c];
    complete = complete && !std::isnan(numbers[c]);
  }
  return complete;
}

Status CheckIsText(std::string_view text, std::string_view source) {
  const bool utf16 = text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF");
  if (!utf16 && text.find('\0') == std::string_view::npos) return OkStatus();
  return InvalidArgument("{}: {}, expected a CSV as UTF-8 or ASCII text", source,
                         utf16 ? "UTF-16 text" : "binary bytes");
}

}  // namespace consilium::data
