#include <algorithm>
#include <cmath>

#include "lab/page/chart.h"
#include "lab/page/drawing.h"
#include "lab/page/escape.h"
#include "lab/page/scale.h"

namespace consilium::page {
namespace {

constexpr double kWidth = 720, kRow = 24, kText = 12;
constexpr int kShades = 9;

std::string CellText(const HeatMap& map, double value) {
  if (map.percent) return NumberText(100 * value, 0) + " %";
  return NumberText(value, map.decimals);
}

const std::optional<double>* ValueAt(const HeatMap& map, size_t row, size_t column) {
  if (row >= map.values.size() || column >= map.values[row].size()) return nullptr;
  const std::optional<double>& value = map.values[row][column];
  return value && std::isfinite(*value) ? &value : nullptr;
}

struct Range {
  double low = 0, high = 1;

  int ShadeOf(double value) const {
    const double share = high > low ? (value - low) / (high - low) : 0.5;
    return std::clamp(static_cast<int>(share * kShades), 0, kShades - 1);
  }
};

Range RangeOf(const HeatMap& map) {
  Range range{1e300, -1e300};
  for (size_t r = 0; r < map.rows.size(); ++r) {
    for (size_t c = 0; c < map.columns.size(); ++c) {
      if (const std::optional<double>* value = ValueAt(map, r, c)) {
        range.low = std::min(range.low, **value);
        range.high = std::max(range.high, **value);
      }
    }
  }
  if (range.low > range.high) range = {0, 1};
  if (map.from) range.low = *map.from;
  if (map.to) range.high = *map.to;
  return range;
}

double WidestOf(const std::vector<std::string>& names, double size) {
  double widest = 0;
  for (const std::string& name : names) widest = std::max(widest, TextWidth(name, size));
  return widest;
}

// Column names stand straight if they fit, else they rise at an angle.
double DrawColumnNames(const HeatMap& map, double left, double cell, double top, Drawing& drawing) {
  if (!map.column_label.empty()) {
    drawing.Text({left, top + 12}, map.column_label, Anchor::kStart, "t name");
    top += 20;
  }
  const double widest = std::min(WidestOf(map.columns, kText), 150.0);
  const bool straight = widest <= cell - 4;
  const double bottom = top + (straight ? 20 : 0.75 * widest + 16);
  for (size_t c = 0; c < map.columns.size(); ++c) {
    const double middle = left + cell * (static_cast<double>(c) + 0.5);
    if (straight) {
      drawing.Text({middle, bottom - 6}, map.columns[c], Anchor::kMiddle);
    } else {
      drawing.TextRising({middle, bottom - 6}, Fitted(map.columns[c], kText, 150));
    }
  }
  return bottom;
}

// How far the last column's name leans out over the right edge of its cell.
double LeanOf(const HeatMap& map) {
  if (map.columns.empty()) return 0;
  return 0.72 * std::min(TextWidth(map.columns.back(), kText), 150.0);
}

bool NumbersFit(const HeatMap& map, double cell) {
  for (size_t r = 0; r < map.rows.size(); ++r) {
    for (size_t c = 0; c < map.columns.size(); ++c) {
      const std::optional<double>* value = ValueAt(map, r, c);
      if (value != nullptr && TextWidth(CellText(map, **value), kText) > cell - 4) return false;
    }
  }
  return true;
}

class Cells {
 public:
  Cells(const HeatMap& map, double left, double top, double width, Drawing& drawing)
      : map_(map),
        left_(left),
        top_(top),
        width_(width),
        range_(RangeOf(map)),
        numbers_(NumbersFit(map, width)),
        drawing_(drawing) {}

  void Draw(size_t row, size_t column) {
    const std::optional<double>* value = ValueAt(map_, row, column);
    const std::string text = value != nullptr ? CellText(map_, **value) : "–";
    const std::string hint = map_.rows[row] + ", " + map_.columns[column] + ": " + text;
    const double x = left_ + width_ * static_cast<double>(column);
    const double y = top_ + kRow * static_cast<double>(row);
    const Place middle{x + width_ / 2, y + kRow / 2 + 4};
    const Box box{x + 1, y + 1, x + width_ - 1, y + kRow - 1};
    if (value == nullptr) {
      drawing_.Rectangle(box, "none", hint);
      return drawing_.Text(middle, text, Anchor::kMiddle);
    }
    const int shade = range_.ShadeOf(**value);
    drawing_.Rectangle(box, fmt::format("h{}", shade), hint);
    if (numbers_) drawing_.Text(middle, text, Anchor::kMiddle, fmt::format("t on{}", shade));
  }

 private:
  const HeatMap& map_;
  const double left_, top_, width_;
  const Range range_;
  const bool numbers_;
  Drawing& drawing_;
};

}  // namespace

Svg HeatMapChart(const HeatMap& map) {
  Drawing drawing(map.title, map.description, kWidth);
  const double names = std::min(WidestOf(map.rows, kText), 230.0), left = names + 16;
  const auto columns = static_cast<double>(std::max<size_t>(map.columns.size(), 1));
  const double width = std::min((kWidth - left - std::max(8.0, LeanOf(map))) / columns, 110.0);
  const double top = DrawColumnNames(map, left, width, 4, drawing);
  Cells cells(map, left, top, width, drawing);
  for (size_t r = 0; r < map.rows.size(); ++r) {
    const double y = top + kRow * static_cast<double>(r);
    drawing.Text({left - 8, y + kRow / 2 + 4}, Fitted(map.rows[r], kText, names), Anchor::kEnd);
    for (size_t c = 0; c < map.columns.size(); ++c) cells.Draw(r, c);
  }
  return drawing.Finish(top + kRow * static_cast<double>(map.rows.size()) + 10);
}

}  // namespace consilium::page
