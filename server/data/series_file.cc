#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "fmt/core.h"
#include "server/data/cell.h"
#include "server/data/csv.h"
#include "server/data/payload_check.h"
#include "server/data/payload_files.h"
#include "server/data/text.h"
#include "server/data/time_text.h"

namespace consilium::data {
namespace {

// One row of the file: whose it is, when it was taken, where its numbers are.
struct Taken {
  int row = 0;  // of the cohort: the first with the patient's id
  double time = 0;
  int line = 0;
  size_t at = 0;
};

// One pass over one file for one feature. Use once.
class SeriesReader {
 public:
  SeriesReader(const FilesOf& files, const FeatureMapping& map, std::string_view source,
               LoadedCohort& loaded, FindingLog& findings)
      : files_(files),
        map_(map),
        file_(files.mapping.files[static_cast<size_t>(map.file)]),
        feature_(files.schema.features[static_cast<size_t>(map.feature)]),
        source_(source),
        cohort_(loaded.cohort),
        report_(loaded.report.features[static_cast<size_t>(map.feature)]),
        findings_(findings) {}

  Status Read(std::string_view text) {
    RETURN_IF_ERROR(CheckIsText(text, source_));
    CsvReader reader(text, file_.delimiter, files_.options.max_row_bytes);
    CsvRow row;
    if (!reader.Next(row)) return InvalidArgument("{}: empty, expected rows", source_);
    if (!row.error.empty()) return InvalidArgument("{}:{}: {}", source_, row.line, row.error);
    fields_ = row.fields.size();
    RETURN_IF_ERROR(FindColumns(row.fields));
    if (columns_.empty()) return OkStatus();
    report_.column = file_.path;
    for (int r = 0; r < cohort_.patients; ++r) {
      const std::string& id = cohort_.patient_ids[static_cast<size_t>(r)];
      if (!id.empty()) row_of_id_.try_emplace(id, r);
    }
    bool more = file_.header ? reader.Next(row) : true;
    for (; more; more = reader.Next(row)) Take(row);
    Assemble();
    return OkStatus();
  }

 private:
  Status FindColumns(const std::vector<std::string>& first) {
    const bool absent_allowed = files_.mapping.absent_columns_allowed;
    ASSIGN_OR_RETURN(columns_, FindComponents(feature_, map_, first, source_, absent_allowed));
    ASSIGN_OR_RETURN(id_column_, FindColumn(file_.patient_id, first, source_, false));
    if (file_.time) {
      ASSIGN_OR_RETURN(time_column_, FindColumn(*file_.time, first, source_, false));
    }
    return OkStatus();
  }

  void Refuse(const CsvRow& row, int column, std::string key, std::string_view value,
              std::string rule) {
    findings_.Add(
        {row.line, column + 1, std::move(key), Printable(value), std::move(rule), file_.path});
  }

  void Take(const CsvRow& row) {
    if (!row.error.empty() || row.fields.size() != fields_) {
      Refuse(row, -1, "", row.raw,
             row.error.empty()
                 ? fmt::format("{} fields, found {}; row skipped", fields_, row.fields.size())
                 : "a row: " + row.error + "; row skipped");
      return;
    }
    const auto patient = row_of_id_.find(Trim(row.fields[static_cast<size_t>(id_column_)]));
    if (patient == row_of_id_.end()) {
      ++report_.strangers;
      return;
    }
    Taken taken{patient->second, 0, row.line, numbers_.size()};
    if (time_column_ >= 0) {
      const std::string& cell = row.fields[static_cast<size_t>(time_column_)];
      const std::optional<double> time = ParseTime(cell);
      if (!time) {
        ++report_.refused;
        return Refuse(row, time_column_, feature_.key, cell, "a time; row skipped");
      }
      taken.time = *time;
    }
    if (ReadNumbers(row)) taken_.push_back(taken);
  }

