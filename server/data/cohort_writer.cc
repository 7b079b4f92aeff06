#include "server/data/cohort_writer.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "fmt/core.h"
#include "server/data/csv.h"
#include "server/data/image.h"
#include "server/data/value_check.h"

namespace consilium::data {
namespace {

// A column of the file to be: where it stands, what it is called, what its cells are.
struct Column {
  int order = 0;
  std::string name;
  std::function<std::string(size_t row)> cell;  // empty text: missing
};

// What the columns of a vector's components are called: by number, from 1, if by nothing else.
std::vector<std::string> ComponentColumns(const Feature& feature, const FeatureMapping& map) {
  std::vector<std::string> names;
  for (int c = 0; c < feature.width; ++c) {
    const auto i = static_cast<size_t>(c);
    if (!map.prefix) {
      names.push_back(map.columns[i].name);
    } else {
      names.push_back(*map.prefix + (feature.components.empty() ? fmt::format("{}", c + 1)
                                                                : feature.components[i].key));
    }
  }
  return names;
}

// The rows of one file beside the CSV, feature after feature; their times are 0, 1, ...
std::string RowsOfFile(const Schema& schema, const Mapping& mapping, const Cohort& cohort,
                       int file) {
  const FileMapping& of = mapping.files[static_cast<size_t>(file)];
  std::vector<std::string> header = {of.patient_id.name};
  if (of.time) header.push_back(of.time->name);
  const size_t before = header.size();
  std::vector<std::pair<const FeatureMapping*, size_t>> features;  // and their first column
  for (const FeatureMapping& map : mapping.features) {
    if (map.file != file) continue;
    features.emplace_back(&map, header.size());
    const Feature& feature = schema.features[static_cast<size_t>(map.feature)];
    for (std::string& name : ComponentColumns(feature, map)) header.push_back(std::move(name));
  }
  std::string text = CsvLine(header, of.delimiter) + "\n";
  const std::vector<int> patient_of_row = PatientOfRow(cohort);
  for (const auto& [map, first] : features) {
    const auto f = static_cast<size_t>(map->feature);
    const auto width = static_cast<size_t>(schema.features[f].width);
    for (int row = 0; row < cohort.patients; ++row) {
      if (patient_of_row[static_cast<size_t>(row)] != row) continue;
      const auto numbers = cohort.payloads[f][row];
      for (size_t i = 0; i < numbers.size(); ++i) {
        std::vector<std::string> fields(header.size());
        fields[0] = cohort.patient_ids[static_cast<size_t>(row)];
        if (before > 1) fields[1] = fmt::format("{}", i / width);
        for (size_t c = 0; c < width; ++c) fields[first + c] = fmt::format("{}", numbers[i + c]);
        i += width - 1;
        text += CsvLine(fields, of.delimiter) + "\n";
      }
    }
  }
  return text;
}

void AddImages(const Schema& schema, const FeatureMapping& map, const Cohort& cohort,
               std::vector<WrittenFile>& files) {
  const auto f = static_cast<size_t>(map.feature);
  const Feature& feature = schema.features[f];
  for (int row = 0; row < cohort.patients; ++row) {
    const auto grey = cohort.payloads[f][row];
    if (grey.empty()) continue;
    files.push_back({map.folder + "/" + cohort.patient_ids[static_cast<size_t>(row)] + ".pgm",
                     EncodePgm(grey, feature.width, feature.height)});
  }
}

// "[1, 2]" of a vector, "[[1, 2], [3, 4]]" of a series or image.
std::string ArrayOf(const Feature& feature, std::span<const float> numbers) {
  std::string rows;
  const auto width = static_cast<size_t>(feature.width);
  for (size_t i = 0; i < numbers.size(); ++i) {
    if (i % width == 0) rows += i == 0 ? "[" : "], [";
    rows += fmt::format("{}{}", i % width == 0 ? "" : ", ", numbers[i]);
  }
  rows += "]";
  return feature.kind == FeatureKind::kVector ? rows : "[" + rows + "]";
}

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
  const auto cell = [&outcome, &map, &labels, &cohort, o](size_t row) -> std::string {
    if (outcome.continuous()) {
      const double target = cohort.targets[o][row];
      return std::isnan(target) ? "" : fmt::format("{}", (target - map.offset) / map.factor);
    }
    const int label = labels[row];
    if (label < 0) return "";
    if (map.threshold) return fmt::format("{}", Beside(*map.threshold, label == 1));
    return WrittenAs(map.values, label, outcome.classes[static_cast<size_t>(label)].value);
  };
  const int after_features = static_cast<int>(schema.features.size()) + map.outcome;
  return {map.column.number > 0 ? map.column.number : after_features, map.column.name, cell};
}

// The columns of a vector's components, or of none if it has a file of its own.
void AddVector(const Schema& schema, const FeatureMapping& map, const Cohort& cohort,
               std::vector<Column>& columns) {
  const auto f = static_cast<size_t>(map.feature);
  const Feature& feature = schema.features[f];
  if (map.file >= 0 || !map.folder.empty()) return;
  const std::vector<std::string> names = ComponentColumns(feature, map);
  for (size_t c = 0; c < names.size(); ++c) {
    const auto cell = [&cohort, f, c](size_t row) -> std::string {
      const auto numbers = cohort.payloads[f][static_cast<int>(row)];
      return numbers.empty() ? "" : fmt::format("{}", numbers[c]);
    };
    const int number = map.columns.empty() ? 0 : map.columns[c].number;
    columns.push_back({number > 0 ? number : map.feature, names[c], cell});
  }
}

void AddPatientIds(const Mapping& mapping, const Cohort& cohort, std::vector<Column>& columns) {
  if (!mapping.patient_id || cohort.patient_ids.empty()) return;
  const int number = mapping.patient_id->number;
  columns.push_back({number > 0 ? number : -1, mapping.patient_id->name,
                     [&cohort](size_t row) { return cohort.patient_ids[row]; }});
}

std::vector<Column> Columns(const Schema& schema, const Mapping& mapping, const Cohort& cohort) {
  std::vector<Column> columns;
  AddPatientIds(mapping, cohort, columns);
  for (const auto& map : mapping.features) {
    if (HasPayload(schema.features[static_cast<size_t>(map.feature)].kind)) {
      AddVector(schema, map, cohort, columns);
    } else {
      columns.push_back(FeatureColumn(schema, map, cohort));
    }
  }
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

std::vector<WrittenFile> WritePayloadFiles(const Schema& schema, const Mapping& mapping,
                                           const Cohort& cohort) {
  std::vector<WrittenFile> files;
  for (size_t i = 0; i < mapping.files.size(); ++i) {
    files.push_back(
        {mapping.files[i].path, RowsOfFile(schema, mapping, cohort, static_cast<int>(i))});
  }
  for (const FeatureMapping& map : mapping.features) {
    if (!map.folder.empty()) AddImages(schema, map, cohort, files);
  }
  return files;
}

std::string WriteAnswers(const Schema& schema, const Cohort& cohort, int patient) {
  std::string text;
  for (const int f : schema.AskingOrder()) {
    if (!cohort.Observed(f, patient)) continue;
    const Feature& feature = schema.features[static_cast<size_t>(f)];
    if (HasPayload(feature.kind)) {
      text += fmt::format("{} = {}\n", feature.key,
                          ArrayOf(feature, cohort.payloads[static_cast<size_t>(f)][patient]));
      continue;
    }
    const double value = cohort.values[static_cast<size_t>(f)][static_cast<size_t>(patient)];
    const std::string written = Canonical(feature, value);
    text += feature.kind == FeatureKind::kContinuous
                ? fmt::format("{} = {}\n", feature.key, written)
                : fmt::format("{} = \"{}\"\n", feature.key, written);
  }
  return text;
}

}  // namespace consilium::data
