#include "server/data/cohort_file.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <unordered_set>

#include "base/file.h"
#include "server/data/cell.h"
#include "server/data/csv.h"
#include "server/data/payload_files.h"
#include "server/data/text.h"

namespace consilium::data {
namespace {

// One pass over one file. Use once.
class CohortParser {
 public:
  CohortParser(const Schema& schema, const Mapping& mapping, std::string_view text,
               std::string_view source, const CohortOptions& options)
      : schema_(schema),
        mapping_(mapping),
        source_(source),
        options_(options),
        reader_(text, mapping.delimiter, options.max_row_bytes),
        findings_(loaded_.report, options.max_findings_per_column) {
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
  StatusOr<int> Find(const ColumnRef& column, const std::vector<std::string>& first) const {
    return FindColumn(column, first, source_, mapping_.absent_columns_allowed);
  }

  // Where the columns of a feature stand; none if it has none, or has files of its own.
  StatusOr<std::vector<int>> FindFeature(const FeatureMapping& map,
                                         const std::vector<std::string>& first) {
    const Feature& feature = schema_.features[static_cast<size_t>(map.feature)];
    if (map.file >= 0 || !map.folder.empty()) return std::vector<int>();
    if (HasPayload(feature.kind)) {
      ASSIGN_OR_RETURN(std::vector<int> found, FindComponents(feature, map, first, source_,
                                                              mapping_.absent_columns_allowed));
      if (!found.empty()) {
        Report(map).column = map.prefix ? *map.prefix + "*" : Trim(first[found.front()]);
      }
      return found;
    }
    ASSIGN_OR_RETURN(const int found, Find(map.column, first));
    if (found < 0) return std::vector<int>();
    Report(map).column = Name(map.column);
    return std::vector<int>{found};
  }

  Status FindColumns(const std::vector<std::string>& first) {
    bool any = false;
    for (const FeatureMapping& feature : mapping_.features) {
      ASSIGN_OR_RETURN(feature_columns_.emplace_back(), FindFeature(feature, first));
      any = any || !feature_columns_.back().empty() || feature.file >= 0 || !feature.folder.empty();
    }
    for (const OutcomeMapping& outcome : mapping_.outcomes) {
      ASSIGN_OR_RETURN(const int found, Find(outcome.column, first));
      RETURN_IF_ERROR(CheckIsNoFeature(found, outcome));
      outcome_columns_.push_back(found);
      if (found >= 0) Report(outcome).column = Name(outcome.column);
    }
    if (mapping_.patient_id) {
      ASSIGN_OR_RETURN(id_column_, Find(*mapping_.patient_id, first));
    }
    if (any) return OkStatus();
    return InvalidArgument(
        "{}: none of the {} features of schema '{}' has a column, expected one or "
        "more; a mapping names a site's columns",
        source_, schema_.features.size(), schema_.name);
  }

  Status CheckIsNoFeature(int column, const OutcomeMapping& outcome) const {
    for (size_t i = 0; i < feature_columns_.size() && column >= 0; ++i) {
      if (std::ranges::count(feature_columns_[i], column) == 0) continue;
      return InvalidArgument(
          "{}: '{}' is the outcome '{}' and in the feature '{}': the prediction would be told the "
          "answer",
          source_, Name(outcome.column), schema_.outcomes[static_cast<size_t>(outcome.outcome)].key,
          schema_.features[static_cast<size_t>(mapping_.features[i].feature)].key);
    }
    return OkStatus();
  }

  ColumnReport& Report(const FeatureMapping& map) {
    return loaded_.report.features[static_cast<size_t>(map.feature)];
  }
  ColumnReport& Report(const OutcomeMapping& map) {
    return loaded_.report.outcomes[static_cast<size_t>(map.outcome)];
  }

  // `key` names what was read, `report` counts it.
  double Count(CellValue read, std::string_view cell, int line, int column, ColumnReport& report,
               const std::string& key) {
    if (read.broken_rule.empty()) {
      ++report.observed;
    } else {
      ++report.refused;
      findings_.Add({line, column + 1, key, Printable(cell), std::move(read.broken_rule), ""});
    }
    return read.value;
  }

  void ReadRow(const CsvRow& row) {
    if (row.fields.size() != columns_ || !row.error.empty()) {
      ++loaded_.report.rows_skipped;
      findings_.Add({row.line, 0, "", Printable(row.raw),
                     row.error.empty() ? fmt::format("{} fields, found {}; row skipped", columns_,
                                                     row.fields.size())
                                       : "a row: " + row.error + "; row skipped",
                     ""});
      return;
    }
    Cohort& cohort = loaded_.cohort;
    for (auto& column : cohort.values) column.push_back(kMissing);
    for (auto& column : cohort.labels) column.push_back(-1);
    for (size_t o = 0; o < schema_.outcomes.size(); ++o) {
      if (schema_.outcomes[o].continuous()) cohort.targets[o].push_back(kMissing);
    }
    ReadFeatures(row);
    ReadOutcomes(row);
    ++cohort.patients;
    FillPayloads(false);
    cohort.lines.push_back(row.line);
    if (!rows_seen_.insert(row.raw).second) ++loaded_.report.duplicates;
    if (id_column_ < 0) return;
    cohort.patient_ids.emplace_back(Trim(row.fields[static_cast<size_t>(id_column_)]));
    const std::string& id = cohort.patient_ids.back();
    if (!id.empty() && !ids_seen_.insert(id).second) ++loaded_.report.same_patient;
  }

  void ReadFeatures(const CsvRow& row) {
    for (size_t i = 0; i < mapping_.features.size(); ++i) {
      if (feature_columns_[i].empty()) continue;
      const FeatureMapping& map = mapping_.features[i];
      const auto f = static_cast<size_t>(map.feature);
      if (HasPayload(schema_.features[f].kind)) {
        ReadVector(row, map, feature_columns_[i]);
        continue;
      }
      const int column = feature_columns_[i].front();
      const std::string_view cell = Trim(row.fields[static_cast<size_t>(column)]);
      if (IsMissing(cell, mapping_, map.missing)) {
        ++Report(map).missing;
        continue;
      }
      loaded_.cohort.values[f].back() = Count(ReadFeatureCell(cell, schema_.features[f], map), cell,
                                              row.line, column, Report(map), Report(map).key);
    }
  }

  // All components or none: see Partial.
  void ReadVector(const CsvRow& row, const FeatureMapping& map, const std::vector<int>& columns) {
    const auto f = static_cast<size_t>(map.feature);
    const Feature& feature = schema_.features[f];
    ColumnReport& report = Report(map);
    std::vector<double> numbers;
    size_t there = 0;
    for (size_t c = 0; c < columns.size(); ++c) {
      const std::string_view cell = Trim(row.fields[static_cast<size_t>(columns[c])]);
      const bool missing = IsMissing(cell, mapping_, map.missing);
      const CellValue read =
          missing ? CellValue() : ReadComponentCell(cell, feature, static_cast<int>(c));
      if (!read.broken_rule.empty()) {
        ++report.refused;
        findings_.Add({row.line, columns[c] + 1, ComponentKey(feature, static_cast<int>(c)),
                       Printable(cell), read.broken_rule, ""});
      }
      there += std::isnan(read.value) ? 0 : 1;
      numbers.push_back(read.value);
    }
    const bool whole = there > 0 && Complete(map.partial, {}, numbers);
    if (!whole) {
      ++(there > 0 ? report.partial : report.missing);
      return;
    }
    ++report.observed;
    loaded_.cohort.values[f].back() = 1;
    vector_.assign(numbers.begin(), numbers.end());
    loaded_.cohort.payloads[f].Append(vector_);
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
                                 outcome_columns_[i], Report(map), Report(map).key);
      if (schema_.outcomes[o].continuous()) {
        loaded_.cohort.targets[o].back() = value;
      } else if (!std::isnan(value)) {
        loaded_.cohort.labels[o].back() = static_cast<int>(value);
      }
    }
  }

