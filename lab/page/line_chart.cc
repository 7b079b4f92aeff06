#include <algorithm>
#include <cmath>

#include "lab/page/chart.h"
#include "lab/page/drawing.h"
#include "lab/page/escape.h"
#include "lab/page/scale.h"

namespace consilium::page {
namespace {

constexpr double kWidth = 720, kHeight = 300, kSquare = 400, kText = 12;
constexpr double kLabelGap = 14, kLabelSample = 26, kLabelRow = 15, kMostLabel = 190;

std::vector<double> ValuesOf(const Chart& chart, bool along_x) {
  std::vector<double> values;
  for (const Series& series : chart.series) {
    for (const ChartPoint& point : series.points) {
      values.push_back(along_x ? point.x : point.y);
      if (along_x) continue;
      if (point.low) values.push_back(*point.low);
      if (point.high) values.push_back(*point.high);
    }
  }
  for (const Reference& reference : chart.references) {
    const auto across =
        along_x ? Reference::Direction::kVertical : Reference::Direction::kHorizontal;
    if (reference.direction == across) values.push_back(reference.at);
  }
  return values;
}

// The name of a series: where that ends, and how high its name stands beside the chart.
struct Label {
  size_t series = 0;
  Place end;
  double y = 0;
};

// The frame of one chart: its legend, axes and scales.
class Plot {
 public:
  Plot(const Chart& chart, bool lines)
      : chart_(chart),
        drawing_(chart.title, chart.description, chart.square ? kSquare + 110 : kWidth),
        x_(chart.x, ValuesOf(chart, true), 0, 1),
        y_(chart.y, ValuesOf(chart, false), 0, 1) {
    const double width = chart.square ? kSquare + 110 : kWidth;
    const double labels = chart.labels ? LabelWidth() : 0;
    const double top =
        chart.labels ? 14 : DrawLegend(Entries(lines), 4, width - 8, 4, drawing_) + 8;
    double ticks = 0;
    for (const Tick& tick : y_.ticks()) ticks = std::max(ticks, TextWidth(tick.text, kText));
    box_ = {ticks + (chart.y.label.empty() ? 12 : 34), top, width - 18 - labels,
            top + (chart.square ? kSquare : kHeight)};
    x_ = Scale(chart.x, ValuesOf(chart, true), box_.left, box_.right);
    y_ = Scale(chart.y, ValuesOf(chart, false), box_.bottom, box_.top);
    DrawAxes();
  }

  Svg Draw(bool lines) {
    const bool any = std::any_of(chart_.series.begin(), chart_.series.end(),
                                 [](const Series& each) { return !each.points.empty(); });
    if (!any) {
      drawing_.Text({(box_.left + box_.right) / 2, (box_.top + box_.bottom) / 2}, "no data",
                    Anchor::kMiddle);
    }
    drawing_.BeginClip({box_.left - 6, box_.top - 6, box_.right + 6, box_.bottom + 6});
    for (const Reference& reference : chart_.references) DrawReference(reference);
    for (size_t s = 0; s < chart_.series.size(); ++s) {
      if (lines) DrawBand(chart_.series[s], static_cast<int>(s));
    }
    for (size_t s = 0; s < chart_.series.size(); ++s) {
      if (lines) DrawLine(chart_.series[s], static_cast<int>(s));
      if (!lines || chart_.series[s].marks) DrawMarks(chart_.series[s], static_cast<int>(s), lines);
    }
    drawing_.EndClip();
    for (const Reference& reference : chart_.references) LabelReference(reference);
    if (chart_.labels) DrawLabels(lines);
    return drawing_.Finish(box_.bottom + (chart_.x.label.empty() ? 26 : 48));
  }

 private:
  std::vector<LegendEntry> Entries(bool lines) const {
    std::vector<LegendEntry> entries;
    for (size_t s = 0; s < chart_.series.size(); ++s) {
      const Series& series = chart_.series[s];
      const bool band = lines && !series.points.empty() && series.points.front().low;
      entries.push_back({.name = series.quiet ? "" : series.name,
                         .series = static_cast<int>(s),
                         .line = lines,
                         .mark = !lines || series.marks,
                         .band = band});
    }
    return entries;
  }

  bool Labelled(const Series& series) const {
    return !series.quiet && !series.name.empty() &&
           std::any_of(series.points.begin(), series.points.end(),
                       [](const ChartPoint& p) { return std::isfinite(p.x + p.y); });
  }

