#include "server/data/mapping_toml.h"

#include <algorithm>

#include "server/data/text.h"

namespace consilium::data {
namespace {

constexpr int64_t kMostColumns = 100'000;

FileMapping ReadFile(TomlTable& table, const std::string& key, const Mapping& mapping) {
  FileMapping file;
  file.key = key;
  file.path = table.RequireText("path");
  if (table.Has("path") && file.path.empty()) {
    table.ComplainAt("path", "'path' is empty, expected a file beside the site's CSV");
  }
  file.header = table.Flag("header").value_or(true);
  file.delimiter = ReadDelimiter(table, mapping.delimiter);
  if (table.Has("patient_id")) {
    file.patient_id = ReadColumn(table, "patient_id", file.header);
  } else if (mapping.patient_id) {
    file.patient_id = *mapping.patient_id;
  }
  if (table.Has("time")) file.time = ReadColumn(table, "time", file.header);
  return file;
}

void ReadFileOf(TomlTable& entry, const Feature& feature, const Mapping& mapping,
                FeatureMapping& read) {
  const std::string key = entry.Text("file").value_or("");
  std::vector<std::string> known;
  for (size_t i = 0; i < mapping.files.size(); ++i) {
    known.push_back(mapping.files[i].key);
    if (known.back() == key) read.file = static_cast<int>(i);
  }
  if (read.file < 0) {
    entry.ComplainAt("file", fmt::format("'{}' is not in [files]{}", key, Suggestion(key, known)));
    return;
  }
  const bool has_time = mapping.files[static_cast<size_t>(read.file)].time.has_value();
  if (feature.kind == FeatureKind::kSeries && !has_time) {
    entry.ComplainAt("file", fmt::format("file '{}' has no 'time', expected the column that orders "
                                         "the series '{}'",
                                         key, feature.key));
  }
}

// "lab_*", or a list of names, or of numbers in a file without header.
void ReadColumns(TomlTable& entry, const Feature& feature, bool header, FeatureMapping& read) {
  if (!entry.Has("columns")) {
    entry.Complain(
        fmt::format("'columns' of '{}' is missing, expected \"PREFIX*\" or a list", feature.key));
    return;
  }
  if (entry.TypeOf("columns") == TomlTable::Type::kText) {
    const std::string text = *entry.Text("columns");
    if (header && text.find('*') == text.size() - 1 && text.size() > 1) {
      read.prefix = text.substr(0, text.size() - 1);
    } else {
      entry.ComplainAt("columns", fmt::format("'{}', expected a prefix of the header's names and a "
                                              "star, \"lab_*\", or a list of columns",
                                              text));
    }
    return;
  }
  const std::vector<std::string> no_texts;
  const std::vector<double> no_numbers;
  if (header) {
    for (const std::string& name : entry.Texts("columns").value_or(no_texts)) {
      read.columns.push_back({name, 0});
    }
  } else {
    for (const double number : entry.Numbers("columns").value_or(no_numbers)) {
      read.columns.push_back({"", static_cast<int>(std::clamp(number, 1.0, 1e5))});
    }
  }
  if (read.columns.size() != static_cast<size_t>(feature.width)) {
    entry.ComplainAt("columns", fmt::format("{} columns for '{}', expected one for each of its {} "
                                            "numbers",
                                            read.columns.size(), feature.key, feature.width));
  }
}

bool InEveryRange(const Feature& feature, double number) {
  for (int c = 0; c < feature.width; ++c) {
    const Range& range = RangeOf(feature, c);
    if (number < range.min || number > range.max) return false;
  }
  return true;
}

void ReadPartial(TomlTable& entry, const Feature& feature, Partial& partial) {
  const TomlTable::Type type = entry.TypeOf("partial");
  if (type == TomlTable::Type::kAbsent) return;
  if (type != TomlTable::Type::kText) {
    const std::optional<double> number = entry.Number("partial");
    if (!number) return;
    partial = {Partial::Rule::kNumber, *number};
    if (!InEveryRange(feature, *number)) {
      entry.ComplainAt("partial", fmt::format("{} is out of range of a component of '{}', expected "
                                              "a number that each could be",
                                              *number, feature.key));
    }
    return;
  }
  const std::string text = *entry.Text("partial");
  if (text == "last" && feature.kind == FeatureKind::kSeries) {
    partial.rule = Partial::Rule::kLast;
    return;
  }
  entry.ComplainAt(
      "partial",
      fmt::format("'{}', expected a number{} that stands for missing "
                  "components, or nothing",
                  text,
                  feature.kind == FeatureKind::kSeries ? ", or \"last\" for the one before," : ""));
}

void ReadFolder(TomlTable& entry, const Mapping& mapping, FeatureMapping& read) {
  read.folder = entry.RequireText("folder");
  if (entry.Has("folder") && read.folder.empty()) {
    entry.ComplainAt("folder", "'folder' is empty, expected a folder beside the site's CSV");
  }
  if (!mapping.patient_id) {
    entry.ComplainAt("folder", "images are named by patient, expected 'patient_id' in the mapping");
  }
}

}  // namespace

ColumnRef ReadColumn(TomlTable& table, std::string_view key, bool header) {
  if (table.TypeOf(key) == TomlTable::Type::kInteger) {
    const int64_t number = *table.Integer(key);
    if (number >= 1 && number <= kMostColumns) return {"", static_cast<int>(number)};
    table.ComplainAt(key, fmt::format("column {}, expected a number from 1", number));
    return {};
  }
  ColumnRef column{table.RequireText(key), 0};
  if (!header && table.Has(key)) {
    table.ComplainAt(key, fmt::format("column '{}' by name in a file without header, expected its "
                                      "number, from 1",
                                      column.name));
  }
  return column;
}

char ReadDelimiter(TomlTable& table, char otherwise) {
  const std::string delimiter = table.Text("delimiter").value_or(std::string(1, otherwise));
  if (delimiter.size() == 1 && std::string_view("\"\r\n").find(delimiter[0]) == std::string::npos) {
    return delimiter[0];
  }
  table.ComplainAt("delimiter", fmt::format("'{}', expected one character such as \",\", \";\" "
                                            "or \"\\t\"",
                                            delimiter));
  return otherwise;
}

std::vector<FileMapping> ReadFiles(TomlTable& root, const Mapping& mapping) {
  std::vector<FileMapping> files;
  std::optional<TomlTable> table = root.Table("files");
  if (!table) return files;
  for (const std::string& key : table->Keys()) {
    if (std::optional<TomlTable> entry = table->Table(key)) {
      files.push_back(ReadFile(*entry, key, mapping));
    }
  }
  if (!files.empty() && !mapping.patient_id) {
    root.ComplainAt("files",
                    "[files] have rows of patients, expected 'patient_id' to say the "
                    "column that knows them in the site's CSV");
  }
  return files;
}

void ReadModalityEntry(TomlTable& features, const std::string& key, const Feature& feature,
                       const Mapping& mapping, FeatureMapping& read) {
  std::optional<TomlTable> entry = features.Table(key);
  if (!entry) return;
  read.missing = entry->Texts("missing").value_or(std::vector<std::string>());
  if (feature.kind == FeatureKind::kImage) return ReadFolder(*entry, mapping, read);
  bool header = mapping.header;
  if (entry->Has("file")) {
    ReadFileOf(*entry, feature, mapping, read);
    if (read.file >= 0) header = mapping.files[static_cast<size_t>(read.file)].header;
  } else if (feature.kind == FeatureKind::kSeries) {
    entry->Complain(fmt::format("'file' of the series '{}' is missing, expected a key of [files]",
                                feature.key));
  }
  ReadColumns(*entry, feature, header, read);
  ReadPartial(*entry, feature, read.partial);
}

}  // namespace consilium::data
