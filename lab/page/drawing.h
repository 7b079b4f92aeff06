#ifndef CONSILIUM_LAB_PAGE_DRAWING_H_
#define CONSILIUM_LAB_PAGE_DRAWING_H_

#include <string>
#include <string_view>
#include <vector>

#include "fmt/core.h"
#include "lab/page/chart.h"

namespace consilium::page {

// Styles of series; then they repeat. The last five have colours of the first, other dashes and
// hollow marks.
constexpr int kPalette = 12;

struct Place {
  double x = 0;
  double y = 0;
};

struct Box {
  double left = 0, top = 0, right = 0, bottom = 0;
};

enum class Anchor { kStart, kMiddle, kEnd };

// An SVG under construction, with a title and a description for screen readers. Colours are classes
// of the page's style sheet: s0 ... s11 for series.
class Drawing {
 public:
  Drawing(std::string_view title, std::string_view description, double width);

  void Line(Place from, Place to, std::string_view style);
  void Rectangle(const Box& box, std::string_view style, std::string_view hint = "");
  void Text(Place place, std::string_view text, Anchor anchor, std::string_view style = "t");
  void TextUpwards(Place place, std::string_view text);
  void TextRising(Place place, std::string_view text);  // at 45 degrees
  void Path(const std::string& commands, std::string_view style);
  // The mark of a series: circle, square, triangle, ... `hint` appears when pointed at.
  void Mark(Place place, int series, std::string_view hint);
  // A bar with short ends, across (lying) or up.
  void Interval(Place from, Place to, std::string_view style);

  // What is drawn between the two does not show outside `box`.
  void BeginClip(const Box& box);
  void EndClip();

  Svg Finish(double height) const;

 private:
  std::string title_, description_, body_;
  double width_;
};

std::string SeriesStyle(std::string_view what, int series);  // "line s2"

struct LegendEntry {
  std::string name;
  int series = 0;
  bool line = false, mark = false, block = false, band = false;
};

// Rows of samples with names from `top` on, between the two; returns where they end.
double DrawLegend(const std::vector<LegendEntry>& entries, double left, double right, double top,
                  Drawing& drawing);

}  // namespace consilium::page

#endif  // CONSILIUM_LAB_PAGE_DRAWING_H_
