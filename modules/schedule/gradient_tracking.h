#ifndef CONSILIUM_MODULES_SCHEDULE_GRADIENT_TRACKING_H_
#define CONSILIUM_MODULES_SCHEDULE_GRADIENT_TRACKING_H_

#include <cstddef>
#include <memory>

#include "modules/schedule/exchange.h"

namespace consilium::schedule {

// Gradient tracking in units of updates, which learning rates may change (docs/papers.md, Gradient
// tracking),
//   x(t+1) = W (x + u + d),   d(t+1) = W (d + u) - u,   d(0) = 0:
// d + u follows the mean update of all sites. `inner` averages vectors of 2 size numbers, x + u + d
// before d + u, and keeps their means. A lost message stays in the d as with D-squared.
template <typename Scalar>
std::unique_ptr<Exchange<Scalar>> MakeGradientTracking(std::unique_ptr<Exchange<Scalar>> inner,
                                                       size_t size);

}  // namespace consilium::schedule

#endif  // CONSILIUM_MODULES_SCHEDULE_GRADIENT_TRACKING_H_
