#include <algorithm>
#include <cmath>

#include "lab/page/chart.h"
#include "lab/page/drawing.h"
#include "lab/page/escape.h"
#include "lab/page/scale.h"

namespace consilium::page {
namespace {

constexpr double kWidth = 720, kBar = 17, kGroupGap = 12, kText = 12;

std::vector<double> ValuesOf(const Bars& bars) {
  std::vector<double> values;
  for (const BarSeries& series : bars.series) {
    for (const Bar& bar : series.bars) {
      for (const std::optional<double>& value : {bar.value, bar.low, bar.high}) {
        if (value) values.push_back(*value);
      }
    }
  }
  for (const Reference& reference : bars.references) values.push_back(reference.at);
  if (!bars.dots) values.push_back(0);
  return values;
}

class LyingBars {
 public:
  explicit LyingBars(const Bars& bars)
      : bars_(bars),
        drawing_(bars.title, bars.description, kWidth),
        group_height_(kBar * static_cast<double>(std::max<size_t>(bars.series.size(), 1)) +
                      kGroupGap),
        scale_(bars.value, ValuesOf(bars), 0, 1) {
    double names = 0, widest = 0;
    for (const std::string& group : bars.groups) names = std::max(names, TextWidth(group, 13));
    for (const BarSeries& series : bars.series) {
      for (const Bar& bar : series.bars) {
        if (bar.value) {
          widest = std::max(widest, TextWidth(NumberText(*bar.value, bars.decimals), kText));
        }
      }
    }
    names_ = std::min(names, 220.0);
    const double top =
        bars.series.size() > 1 ? DrawLegend(Entries(), 4, kWidth - 8, 4, drawing_) + 4 : 8;
    const double labels = bars.references.empty() ? 0 : 16;
    box_ = {names_ + 14, top + labels, kWidth - widest - 22,
            top + labels + group_height_ * static_cast<double>(bars.groups.size())};
    scale_ = Scale(bars.value, ValuesOf(bars), box_.left, box_.right);
  }

  Svg Draw() {
    DrawAxis();
    for (size_t g = 0; g < bars_.groups.size(); ++g) DrawGroup(g);
    for (const Reference& reference : bars_.references) DrawReference(reference);
    return drawing_.Finish(box_.bottom + (bars_.value.label.empty() ? 28 : 48));
  }

 private:
  std::vector<LegendEntry> Entries() const {
    std::vector<LegendEntry> entries;
    for (size_t s = 0; s < bars_.series.size(); ++s) {
      entries.push_back({.name = bars_.series[s].name,
                         .series = static_cast<int>(s),
                         .mark = bars_.dots,
                         .block = !bars_.dots});
    }
    return entries;
  }

  void DrawAxis() {
    double free_from = -1;
    for (const Tick& tick : scale_.ticks()) {
      const double x = scale_.At(tick.value), half = TextWidth(tick.text, kText) / 2;
      drawing_.Line({x, box_.top}, {x, box_.bottom}, "grid");
      if (x - half < free_from) continue;
      drawing_.Text({x, box_.bottom + 18}, tick.text, Anchor::kMiddle);
      free_from = x + half + 6;
    }
    drawing_.Text({(box_.left + box_.right) / 2, box_.bottom + 39}, bars_.value.label,
                  Anchor::kMiddle);
    if (scale_.Inside(0)) {
      drawing_.Line({scale_.At(0), box_.top}, {scale_.At(0), box_.bottom}, "axis");
    }
  }

  void DrawGroup(size_t group) {
    const double top = box_.top + group_height_ * static_cast<double>(group);
    if (group > 0) drawing_.Line({4, top}, {kWidth - 4, top}, "grid");
    drawing_.Text({box_.left - 10, top + group_height_ / 2 + 4.5},
                  Fitted(bars_.groups[group], 13, names_), Anchor::kEnd, "t name");
    for (size_t s = 0; s < bars_.series.size(); ++s) {
      if (group >= bars_.series[s].bars.size()) continue;
      DrawBar(bars_.series[s].bars[group], static_cast<int>(s),
              top + kGroupGap / 2 + kBar * static_cast<double>(s), bars_.groups[group]);
    }
  }

  void DrawBar(const Bar& bar, int series, double top, const std::string& group) {
    const double middle = top + kBar / 2;
    if (!bar.value || !scale_.Shows(*bar.value)) {
      drawing_.Text({box_.right + 10, middle + 4}, "–", Anchor::kStart, "t");
      return;
    }
    const double x = std::clamp(scale_.At(*bar.value), box_.left, box_.right);
    const std::string number = NumberText(*bar.value, bars_.decimals);
    const std::string hint =
        bars_.series[static_cast<size_t>(series)].name + ", " + group + ": " + number;
    if (!bars_.dots) {
      const double zero =
          std::clamp(scale_.At(scale_.Shows(0) ? 0 : scale_.low()), box_.left, box_.right);
      drawing_.Rectangle({std::min(zero, x), top + 2, std::max(zero, x), top + kBar - 2},
                         SeriesStyle("bar", series), hint);
    }
    if (bar.low && bar.high && scale_.Shows(*bar.low) && scale_.Shows(*bar.high)) {
      drawing_.Interval({std::clamp(scale_.At(*bar.low), box_.left, box_.right), middle},
                        {std::clamp(scale_.At(*bar.high), box_.left, box_.right), middle},
                        bars_.dots ? SeriesStyle("whisker", series) : "whisker dark");
    }
    if (bars_.dots) drawing_.Mark({x, middle}, series, hint);
    drawing_.Text({box_.right + 10, middle + 4}, number, Anchor::kStart, "t");
  }

  void DrawReference(const Reference& reference) {
    if (!scale_.Inside(reference.at)) return;
    const double x = scale_.At(reference.at);
    drawing_.Line({x, box_.top - 4}, {x, box_.bottom}, "reference");
    const double half = TextWidth(reference.label, kText) / 2;
    drawing_.Text({std::clamp(x, 4 + half, std::max(4 + half, kWidth - 4 - half)), box_.top - 8},
                  reference.label, Anchor::kMiddle, "t");
  }

  const Bars& bars_;
  Drawing drawing_;
  double group_height_;
  Scale scale_;
  double names_ = 0;
  Box box_;
};

}  // namespace

Svg BarChart(const Bars& bars) { return LyingBars(bars).Draw(); }

}  // namespace consilium::page
