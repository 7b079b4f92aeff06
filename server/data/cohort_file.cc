#include "server/data/cohort_file.h"

#include <limits>
#include <map>
#include <unordered_set>

#include "base/file.h"
#include "base/toml.h"
#include "server/data/csv.h"
#include "server/data/text.h"
#include "server/data/value_check.h"

namespace consilium {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

bool IsMissing(std::string_view cell, const Mapping& mapping, const std::vector<std::string>& own) {
  const auto among = [cell](const std::vector<std::string>& markers) {
    for (const std::string& marker : markers) {
      if (SameCell(cell, marker)) return true;
    }
    return false;
  };
  return cell.empty() || among(mapping.missing) || among(own);
}

// What a cell is after all rules: a number, or the rule it breaks.
struct CellValue {
  double value = kMissing;
  std::string broken_rule;
};

CellValue Translate(std::string_view cell, const std::vector<std::pair<std::string, int>>& values) {
  std::string known;
  for (const auto& [written, index] : values) {
    if (SameCell(cell, written)) return {static_cast<double>(index), ""};
    known += (known.empty() ? "" : ", ") + written;
  }
  return {kMissing, "one of: " + known};
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

CellValue ReadOutcomeCell(std::string_view cell, const Outcome& outcome,
                          const OutcomeMapping& map) {
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

// One pass over one file. Use once.
class CohortParser {
 public:
  CohortParser(const Schema& schema, const Mapping& mapping, std::string_view text,
               std::string_view source, const CohortOptions& options)
      : schema_(schema),
        mapping_(mapping),
        source_(source),
        options_(options),
        reader_(text, mapping.delimiter, options.max_row_bytes) {
    loaded_.cohort = EmptyCohort(schema);
    for (const Feature& feature : schema.features) {
      loaded_.report.features.emplace_back().key = feature.key;
    }
    for (const Outcome& outcome : schema.outcomes) {
      loaded_.report.outcomes.emplace_back().key = outcome.key;
    }
  }

  StatusOr<LoadedCohort> Parse() {
    CsvRow row;
    if (!reader_.Next(row)) {
      return InvalidArgument("{}: empty, expected {}", source_,
                             mapping_.header ? "a header and rows" : "rows");
    }
    if (!row.error.empty()) {
      return InvalidArgument("{}:{}: {}", source_, row.line, row.error);
    }
    columns_ = row.fields.size();
    RETURN_IF_ERROR(FindColumns(row.fields));
    bool more = mapping_.header ? reader_.Next(row) : true;
    for (; more; more = reader_.Next(row)) ReadRow(row);
    return Finish();
  }

 private:
  // Index of the column in a row, or -1 where it is absent and may be.
  StatusOr<int> FindColumn(const ColumnRef& column, const std::vector<std::string>& first) const {
    if (column.number > 0) {
      if (static_cast<size_t>(column.number) <= first.size()) return column.number - 1;
      return InvalidArgument("{}: {} columns, expected a column {}", source_, first.size(),
                             column.number);
    }
    int found = -1;
    std::vector<std::string> names;
    for (size_t i = 0; i < first.size(); ++i) {
      names.emplace_back(Trim(first[i]));
      if (names.back() != column.name) continue;
      if (found >= 0) {
        return InvalidArgument("{}: columns {} and {} are both called '{}', expected one", source_,
                               found + 1, i + 1, column.name);
      }
      found = static_cast<int>(i);
    }
    if (found >= 0) return found;
    if (first.size() == 1 && first[0].find_first_of(";\t|") != std::string::npos) {
      return InvalidArgument(
          "{}: the header is one field, expected commas between fields, not "
          "semicolons or tabs",
          source_);
    }
    if (mapping_.absent_columns_allowed) return found;
    return InvalidArgument("{}: no column '{}' in the header{}", source_, column.name,
                           Suggestion(column.name, names));
  }

  Status FindColumns(const std::vector<std::string>& first) {
    bool any = false;
    for (const FeatureMapping& feature : mapping_.features) {
      ASSIGN_OR_RETURN(const int found, FindColumn(feature.column, first));
      feature_columns_.push_back(found);
      any = any || found >= 0;
      if (found >= 0) Report(feature).column = Name(feature.column);
    }
    for (const OutcomeMapping& outcome : mapping_.outcomes) {
      ASSIGN_OR_RETURN(const int found, FindColumn(outcome.column, first));
      outcome_columns_.push_back(found);
      if (found >= 0) Report(outcome).column = Name(outcome.column);
    }
    if (mapping_.patient_id) {
      ASSIGN_OR_RETURN(id_column_, FindColumn(*mapping_.patient_id, first));
    }
    if (any) return OkStatus();
    return InvalidArgument(
        "{}: none of the {} features of schema '{}' has a column, expected one or "
        "more; a mapping names a site's columns",
        source_, schema_.features.size(), schema_.name);
  }

  ColumnReport& Report(const FeatureMapping& map) {
    return loaded_.report.features[static_cast<size_t>(map.feature)];
  }
  ColumnReport& Report(const OutcomeMapping& map) {
    return loaded_.report.outcomes[static_cast<size_t>(map.outcome)];
  }

  void AddFinding(Finding finding) {
    ++loaded_.report.findings_total;
    if (++findings_by_column_[finding.column] > options_.max_findings_per_column) return;
    loaded_.report.findings.push_back(std::move(finding));
  }

  double Count(CellValue read, std::string_view cell, int line, int column, ColumnReport& report) {
    if (read.broken_rule.empty()) {
      ++report.observed;
    } else {
      ++report.refused;
      AddFinding({line, column + 1, report.key, Printable(cell), std::move(read.broken_rule)});
    }
    return read.value;
  }

  void ReadRow(const CsvRow& row) {
    if (row.fields.size() != columns_ || !row.error.empty()) {
      ++loaded_.report.rows_skipped;
      AddFinding({row.line, 0, "", Printable(row.raw),
                  row.error.empty()
                      ? fmt::format("{} fields, found {}; row skipped", columns_, row.fields.size())
                      : "a row: " + row.error + "; row skipped"});
      return;
    }
    Cohort& cohort = loaded_.cohort;
    for (auto& column : cohort.values) column.push_back(kMissing);
    for (auto& column : cohort.labels) column.push_back(-1);
    ReadFeatures(row);
    ReadOutcomes(row);
    ++cohort.patients;
    cohort.lines.push_back(row.line);
    if (!rows_seen_.insert(row.raw).second) ++loaded_.report.duplicates;
    if (id_column_ < 0) return;
    cohort.patient_ids.emplace_back(Trim(row.fields[static_cast<size_t>(id_column_)]));
    const std::string& id = cohort.patient_ids.back();
    if (!id.empty() && !ids_seen_.insert(id).second) ++loaded_.report.same_patient;
  }

  void ReadFeatures(const CsvRow& row) {
    for (size_t i = 0; i < mapping_.features.size(); ++i) {
      if (feature_columns_[i] < 0) continue;
      const FeatureMapping& map = mapping_.features[i];
      const auto f = static_cast<size_t>(map.feature);
      const std::string_view cell = Trim(row.fields[static_cast<size_t>(feature_columns_[i])]);
      if (IsMissing(cell, mapping_, map.missing)) {
        ++Report(map).missing;
        continue;
      }
      loaded_.cohort.values[f].back() = Count(ReadFeatureCell(cell, schema_.features[f], map), cell,
                                              row.line, feature_columns_[i], Report(map));
    }
  }

  void ReadOutcomes(const CsvRow& row) {
    for (size_t i = 0; i < mapping_.outcomes.size(); ++i) {
      if (outcome_columns_[i] < 0) continue;
      const OutcomeMapping& map = mapping_.outcomes[i];
      const auto o = static_cast<size_t>(map.outcome);
      const std::string_view cell = Trim(row.fields[static_cast<size_t>(outcome_columns_[i])]);
      if (IsMissing(cell, mapping_, map.missing)) {
        ++Report(map).missing;
        continue;
      }
      const double value = Count(ReadOutcomeCell(cell, schema_.outcomes[o], map), cell, row.line,
                                 outcome_columns_[i], Report(map));
      loaded_.cohort.labels[o].back() = value == value ? static_cast<int>(value) : -1;
    }
  }

  StatusOr<LoadedCohort> Finish() {
    CohortReport& report = loaded_.report;
    report.rows = loaded_.cohort.patients;
    for (size_t o = 0; o < schema_.outcomes.size(); ++o) {
      report.class_counts.push_back(ClassCounts(schema_, loaded_.cohort, static_cast<int>(o)));
    }
    if (report.rows == 0) {
      return InvalidArgument("{}: no row could be read, {} skipped; expected rows of {} fields",
                             source_, report.rows_skipped, columns_);
    }
    if (options_.strict && report.findings_total > 0) {
      const Finding& first = report.findings.front();
      return InvalidArgument(
          "{}: {} findings, expected none (strict); the first: line {}, column {} "
          "({}): expected {}",
          source_, report.findings_total, first.line, first.column,
          first.key.empty() ? "row" : first.key, first.rule);
    }
    return std::move(loaded_);
  }

  const Schema& schema_;
  const Mapping& mapping_;
  const std::string source_;
  const CohortOptions options_;
  CsvReader reader_;
  LoadedCohort loaded_;
  size_t columns_ = 0;
  std::vector<int> feature_columns_;  // [entry of mapping.features] index in a row, or -1
  std::vector<int> outcome_columns_;
  int id_column_ = -1;
  std::map<int, int> findings_by_column_;
  std::unordered_set<std::string_view> rows_seen_;
  std::unordered_set<std::string> ids_seen_;
};

}  // namespace

StatusOr<LoadedCohort> ParseCohort(const Schema& schema, const Mapping& mapping,
                                   std::string_view text, std::string_view source_name,
                                   const CohortOptions& options) {
  const bool utf16 = text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF");
  if (utf16 || text.find('\0') != std::string_view::npos) {
    return InvalidArgument("{}: {}, expected a CSV as UTF-8 or ASCII text", source_name,
                           utf16 ? "UTF-16 text" : "binary bytes");
  }
  return CohortParser(schema, mapping, text, source_name, options).Parse();
}

StatusOr<LoadedCohort> LoadCohort(const Schema& schema, const Mapping& mapping,
                                  const std::string& path, const CohortOptions& options) {
  ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  return ParseCohort(schema, mapping, text, path, options);
}

std::string Describe(const Finding& finding) {
  if (finding.column == 0) return fmt::format("line {}: expected {}", finding.line, finding.rule);
  return fmt::format("line {}, column {} ({}): '{}', expected {}", finding.line, finding.column,
                     finding.key, finding.value, finding.rule);
}

}  // namespace consilium
