#ifndef CONSILIUM_MODULES_SCHEDULE_SERVER_OPTIMISER_H_
#define CONSILIUM_MODULES_SCHEDULE_SERVER_OPTIMISER_H_

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "modules/schedule/exchange.h"
#include "modules/slices.h"

namespace consilium::schedule {

enum class ServerOptimiserKind { kNone, kMomentum, kAdam, kYogi, kAdagrad };

// How the mean update u becomes the step of the model (Reddi et al. 2021, Adaptive Federated
// Optimization, algorithm 2; no correction of the first rounds' moments):
//   momentum  m <- momentum m + u                                  step = rate m
//   adam      m <- momentum m + (1 - momentum) u
//             v <- beta2 v + (1 - beta2) u^2                       step = rate m / (sqrt(v) +
//             epsilon)
//   yogi      m as adam; v <- v - (1 - beta2) u^2 sign(v - u^2)    the same
//   adagrad   m = u;     v <- v + u^2                              the same
// v begins at epsilon^2.
struct ServerOptimiserOptions {
  ServerOptimiserKind kind = ServerOptimiserKind::kNone;
  double learning_rate = 1.0;
  double momentum = 0.9;
  double beta2 = 0.99;
  double epsilon = 1e-3;
};

// Refuses a learning rate or epsilon that is not above 0, and a momentum or beta2 outside [0, 1).
Status CheckServerOptimiser(const ServerOptimiserOptions& options);

struct NamedServerOptimiser {
  std::string_view name;  // "adam"
  ServerOptimiserKind kind;
};

// Every server optimiser that a plan can name, "none" first.
std::span<const NamedServerOptimiser> AllServerOptimisers();

// `reduce` gives every site the same mean update; End then writes the step it becomes, the same
// bits at every site. A block whose mean is 0 throughout, because nobody holds it or none of its
// holders was heard, does not move, nor do its moments; a number whose step would not be finite
// stays too. Moments are kept as long as the exchange: a new generation begins anew at all sites.
template <typename Scalar>
std::unique_ptr<Exchange<Scalar>> MakeServerOptimiser(std::unique_ptr<Exchange<Scalar>> reduce,
                                                      std::vector<Block> blocks,
                                                      const ServerOptimiserOptions& options);

}  // namespace consilium::schedule

#endif  // CONSILIUM_MODULES_SCHEDULE_SERVER_OPTIMISER_H_
