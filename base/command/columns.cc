#include "base/command/columns.h"

#include <algorithm>

#include "fmt/format.h"

namespace consilium {

std::string InColumns(const std::vector<Row>& rows, const ColumnStyle& style) {
  std::vector<size_t> widths;
  for (const Row& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], row[c].size());
  }
  std::string text;
  for (const Row& row : rows) {
    std::string line;
    for (size_t c = 0; c < row.size(); ++c) {
      const bool left = std::ranges::find(style.left, c) != style.left.end();
      if (c > 0) line += "  ";
      line += left ? fmt::format("{:<{}}", row[c], widths[c])
                   : fmt::format("{:>{}}", row[c], widths[c]);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    if (!text.empty()) text += "\n";
    text += line;
  }
  return text;
}

}  // namespace consilium
