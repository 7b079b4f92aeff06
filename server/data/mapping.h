#ifndef CONSILIUM_SERVER_DATA_MAPPING_H_
#define CONSILIUM_SERVER_DATA_MAPPING_H_

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/status.h"
#include "server/data/schema.h"

namespace consilium::data {

// A column of a file: by the name in its header, or by number (from 1) where there is no header.
struct ColumnRef {
  std::string name;
  int number = 0;  // 0: by name
  bool operator==(const ColumnRef&) const = default;
};

std::string Name(const ColumnRef& column);  // "chol", "column 5"

// What stands for the missing components of a vector that has some. Without a rule such a vector is
// missing as a whole.
struct Partial {
  enum class Rule { kNone, kNumber, kLast } rule = Rule::kNone;  // kLast: of the vector before
  double number = 0;
};

// A CSV with rows by patient beside the site's own.
struct FileMapping {
  std::string key;
  std::string path;  // from the folder of the site's CSV
  bool header = true;
  char delimiter = ',';
  ColumnRef patient_id;
  std::optional<ColumnRef> time;  // orders the rows of a patient
};

// How a site writes one feature.
struct FeatureMapping {
  int feature = -1;  // index in the schema
  ColumnRef column;  // continuous and categorical

  // Vector and series: the column of each component, or those whose names begin with `prefix`.
  std::vector<ColumnRef> columns;
  std::optional<std::string> prefix;
  int file = -1;  // index into Mapping::files; -1: the site's CSV
  Partial partial;
  std::string folder;  // image: of files named by patient, from the folder of the site's CSV

  std::vector<std::string> missing;  // beside the mapping's own markers
  // value in the schema's unit = factor * cell + offset
  double factor = 1;
  double offset = 0;
  std::vector<std::pair<std::string, int>> values;  // cell -> index of the category
};

enum class Comparison { kEqual, kNotEqual, kLess, kLessOrEqual, kGreater, kGreaterOrEqual };

// Class 1 if the cell compares so with the bound, else class 0: "num > 0".
struct Threshold {
  Comparison comparison = Comparison::kGreater;
  double bound = 0;
};

// How a site writes one outcome: by a threshold, by a table, or by the classes' own values; or a
// number.
struct OutcomeMapping {
  int outcome = -1;  // index in the schema
  ColumnRef column;
  std::vector<std::string> missing;
  std::optional<Threshold> threshold;
  std::vector<std::pair<std::string, int>> values;  // cell -> index of the class
  // An outcome that is a number: in the schema's unit = factor * cell + offset.
  double factor = 1;
  double offset = 0;
};

// How one site's CSV relates to the schema. What a site does not list, it does not hold.
struct Mapping {
  std::string name;
  bool header = true;
  bool absent_columns_allowed = false;  // a mapped column absent from the file is not held
  char delimiter = ',';
  std::vector<std::string> missing = {"", "?", "NA"};  // cells that mean: not observed
  std::optional<ColumnRef> patient_id;
  std::vector<FileMapping> files;
  std::vector<FeatureMapping> features;
  std::vector<OutcomeMapping> outcomes;
};

// Reads docs/formats/mapping.md. An error tells everything that is wrong, with line and column.
StatusOr<Mapping> ParseMapping(std::string_view text, std::string_view source_name,
                               const Schema& schema);
StatusOr<Mapping> LoadMapping(const std::string& path, const Schema& schema);

// For a file whose header has the schema's keys and whose cells have the schema's values. Columns
// absent from the header are features the site does not hold. Vectors have columns KEY.COMPONENT,
// series a file KEY.csv with columns "patient", "time" and those of the components, images a folder
// KEY; where there are series or images the column "patient" knows the patients.
Mapping IdentityMapping(const Schema& schema);

// Does a cell say the same as `written` does: the same text, or the same number ("3.0" is "3")?
bool SameCell(std::string_view cell, std::string_view written);

std::string_view Name(Comparison comparison);  // ">="
bool Holds(const Threshold& threshold, double value);

}  // namespace consilium::data

#endif  // CONSILIUM_SERVER_DATA_MAPPING_H_
