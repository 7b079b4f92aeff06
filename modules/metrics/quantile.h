#ifndef CONSILIUM_MODULES_METRICS_QUANTILE_H_
#define CONSILIUM_MODULES_METRICS_QUANTILE_H_

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>

namespace consilium::metrics {

// Linear interpolation between the order statistics (Hyndman and Fan 1996, type 7).
// Requires values, sorted, and a share in [0, 1].
inline double QuantileOfSorted(std::span<const double> sorted, double share) {
  const double at = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<size_t>(at);
  const size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (at - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

}  // namespace consilium::metrics

#endif  // CONSILIUM_MODULES_METRICS_QUANTILE_H_
