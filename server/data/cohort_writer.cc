#include "server/data/cohort_writer.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "fmt/core.h"
#include "server/data/csv.h"
#include "server/data/value_check.h"

namespace consilium {
namespace {

// A column of the file to be: where it stands, what it is called, what its cells are.
struct Column {
  int order = 0;
  std::string name;
  std::function<std::string(size_t row)> cell;  // empty text: missing
};

std::string WrittenAs(const std::vector<std::pair<std::string, int>>& values, int index,
                      const std::string& otherwise) {
  for (const auto& [written, category] : values) {
    if (category == index) return written;
  }
  return otherwise;
}

// A number for which the threshold holds, or does not.
double Beside(const Threshold& threshold, bool holds) {
  for (const double candidate : {threshold.bound, threshold.bound + 1, threshold.bound - 1}) {
    if (Holds(threshold, candidate) == holds) return candidate;
  }
  return threshold.bound;
}

Column FeatureColumn(const Schema& schema, const FeatureMapping& map, const Cohort& cohort) {
  const auto f = static_cast<size_t>(map.feature);
  const Feature& feature = schema.features[f];
  const std::vector<double>& values = cohort.values[f];
  const auto cell = [&feature, &map, &values](size_t row) -> std::string {
    const double value = values[row];
    if (std::isnan(value)) return "";
    if (feature.kind == FeatureKind::kCategorical) {
      return WrittenAs(map.values, static_cast<int>(value), Canonical(feature, value));
    }
    return fmt::format("{}", (value - map.offset) / map.factor);
  };
  return {map.column.number > 0 ? map.column.number : map.feature, map.column.name, cell};
}

Column OutcomeColumn(const Schema& schema, const OutcomeMapping& map, const Cohort& cohort) {
  const auto o = static_cast<size_t>(map.outcome);
  const Outcome& outcome = schema.outcomes[o];
  const std::vector<int>& labels = cohort.labels[o];
  const auto cell = [&outcome, &map, &labels](size_t row) -> std::string {
    const int label = labels[row];
    if (label < 0) return "";
    if (map.threshold) return fmt::format("{}", Beside(*map.threshold, label == 1));
    return WrittenAs(map.values, label, outcome.classes[static_cast<size_t>(label)].value);
  };
  const int after_features = static_cast<int>(schema.features.size()) + map.outcome;
  return {map.column.number > 0 ? map.column.number : after_features, map.column.name, cell};
}

std::vector<Column> Columns(const Schema& schema, const Mapping& mapping, const Cohort& cohort) {
  std::vector<Column> columns;
  for (const auto& map : mapping.features) columns.push_back(FeatureColumn(schema, map, cohort));
  for (const auto& map : mapping.outcomes) columns.push_back(OutcomeColumn(schema, map, cohort));
  std::stable_sort(columns.begin(), columns.end(),
                   [](const Column& a, const Column& b) { return a.order < b.order; });
  return columns;
}

}  // namespace

std::string WriteCohort(const Schema& schema, const Mapping& mapping, const Cohort& cohort) {
  const std::vector<Column> columns = Columns(schema, mapping, cohort);
  std::string text;
  std::vector<std::string> fields;
  if (mapping.header) {
    for (const Column& column : columns) fields.push_back(column.name);
    text += CsvLine(fields, mapping.delimiter) + "\n";
  }
  for (size_t row = 0; row < static_cast<size_t>(cohort.patients); ++row) {
    fields.clear();
    for (const Column& column : columns) {
      fields.push_back(column.cell(row));
      if (fields.back().empty() && !mapping.header) fields.back().push_back('?');
    }
    text += CsvLine(fields, mapping.delimiter) + "\n";
  }
  return text;
}

std::string WriteAnswers(const Schema& schema, const Cohort& cohort, int patient) {
  std::string text;
  for (const int f : schema.AskingOrder()) {
    if (!cohort.Observed(f, patient)) continue;
    const Feature& feature = schema.features[static_cast<size_t>(f)];
    const double value = cohort.values[static_cast<size_t>(f)][static_cast<size_t>(patient)];
    const std::string written = Canonical(feature, value);
    text += feature.kind == FeatureKind::kContinuous
                ? fmt::format("{} = {}\n", feature.key, written)
                : fmt::format("{} = \"{}\"\n", feature.key, written);
  }
  return text;
}

}  // namespace consilium
