#include "lab/page/drawing.h"

#include <algorithm>

#include "lab/page/escape.h"

namespace consilium::page {
namespace {

std::string_view Word(Anchor anchor) {
  switch (anchor) {
    case Anchor::kStart:
      return "start";
    case Anchor::kMiddle:
      return "middle";
    case Anchor::kEnd:
      return "end";
  }
  return "start";
}

constexpr int kShapes = 7;  // then hollow ones

std::string MarkShape(Place p, int shape) {
  switch (shape % kShapes) {
    case 1:
      return fmt::format("M{:.1f} {:.1f}h7v7h-7Z", p.x - 3.5, p.y - 3.5);
    case 2:
      return fmt::format("M{:.1f} {:.1f}l4.6 8h-9.2Z", p.x, p.y - 5);
    case 3:
      return fmt::format("M{:.1f} {:.1f}l5 5l-5 5l-5 -5Z", p.x, p.y - 5);
    case 4:
      return fmt::format("M{:.1f} {:.1f}l4.6 -8h-9.2Z", p.x, p.y + 5);
    case 5:
      return fmt::format("M{:.1f} {:.1f}h3v-3h3v3h3v3h-3v3h-3v-3h-3Z", p.x - 4.5, p.y - 1.5);
    case 6:
      return fmt::format("M{:.1f} {:.1f}l3 4h4l-2 4l2 4h-4l-3 4l-3 -4h-4l2 -4l-2 -4h4Z", p.x,
                         p.y - 8);
    default:
      return fmt::format("M{:.1f} {:.1f}a4 4 0 1 0 8 0a4 4 0 1 0 -8 0Z", p.x - 4, p.y);
  }
}

}  // namespace

Drawing::Drawing(std::string_view title, std::string_view description, double width)
    : title_(title), description_(description), width_(width) {}

void Drawing::Line(Place from, Place to, std::string_view style) {
  body_ +=
      fmt::format("<line class=\"{}\" x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\"/>\n",
                  style, from.x, from.y, to.x, to.y);
}

void Drawing::Rectangle(const Box& box, std::string_view style, std::string_view hint) {
  body_ += fmt::format(
      "<rect class=\"{}\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\"", style,
      box.left, box.top, std::max(0.0, box.right - box.left), std::max(0.0, box.bottom - box.top));
  body_ += hint.empty() ? "/>\n" : fmt::format("><title>{}</title></rect>\n", Escaped(hint));
}

void Drawing::Text(Place place, std::string_view text, Anchor anchor, std::string_view style) {
  body_ +=
      fmt::format("<text class=\"{}\" x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\">{}</text>\n",
                  style, place.x, place.y, Word(anchor), Escaped(text));
}

void Drawing::TextUpwards(Place place, std::string_view text) {
  body_ += fmt::format(
      "<text class=\"t\" transform=\"translate({:.1f} {:.1f}) rotate(-90)\" "
      "text-anchor=\"middle\">{}</text>\n",
      place.x, place.y, Escaped(text));
}

void Drawing::TextRising(Place place, std::string_view text) {
  body_ += fmt::format(
      "<text class=\"t\" transform=\"translate({:.1f} {:.1f}) rotate(-45)\" "
      "text-anchor=\"start\">{}</text>\n",
      place.x, place.y, Escaped(text));
}

void Drawing::Path(const std::string& commands, std::string_view style) {
  body_ += fmt::format("<path class=\"{}\" d=\"{}\"/>\n", style, commands);
}

void Drawing::Mark(Place place, int series, std::string_view hint) {
  body_ +=
      fmt::format("<path class=\"{}\" d=\"{}\"><title>{}</title></path>\n",
                  SeriesStyle("mark", series), MarkShape(place, series % kPalette), Escaped(hint));
}

void Drawing::Interval(Place from, Place to, std::string_view style) {
  Line(from, to, style);
  const double across = from.x == to.x ? 3.5 : 0, up = from.x == to.x ? 0 : 3.5;
  for (const Place& end : {from, to}) {
    Line({end.x - across, end.y - up}, {end.x + across, end.y + up}, style);
  }
}

void Drawing::BeginClip(const Box& box) {
  body_ += fmt::format(
      "<svg x=\"{0:.1f}\" y=\"{1:.1f}\" width=\"{2:.1f}\" height=\"{3:.1f}\" "
      "viewBox=\"{0:.1f} {1:.1f} {2:.1f} {3:.1f}\">\n",
      box.left, box.top, box.right - box.left, box.bottom - box.top);
}

void Drawing::EndClip() { body_ += "</svg>\n"; }

Svg Drawing::Finish(double height) const {
  std::string text = fmt::format(
      "<svg class=\"chart\" xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" aria-label=\"{0}\" "
      "viewBox=\"0 0 {1:.0f} {2:.0f}\" style=\"max-width:{1:.0f}px\">\n<title>{0}</title>\n",
      Escaped(title_), width_, height);
  if (!description_.empty()) text += fmt::format("<desc>{}</desc>\n", Escaped(description_));
  return {text + body_ + "</svg>\n"};
}

std::string SeriesStyle(std::string_view what, int series) {
  return fmt::format("{} s{}", what, series % kPalette);
}

double DrawLegend(const std::vector<LegendEntry>& entries, double left, double right, double top,
                  Drawing& drawing) {
  constexpr double kSample = 30, kGap = 22, kRow = 20;
  double x = left, y = top;
  bool any = false;
  for (const LegendEntry& entry : entries) {
    if (entry.name.empty()) continue;
    const std::string name = Fitted(entry.name, 13, right - left - kSample - 8);
    const double width = kSample + 8 + TextWidth(name, 13);
    if (x > left && x + width > right) {
      x = left;
      y += kRow;
    }
    const double middle = y + kRow / 2;
    if (entry.band || entry.block) {
      const double half = entry.block ? 6 : 7;
      drawing.Rectangle({x + 2, middle - half, x + kSample, middle + half},
                        SeriesStyle(entry.block ? "bar" : "band", entry.series));
    }
    if (entry.line) {
      drawing.Line({x + 2, middle}, {x + kSample, middle}, SeriesStyle("line", entry.series));
    }
    if (entry.mark) drawing.Mark({x + kSample / 2 + 1, middle}, entry.series, entry.name);
    drawing.Text({x + kSample + 8, middle + 4.5}, name, Anchor::kStart);
    x += width + kGap;
    any = true;
  }
  return any ? y + kRow + 6 : top;
}

}  // namespace consilium::page
