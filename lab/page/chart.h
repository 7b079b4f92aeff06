#ifndef CONSILIUM_LAB_PAGE_CHART_H_
#define CONSILIUM_LAB_PAGE_CHART_H_

#include <optional>
#include <string>
#include <vector>

// Charts as SVG for a Page (lab/page/page.h), whose style sheet gives them their colours: they
// follow the reader's light or dark scheme. Series differ by colour (a palette for all kinds of
// colour vision), mark and dash: twelve can be told apart. Numbers that are not finite are left
// out, as is what a logarithmic axis cannot show; every text is escaped; the same values give the
// same bytes.
namespace consilium::page {

struct Svg {
  std::string text = {};
};

struct Axis {
  std::string label;  // with its unit: "time (s)"
  bool logarithmic = false;
  std::optional<double> from = {};  // where the axis begins; absent: as the values ask for
  std::optional<double> to = {};
};

struct ChartPoint {
  double x = 0;
  double y = 0;
  std::optional<double> low = {};  // interval around y: a band of a line, a whisker of a mark
  std::optional<double> high = {};
};

struct Series {
  std::string name = {};  // empty: not in the legend
  std::vector<ChartPoint> points = {};
  bool marks = false;  // line chart: a mark at each point
  bool quiet = false;  // thin and grey: context, such as one line for each seed
};

// A straight line with a word: a threshold, the line of perfect calibration.
struct Reference {
  enum class Direction { kHorizontal, kVertical, kDiagonal };
  Direction direction = Direction::kHorizontal;
  double at = 0;  // y of a horizontal, x of a vertical line; unused by the diagonal y = x
  std::string label = {};
};

struct Chart {
  std::string title = {};
  std::string description = {};  // what it shows, for who cannot see it
  Axis x = {};
  Axis y = {};
  std::vector<Series> series = {};
  std::vector<Reference> references = {};
  bool square = false;
  bool labels = false;  // names beside the ends of the series, in place of a legend
};

Svg LineChart(const Chart& chart);
Svg ScatterChart(const Chart& chart);

// A square line chart from 0 to 1 on both axes with the diagonal: x what was predicted, y what
// happened.
Svg ReliabilityDiagram(const std::string& title, const std::vector<Series>& series);

struct Bar {
  std::optional<double> value = {};  // absent: a dash
  std::optional<double> low = {};
  std::optional<double> high = {};
};

// One bar for each group, in their order.
struct BarSeries {
  std::string name = {};
  std::vector<Bar> bars = {};
};

// Lying bars, group below group.
struct Bars {
  std::string title = {};
  std::string description = {};
  Axis value = {};
  std::vector<std::string> groups = {};
  std::vector<BarSeries> series = {};
  std::vector<Reference> references = {};  // vertical ones
  bool dots = false;  // dots with intervals instead of bars; the axis need not begin at 0
  int decimals = 3;   // of the numbers beside the bars
};

Svg BarChart(const Bars& bars);

struct HeatMap {
  std::string title = {};
  std::string description = {};
  std::string row_label = {};
  std::string column_label = {};
  std::vector<std::string> rows = {};
  std::vector<std::string> columns = {};
  std::vector<std::vector<std::optional<double>>> values = {};  // [row][column]; absent: hatched
  std::optional<double> from = {};                              // value of the palest colour
  std::optional<double> to = {};                                // value of the strongest colour
  int decimals = 2;
  bool percent = false;
};

Svg HeatMapChart(const HeatMap& map);

}  // namespace consilium::page

#endif  // CONSILIUM_LAB_PAGE_CHART_H_