  double LabelWidth() const {
    double widest = 0;
    for (const Series& series : chart_.series) {
      if (Labelled(series)) widest = std::max(widest, TextWidth(series.name, kText));
    }
    return widest > 0 ? std::min(widest, kMostLabel) + kLabelGap + kLabelSample + 4 : 0;
  }

  // A label for each series, where it ends, moved up or down as far as the others need.
  std::vector<Label> Labels() const {
    std::vector<Label> labels;
    for (size_t s = 0; s < chart_.series.size(); ++s) {
      const Series& series = chart_.series[s];
      if (!Labelled(series)) continue;
      const auto last = std::find_if(series.points.rbegin(), series.points.rend(),
                                     [&](const ChartPoint& point) { return Shows(point); });
      if (last == series.points.rend()) continue;
      const Place end = At(last->x, last->y);
      labels.push_back({s, end, std::clamp(end.y, box_.top, box_.bottom)});
    }
    std::stable_sort(labels.begin(), labels.end(),
                     [](const Label& a, const Label& b) { return a.y < b.y; });
    double free_from = box_.top;
    for (Label& label : labels) {
      label.y = std::max(label.y, free_from);
      free_from = label.y + kLabelRow;
    }
    double free_to = box_.bottom;
    for (auto label = labels.rbegin(); label != labels.rend(); ++label) {
      label->y = std::min(label->y, free_to);
      free_to = label->y - kLabelRow;
    }
    return labels;
  }

  void DrawLabels(bool lines) {
    for (const Label& label : Labels()) {
      const Series& series = chart_.series[label.series];
      const int index = static_cast<int>(label.series);
      const double left = box_.right + kLabelGap;
      drawing_.Line({std::min(label.end.x + 3, box_.right), label.end.y}, {left - 2, label.y},
                    "grid");
      if (lines) {
        drawing_.Line({left, label.y}, {left + kLabelSample - 5, label.y},
                      SeriesStyle("line", index));
      }
      if (!lines || series.marks) {
        drawing_.Mark({left + kLabelSample / 2 - 2, label.y}, index, series.name);
      }
      drawing_.Text({left + kLabelSample, label.y + 4}, Fitted(series.name, kText, kMostLabel),
                    Anchor::kStart, "t dark-text");
    }
  }

  void DrawAxes() {
    for (const Tick& tick : y_.ticks()) {
      const double y = y_.At(tick.value);
      drawing_.Line({box_.left, y}, {box_.right, y}, "grid");
      drawing_.Text({box_.left - 8, y + 4}, tick.text, Anchor::kEnd);
    }
    double free_from = -1;
    for (const Tick& tick : x_.ticks()) {
      const double x = x_.At(tick.value), half = TextWidth(tick.text, kText) / 2;
      drawing_.Line({x, box_.bottom}, {x, box_.bottom + 5}, "axis");
      if (x - half < free_from) continue;
      drawing_.Text({x, box_.bottom + 19}, tick.text, Anchor::kMiddle);
      free_from = x + half + 6;
    }
    drawing_.Line({box_.left, box_.bottom}, {box_.right, box_.bottom}, "axis");
    drawing_.Text({(box_.left + box_.right) / 2, box_.bottom + 40}, chart_.x.label,
                  Anchor::kMiddle);
    drawing_.TextUpwards({14, (box_.top + box_.bottom) / 2}, chart_.y.label);
  }

  bool Shows(const ChartPoint& point) const { return x_.Shows(point.x) && y_.Shows(point.y); }
  Place At(double x, double y) const { return {x_.At(x), y_.At(y)}; }

  void DrawLine(const Series& series, int index) {
    std::string commands;
    bool pen_down = false;
    for (const ChartPoint& point : series.points) {
      if (Shows(point)) {
        const Place place = At(point.x, point.y);
        commands += fmt::format("{}{:.1f} {:.1f}", pen_down ? "L" : "M", place.x, place.y);
      }
      pen_down = Shows(point);
    }
    if (!commands.empty()) {
      drawing_.Path(commands, series.quiet ? "line quiet" : SeriesStyle("line", index));
    }
  }