  // A row without numbers for every patient so far whose vector is missing; with `all` also of what
  // no file gave.
  void FillPayloads(bool all) {
    Cohort& cohort = loaded_.cohort;
    for (size_t i = 0; i < mapping_.features.size(); ++i) {
      const auto f = static_cast<size_t>(mapping_.features[i].feature);
      if (!HasPayload(schema_.features[f].kind) || feature_columns_[i].empty()) continue;
      while (cohort.payloads[f].rows() < cohort.patients) cohort.payloads[f].Append({});
    }
    for (size_t f = 0; f < schema_.features.size() && all; ++f) {
      if (!HasPayload(schema_.features[f].kind)) continue;
      while (cohort.payloads[f].rows() < cohort.patients) cohort.payloads[f].Append({});
    }
  }

  StatusOr<LoadedCohort> Finish() {
    RETURN_IF_ERROR(ReadPayloadFiles({schema_, mapping_, options_}, loaded_, findings_));
    FillPayloads(true);
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
      return InvalidArgument("{}: {} findings, expected none (strict); the first: {}", source_,
                             report.findings_total, DescribeWithoutValue(report.findings.front()));
    }
    return std::move(loaded_);
  }

  const Schema& schema_;
  const Mapping& mapping_;
  const std::string source_;
  const CohortOptions options_;
  CsvReader reader_;
  LoadedCohort loaded_;
  FindingLog findings_;
  size_t columns_ = 0;
  std::vector<std::vector<int>> feature_columns_;  // [entry of mapping.features] indices in a row
  std::vector<int> outcome_columns_;
  int id_column_ = -1;
  std::vector<float> vector_;  // scratch
  std::unordered_set<std::string_view> rows_seen_;
  std::unordered_set<std::string> ids_seen_;
};

}  // namespace

StatusOr<LoadedCohort> ParseCohort(const Schema& schema, const Mapping& mapping,
                                   std::string_view text, std::string_view source_name,
                                   const CohortOptions& options) {
  RETURN_IF_ERROR(CheckIsText(text, source_name));
  return CohortParser(schema, mapping, text, source_name, options).Parse();
}

StatusOr<LoadedCohort> LoadCohort(const Schema& schema, const Mapping& mapping,
                                  const std::string& path, const CohortOptions& options) {
  ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  CohortOptions beside = options;
  beside.folder = std::filesystem::absolute(path).parent_path().string();
  return ParseCohort(schema, mapping, text, path, beside);
}

}  // namespace consilium::data
