#ifndef CONSILIUM_MODULES_SCHEDULE_RELAY_MIX_H_
#define CONSILIUM_MODULES_SCHEDULE_RELAY_MIX_H_

#include <cstddef>
#include <memory>

#include "modules/schedule/exchange.h"

namespace consilium::schedule {

// Between RelaySGD on updates and on models (docs/papers.md, RelaySum),
//   x(t+1) = (1 - consensus) x + RelaySum(consensus x + u),
// over a RelaySum in which a site's own value stands in for sites not heard from. With consensus 0
// it is RelaySGD/Grad; the more consensus, the sooner sites forget what made them differ.
template <typename Scalar>
std::unique_ptr<Exchange<Scalar>> MakeRelayMix(std::unique_ptr<Exchange<Scalar>> inner, size_t size,
                                               double consensus);

}  // namespace consilium::schedule

#endif  // CONSILIUM_MODULES_SCHEDULE_RELAY_MIX_H_