  // Pieces of the band where both of its ends are known.
  void DrawBand(const Series& series, int index) {
    std::string there, back;
    const auto close = [&] {
      if (!there.empty()) drawing_.Path(there + back + "Z", SeriesStyle("band", index));
      there.clear(), back.clear();
    };
    for (const ChartPoint& point : series.points) {
      if (!point.low || !point.high || !x_.Shows(point.x) || !y_.Shows(*point.low) ||
          !y_.Shows(*point.high)) {
        close();
        continue;
      }
      const Place low = At(point.x, *point.low), high = At(point.x, *point.high);
      there += fmt::format("{}{:.1f} {:.1f}", there.empty() ? "M" : "L", high.x, high.y);
      back = fmt::format("L{:.1f} {:.1f}", low.x, low.y) + back;
    }
    close();
  }

  void DrawMarks(const Series& series, int index, bool lines) {
    for (const ChartPoint& point : series.points) {
      if (!Shows(point)) continue;
      if (!lines && point.low && point.high && y_.Shows(*point.low) && y_.Shows(*point.high)) {
        drawing_.Interval(At(point.x, *point.low), At(point.x, *point.high),
                          SeriesStyle("whisker", index));
      }
      drawing_.Mark(At(point.x, point.y), index,
                    fmt::format("{}{}{:.4g}, {:.4g}", series.name, series.name.empty() ? "" : ": ",
                                point.x, point.y));
    }
  }

  void DrawReference(const Reference& reference) {
    switch (reference.direction) {
      case Reference::Direction::kHorizontal:
        if (!y_.Inside(reference.at)) return;
        return drawing_.Line({box_.left, y_.At(reference.at)}, {box_.right, y_.At(reference.at)},
                             "reference");
      case Reference::Direction::kVertical:
        if (!x_.Inside(reference.at)) return;
        return drawing_.Line({x_.At(reference.at), box_.top}, {x_.At(reference.at), box_.bottom},
                             "reference");
      case Reference::Direction::kDiagonal:
        const double low = std::max(x_.low(), y_.low()), high = std::min(x_.high(), y_.high());
        if (low < high) drawing_.Line(At(low, low), At(high, high), "reference");
    }
  }

  // Room around a label at one end of a horizontal line: how near any point comes to it.
  double RoomAt(double y, bool right) const {
    const double width = box_.right - box_.left;
    double room = kHeight;
    for (const Series& series : chart_.series) {
      for (const ChartPoint& point : series.points) {
        if (!Shows(point)) continue;
        const Place place = At(point.x, point.y);
        const double share = (place.x - box_.left) / width;
        if (right ? share > 0.7 : share < 0.3) room = std::min(room, std::abs(place.y - y));
      }
    }
    return room;
  }

  void LabelReference(const Reference& reference) {
    if (reference.label.empty()) return;
    if (reference.direction == Reference::Direction::kHorizontal && y_.Inside(reference.at)) {
      const double y = y_.At(reference.at), label = y - box_.top < 18 ? y + 15 : y - 5;
      const bool right = RoomAt(label, true) >= RoomAt(label, false);
      drawing_.Text({right ? box_.right - 4 : box_.left + 6, label}, reference.label,
                    right ? Anchor::kEnd : Anchor::kStart, "t halo");
    } else if (reference.direction == Reference::Direction::kVertical && x_.Inside(reference.at)) {
      const double x = x_.At(reference.at);
      const bool right = x > (box_.left + box_.right) / 2;
      drawing_.Text({right ? x - 5 : x + 5, box_.top + 12}, reference.label,
                    right ? Anchor::kEnd : Anchor::kStart, "t halo");
    }
  }

  const Chart& chart_;
  Drawing drawing_;
  Scale x_, y_;
  Box box_;
};

}  // namespace

Svg LineChart(const Chart& chart) { return Plot(chart, true).Draw(true); }

Svg ScatterChart(const Chart& chart) { return Plot(chart, false).Draw(false); }

Svg ReliabilityDiagram(const std::string& title, const std::vector<Series>& series) {
  Chart chart{.title = title,
              .description =
                  "Predicted probability across, observed share up; on the diagonal "
                  "the two agree.",
              .x = {"predicted probability", false, 0, 1},
              .y = {"observed share", false, 0, 1},
              .series = series,
              .references = {{Reference::Direction::kDiagonal, 0, ""}},
              .square = true};
  for (Series& each : chart.series) each.marks = true;
  return LineChart(chart);
}

}  // namespace consilium::page