  // False, and nothing kept, if no component is there.
  bool ReadNumbers(const CsvRow& row) {
    bool any = false;
    for (size_t c = 0; c < columns_.size(); ++c) {
      const int component = static_cast<int>(c);
      const std::string_view cell = Trim(row.fields[static_cast<size_t>(columns_[c])]);
      CellValue read;
      if (!IsMissing(cell, files_.mapping, map_.missing)) {
        read = ReadComponentCell(cell, feature_, component);
        if (!read.broken_rule.empty()) {
          ++report_.refused;
          Refuse(row, columns_[c], ComponentKey(feature_, component), cell, read.broken_rule);
        }
      }
      any = any || !std::isnan(read.value);
      numbers_.push_back(read.value);
    }
    if (!any) numbers_.resize(numbers_.size() - columns_.size());
    return any;
  }

  // Rows of the same time stay in the order of the file.
  void Assemble() {
    std::stable_sort(taken_.begin(), taken_.end(), [](const Taken& a, const Taken& b) {
      return a.row != b.row ? a.row < b.row : a.time < b.time;
    });
    std::vector<std::vector<float>> payloads(static_cast<size_t>(cohort_.patients));
    for (size_t begin = 0, end = 0; begin < taken_.size(); begin = end) {
      while (end < taken_.size() && taken_[end].row == taken_[begin].row) ++end;
      payloads[static_cast<size_t>(taken_[begin].row)] =
          PayloadOf(std::span(taken_).subspan(begin, end - begin));
    }
    const auto f = static_cast<size_t>(map_.feature);
    const std::vector<int> patient_of_row = PatientOfRow(cohort_);
    for (size_t r = 0; r < patient_of_row.size(); ++r) {
      const std::vector<float>& payload = payloads[static_cast<size_t>(patient_of_row[r])];
      cohort_.payloads[f].Append(payload);
      cohort_.values[f][r] = payload.empty() ? kMissing : VectorsIn(feature_, payload);
      ++(payload.empty() ? report_.missing : report_.observed);
    }
  }

  // The vectors of one patient.
  std::vector<float> PayloadOf(std::span<const Taken> taken) {
    if (feature_.kind == FeatureKind::kVector && taken.size() > 1) {
      ++report_.refused;
      findings_.Add({taken[1].line, 0, feature_.key, "",
                     "one row of a patient for a vector; the first counts", file_.path});
      taken = taken.first(1);
    }
    std::vector<float> payload;
    std::vector<double> last, numbers;
    for (const Taken& each : taken) {
      const auto from = numbers_.begin() + static_cast<std::ptrdiff_t>(each.at);
      numbers.assign(from, from + feature_.width);
      const bool whole = Complete(map_.partial, last, numbers);
      if (map_.partial.rule == Partial::Rule::kLast) last = numbers;
      if (!whole) {
        ++report_.partial;
        continue;
      }
      for (const double number : numbers) payload.push_back(static_cast<float>(number));
    }
    return Latest(std::move(payload));
  }

  std::vector<float> Latest(std::vector<float> payload) {
    const size_t most =
        static_cast<size_t>(feature_.width) * static_cast<size_t>(std::max(feature_.longest, 1));
    if (payload.size() <= most) return payload;
    ++report_.shortened;
    payload.erase(payload.begin(), payload.end() - static_cast<std::ptrdiff_t>(most));
    return payload;
  }

  const FilesOf& files_;
  const FeatureMapping& map_;
  const FileMapping& file_;
  const Feature& feature_;
  const std::string source_;
  Cohort& cohort_;
  ColumnReport& report_;
  FindingLog& findings_;
  size_t fields_ = 0;
  std::vector<int> columns_;  // [component] index in a row
  int id_column_ = -1;
  int time_column_ = -1;
  std::unordered_map<std::string_view, int> row_of_id_;
  std::vector<Taken> taken_;
  std::vector<double> numbers_;  // of the rows taken, NaN where missing
};

}  // namespace

Status ReadSeriesFile(const FilesOf& files, const FeatureMapping& map, std::string_view text,
                      std::string_view source, LoadedCohort& loaded, FindingLog& findings) {
  return SeriesReader(files, map, source, loaded, findings).Read(text);
}

}  // namespace consilium::data
