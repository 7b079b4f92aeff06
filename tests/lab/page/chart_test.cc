#include "lab/page/chart.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "fmt/format.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "lab/page/style.h"

namespace consilium::page {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

int Count(const std::string& text, const std::string& needle) {
  int count = 0;
  for (size_t at = text.find(needle); at != std::string::npos; at = text.find(needle, at + 1)) {
    ++count;
  }
  return count;
}

void ExpectNoBrokenNumbers(const std::string& svg) {
  EXPECT_THAT(svg, Not(HasSubstr("nan")));
  EXPECT_THAT(svg, Not(HasSubstr("inf")));
}

TEST(ChartTest, SaysWhatItShowsToWhoCannotSeeIt) {
  const std::string svg = LineChart({.title = "AUROC & steps", .description = "It rises."}).text;
  EXPECT_THAT(svg, HasSubstr("role=\"img\""));
  EXPECT_THAT(svg, HasSubstr("<title>AUROC &amp; steps</title>"));
  EXPECT_THAT(svg, HasSubstr("<desc>It rises.</desc>"));
  EXPECT_THAT(svg, HasSubstr("no data"));
}

TEST(ChartTest, BreaksALineWhereANumberIsMissing) {
  const Series series{"model",
                      {{0, 1, 0.5, 1.5}, {1, kNan, {}, {}}, {2, 1, 0.5, 1.5}, {3, 2, 1, 3}}};
  const std::string svg = LineChart({.title = "t", .series = {series}}).text;
  const size_t line = svg.find("class=\"line s0\" d=\"");
  ASSERT_NE(line, std::string::npos);
  const std::string path = svg.substr(line, svg.find("/>", line) - line);
  EXPECT_EQ(Count(path, "M"), 2);
  EXPECT_EQ(Count(svg, "<path class=\"band s0\""), 2);
  ExpectNoBrokenNumbers(svg);
}

TEST(ChartTest, LeavesOutWhatALogarithmicAxisCannotShow) {
  const Series series{"cost", {{1, 0, {}, {}}, {2, -3, {}, {}}, {3, 10, {}, {}}}};
  const Chart chart{.title = "t", .y = {.label = "bytes", .logarithmic = true}, .series = {series}};
  EXPECT_EQ(Count(ScatterChart(chart).text, "<path class=\"mark"), 2) << "one, and the legend's";
}

TEST(ChartTest, NamesEverySeriesButTheQuietOnes) {
  const Series loud{"federated <model>", {{0, 1, {}, {}}}};
  Series quiet{"seed 3", {{0, 1, {}, {}}}};
  quiet.quiet = true;
  const std::string svg = LineChart({.title = "t", .series = {loud, quiet}}).text;
  EXPECT_THAT(svg, HasSubstr("federated &lt;model&gt;"));
  EXPECT_THAT(svg, Not(HasSubstr("seed 3")));
}

TEST(ChartTest, DrawsABarForEachValueAndADashForNone) {
  Bars bars;
  bars.groups = {"a", "b"};
  bars.series = {{"x", {{0.5, 0.4, 0.6}, {}}}, {"y", {{1.0, {}, {}}, {kNan, {}, {}}}}};
  bars.references = {{Reference::Direction::kVertical, 0.8, "threshold"}};
  const std::string svg = BarChart(bars).text;
  EXPECT_EQ(Count(svg, "<rect class=\"bar"), 4) << "two, and the legend's";
  EXPECT_EQ(Count(svg, ">–</text>"), 2);
  EXPECT_THAT(svg, HasSubstr(">threshold</text>"));
  ExpectNoBrokenNumbers(svg);
}

TEST(ChartTest, ShadesAHeatMapFromPaleToStrong) {
  const HeatMap map{.title = "t",
                    .rows = {"chol", "ca"},
                    .columns = {"va", "cleveland"},
                    .values = {{0.0, 1.0}, {std::nullopt}},
                    .percent = true};
  const std::string svg = HeatMapChart(map).text;
  EXPECT_THAT(svg, HasSubstr("<rect class=\"h0\""));
  EXPECT_THAT(svg, HasSubstr("<rect class=\"h8\""));
  EXPECT_EQ(Count(svg, "<rect class=\"none\""), 2);
  EXPECT_THAT(svg, HasSubstr("100 %"));
}

TEST(ChartTest, DrawsReliabilityAgainstTheDiagonal) {
  const std::string svg =
      ReliabilityDiagram("Calibration", {{"model", {{0.1, 0.2, 0.1, 0.3}}}}).text;
  EXPECT_EQ(Count(svg, "class=\"reference\""), 1);
  EXPECT_THAT(svg, HasSubstr("predicted probability"));
}

TEST(ChartTest, TwelveSeriesHaveStylesOfTheirOwn) {
  Chart chart{.title = "t"};
  for (int s = 0; s < 12; ++s) {
    chart.series.push_back(
        {fmt::format("series {}", s), {{0, 1.0 * s, {}, {}}, {1, 2.0 * s, {}, {}}}});
    chart.series.back().marks = true;
  }
  const std::string svg = LineChart(chart).text;
  for (int s = 0; s < 12; ++s) {
    EXPECT_EQ(Count(svg, fmt::format("<path class=\"line s{}\"", s)), 1) << s;
    EXPECT_EQ(Count(svg, fmt::format("<path class=\"mark s{}\"", s)), 3) << s;
    for (const char* what : {"line", "mark", "bar", "band", "whisker"}) {
      EXPECT_THAT(kStyle, HasSubstr(fmt::format(".{}.s{}", what, s)));
    }
  }
}

TEST(ChartTest, LabelsStandApartBesideTheEndsOfTheirSeries) {
  Chart chart{.title = "t", .labels = true};
  for (int s = 0; s < 9; ++s) {
    chart.series.push_back(
        {fmt::format("name {}", s), {{0, 1, {}, {}}, {1, 1 + 0.001 * s, {}, {}}}});
  }
  const std::string svg = LineChart(chart).text;
  std::vector<double> heights;
  for (int s = 0; s < 9; ++s) {
    const size_t name = svg.find(fmt::format(">name {}<", s));
    ASSERT_NE(name, std::string::npos);
    EXPECT_EQ(Count(svg, fmt::format(">name {}<", s)), 1) << "no legend besides";
    const size_t y = svg.rfind(" y=\"", name);
    heights.push_back(std::stod(svg.substr(y + 4)));
  }
  std::sort(heights.begin(), heights.end());
  for (size_t i = 1; i < heights.size(); ++i) EXPECT_GE(heights[i] - heights[i - 1], 14.9);
}

TEST(ChartTest, GivesTheSameBytesForTheSameValues) {
  const Chart chart{.title = "t", .series = {{"a", {{0, 1, {}, {}}, {1, 2, {}, {}}}}}};
  EXPECT_EQ(LineChart(chart).text, LineChart(chart).text);
}

}  // namespace
}  // namespace consilium::page
