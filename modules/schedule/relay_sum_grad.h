#ifndef CONSILIUM_MODULES_SCHEDULE_RELAY_SUM_GRAD_H_
#define CONSILIUM_MODULES_SCHEDULE_RELAY_SUM_GRAD_H_

#include <cstddef>
#include <memory>

#include "modules/schedule/exchange.h"

namespace consilium::schedule {

// RelaySGD/Grad (docs/papers.md, RelaySum): updates are relayed, not models,
//   x(t+1) = x + RelaySum(u),
// over a RelaySum in which sites that were not heard from count 0. There is nothing that brings
// models together: sites differ by the updates under way, the more the more their data differ,
// and an update that was lost is lost for those who did not get it.
template <typename Scalar>
std::unique_ptr<Exchange<Scalar>> MakeRelaySumGrad(std::unique_ptr<Exchange<Scalar>> inner,
                                                   size_t size);

}  // namespace consilium::schedule

#endif  // CONSILIUM_MODULES_SCHEDULE_RELAY_SUM_GRAD_H_
