#ifndef CONSILIUM_SERVER_DATA_CELL_H_
#define CONSILIUM_SERVER_DATA_CELL_H_

#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "server/data/mapping.h"
#include "server/data/schema.h"

// Cells and columns of a site's CSV files.
namespace consilium::data {

inline constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

// Not observed: empty, or one of the mapping's markers or of `own`.
bool IsMissing(std::string_view cell, const Mapping& mapping, const std::vector<std::string>& own);

// What a cell that is not missing says after all rules: a number, or the rule it breaks.
struct CellValue {
  double value = kMissing;
  std::string broken_rule;
};

CellValue ReadFeatureCell(std::string_view cell, const Feature& feature, const FeatureMapping& map);
CellValue ReadComponentCell(std::string_view cell, const Feature& feature, int component);
CellValue ReadOutcomeCell(std::string_view cell, const Outcome& outcome, const OutcomeMapping& map);

// Index of the column in rows that begin with the row `first`, or -1 where it is absent and
// `absent_allowed`.
StatusOr<int> FindColumn(const ColumnRef& column, const std::vector<std::string>& first,
                         std::string_view source, bool absent_allowed);

// The columns of a vector's components, or none where all are absent and `absent_allowed`.
StatusOr<std::vector<int>> FindComponents(const Feature& feature, const FeatureMapping& map,
                                          const std::vector<std::string>& first,
                                          std::string_view source, bool absent_allowed);

// Puts into `numbers` what the mapping says stands for missing components: `last` are the numbers
// of the vector before (empty: there is none). False if some remain missing.
bool Complete(const Partial& partial, const std::vector<double>& last,
              std::vector<double>& numbers);

// InvalidArgument for bytes that are no text.
Status CheckIsText(std::string_view text, std::string_view source);

}  // namespace consilium::data

#endif  // CONSILIUM_SERVER_DATA_CELL_H_
