#ifndef CONSILIUM_LAB_PAGE_SCALE_H_
#define CONSILIUM_LAB_PAGE_SCALE_H_

#include <string>
#include <vector>

#include "lab/page/chart.h"

namespace consilium::page {

struct Tick {
  double value = 0;
  std::string text;
};

// Where values stand on an axis, and its round ticks.
class Scale {
 public:
  // Covers `values` (those that are finite, and positive on a logarithmic axis) and what the axis
  // says, widened to whole ticks. `first` and `last` are the places of its ends.
  Scale(const Axis& axis, const std::vector<double>& values, double first, double last);

  bool Shows(double value) const;  // finite, and positive on a logarithmic axis
  double At(double value) const;   // requires Shows(value); may lie outside the ends
  bool Inside(double value) const;
  double low() const { return low_; }
  double high() const { return high_; }
  const std::vector<Tick>& ticks() const { return ticks_; }

 private:
  void Widen(const Axis& axis);
  void MakeLogarithmicTicks();

  bool logarithmic_;
  double low_ = 0, high_ = 1;
  double first_, last_;
  std::vector<Tick> ticks_;
};

// With so many decimals; digits of large numbers in groups of three; the minus of typography.
std::string NumberText(double value, int decimals);

}  // namespace consilium::page

#endif  // CONSILIUM_LAB_PAGE_SCALE_H_
