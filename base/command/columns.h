#ifndef CONSILIUM_BASE_COMMAND_COLUMNS_H_
#define CONSILIUM_BASE_COMMAND_COLUMNS_H_

#include <string>
#include <vector>

namespace consilium {

using Row = std::vector<std::string>;

struct ColumnStyle {
  std::vector<size_t> left;  // these columns stand left; the others right
};

// Rows of equal length in columns two spaces apart, without trailing spaces or newline.
std::string InColumns(const std::vector<Row>& rows, const ColumnStyle& style);

}  // namespace consilium

#endif  // CONSILIUM_BASE_COMMAND_COLUMNS_H_
