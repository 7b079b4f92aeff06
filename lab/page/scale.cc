#include "lab/page/scale.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "fmt/format.h"

namespace consilium::page {
namespace {

constexpr double kWanted = 6;       // ticks, about
constexpr double kLargest = 1e100;  // beyond it a range would leave the numbers

// 1, 2 or 5 times a power of ten, the next above range / kWanted.
double RoundStep(double range) {
  const double rough = range / kWanted;
  const double power = std::pow(10.0, std::floor(std::log10(rough)));
  for (const double digit : {1.0, 2.0, 5.0}) {
    if (digit * power >= rough * (1 - 1e-9)) return digit * power;
  }
  return 10 * power;
}

int DecimalsOf(double step) {
  return std::clamp(static_cast<int>(-std::floor(std::log10(step) + 1e-9)), 0, 12);
}

std::string Superscript(int exponent) {
  constexpr std::array kDigits = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
  std::string text = exponent < 0 ? "⁻" : "";
  for (const char digit : std::to_string(std::abs(exponent))) {
    text += kDigits[static_cast<size_t>(digit - '0')];
  }
  return text;
}

std::string PowerText(double digit, int exponent) {
  if (exponent >= -3 && exponent <= 4) {
    return NumberText(digit * std::pow(10.0, exponent), std::max(0, -exponent));
  }
  const std::string power = "10" + Superscript(exponent);
  return digit == 1 ? power : fmt::format("{:.0f}·{}", digit, power);
}

std::string TickText(double value, double step) {
  if (value != 0 && (std::abs(value) >= 1e7 || step < 1e-5)) {
    const int exponent = static_cast<int>(std::floor(std::log10(std::abs(value)) + 1e-9));
    const std::string digits = fmt::format("{:.3g}", value / std::pow(10.0, exponent));
    return fmt::format("{}·10{}", digits, Superscript(exponent));
  }
  return NumberText(value, DecimalsOf(step));
}

}  // namespace

std::string NumberText(double value, int decimals) {
  std::string text = fmt::format("{:.{}f}", std::abs(value), decimals);
  const size_t point = std::min(text.find('.'), text.size());
  if (point > 4) {
    for (size_t at = point; at > 3; at -= 3) {
      if (at - 3 > 0) text.insert(at - 3, " ");
    }
  }
  const bool zero = text.find_first_not_of("0.") == std::string::npos;
  return value < 0 && !zero ? "−" + text : text;
}

Scale::Scale(const Axis& axis, const std::vector<double>& values, double first, double last)
    : logarithmic_(axis.logarithmic), first_(first), last_(last) {
  std::vector<double> shown;
  for (const double value : values) {
    if (Shows(value)) shown.push_back(value);
  }
  low_ = logarithmic_ ? 0.1 : 0;
  if (!shown.empty()) {
    low_ = *std::min_element(shown.begin(), shown.end());
    high_ = *std::max_element(shown.begin(), shown.end());
  }
  if (axis.from && Shows(*axis.from)) low_ = *axis.from;
  if (axis.to && Shows(*axis.to)) high_ = *axis.to;
  if (logarithmic_) {
    if (!(high_ > low_)) low_ = high_ / 10;
    MakeLogarithmicTicks();
  } else {
    Widen(axis);
  }
}

void Scale::Widen(const Axis& axis) {
  if (!(high_ > low_)) {
    const double room = low_ == 0 ? 1 : 0.1 * std::abs(low_);
    if (!axis.from) low_ -= room;
    high_ += room;
  }
  const double step = RoundStep(high_ - low_);
  if (!axis.from) low_ = step * std::floor(low_ / step + 1e-9);
  if (!axis.to) high_ = step * std::ceil(high_ / step - 1e-9);
  for (double i = std::ceil(low_ / step - 1e-9); i * step <= high_ + 1e-9 * step; ++i) {
    ticks_.push_back({i * step, TickText(i * step, step)});
  }
}

void Scale::MakeLogarithmicTicks() {
  const double decades = std::log10(high_ / low_);
  const std::vector<double> digits =
      decades < 2.5 ? std::vector<double>{1, 2, 5} : std::vector<double>{1};
  const int every = std::max(1, static_cast<int>(std::ceil(decades / 8)));
  const int begin = static_cast<int>(std::floor(std::log10(low_)));
  for (int exponent = begin; std::pow(10.0, exponent) <= high_; ++exponent) {
    if ((exponent - begin) % every != 0) continue;
    for (const double digit : digits) {
      const double value = digit * std::pow(10.0, exponent);
      if (value >= low_ * (1 - 1e-9) && value <= high_ * (1 + 1e-9)) {
        ticks_.push_back({value, PowerText(digit, exponent)});
      }
    }
  }
}

bool Scale::Shows(double value) const {
  return std::abs(value) < kLargest && (!logarithmic_ || value > 1 / kLargest);
}

bool Scale::Inside(double value) const {
  const double room = 1e-9 * (high_ - low_);
  return Shows(value) && value >= low_ - room && value <= high_ + room;
}

double Scale::At(double value) const {
  const double share = logarithmic_ ? std::log(value / low_) / std::log(high_ / low_)
                                    : (value - low_) / (high_ - low_);
  return first_ + share * (last_ - first_);
}

}  // namespace consilium::page
