#ifndef CONSILIUM_MODULES_SCHEDULE_QUASI_GLOBAL_MOMENTUM_H_
#define CONSILIUM_MODULES_SCHEDULE_QUASI_GLOBAL_MOMENTUM_H_

#include <cstddef>
#include <memory>

#include "modules/schedule/exchange.h"

namespace consilium::schedule {

// Gossip with momentum of what the model really did, not of local gradients (docs/papers.md,
// Quasi-global momentum), in units of updates:
//   x(t+1) = W (x + u - momentum M),   M(t+1) = momentum M + (1 - momentum) (x - x(t+1)).
// Local steps should have no momentum of their own. 0 <= momentum < 1. What a lost message does to
// x it does to M, from where it fades.
template <typename Scalar>
std::unique_ptr<Exchange<Scalar>> MakeQuasiGlobalMomentum(std::unique_ptr<Exchange<Scalar>> inner,
                                                          size_t size, double momentum);

}  // namespace consilium::schedule

#endif  // CONSILIUM_MODULES_SCHEDULE_QUASI_GLOBAL_MOMENTUM_H_
