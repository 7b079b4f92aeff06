#ifndef CONSILIUM_MODULES_SCHEDULE_D_SQUARED_H_
#define CONSILIUM_MODULES_SCHEDULE_D_SQUARED_H_

#include <cstddef>
#include <memory>

#include "modules/schedule/exchange.h"

namespace consilium::schedule {

// D-squared (docs/papers.md, D-squared): gossip without what differing data pull apart,
//   x(t+1) = W (x + u + c),   c(t+1) = x(t+1) - x - u,   c(0) = 0.
// Over an inner exchange that keeps the mean, the corrections c sum to 0, so the mean moves by the
// mean update, and the sites come to agree although their updates never do. Requires that the least
// eigenvalue of W is above -1/3; `size` numbers.
//
// An inner exchange that loses a message moves the mean, and the corrections then keep that as a
// constant part of every later update, until the exchange is made anew.
template <typename Scalar>
std::unique_ptr<Exchange<Scalar>> MakeDSquared(std::unique_ptr<Exchange<Scalar>> inner,
                                               size_t size);

}  // namespace consilium::schedule

#endif  // CONSILIUM_MODULES_SCHEDULE_D_SQUARED_H_
