#include "server/data/further_column.h"

#include <algorithm>
#include <unordered_map>

#include "base/toml.h"
#include "server/data/cohort_file.h"
#include "server/data/csv.h"
#include "server/data/text.h"

namespace consilium::data {

StatusOr<std::vector<std::string>> ReadFurtherColumn(std::string_view text, const Mapping& mapping,
                                                     const std::string& column,
                                                     const Cohort& cohort,
                                                     std::string_view source_name) {
  CsvReader reader(text, mapping.delimiter, CohortOptions().max_row_bytes);
  CsvRow row;
  std::vector<std::string> header;
  if (mapping.header && reader.Next(row)) {
    for (const std::string& name : row.fields) header.emplace_back(Trim(name));
  }
  const auto found = std::find(header.begin(), header.end(), column);
  if (found == header.end()) {
    return InvalidArgument("{}: no column '{}' in the header{}", source_name, column,
                           Suggestion(column, header));
  }
  const auto index = static_cast<size_t>(found - header.begin());
  std::unordered_map<int, std::string> by_line;
  while (reader.Next(row)) {
    if (index < row.fields.size()) by_line[row.line] = Trim(row.fields[index]);
  }
  std::vector<std::string> cells;
  for (const int line : cohort.lines) cells.push_back(by_line[line]);
  return cells;
}

}  // namespace consilium::data
