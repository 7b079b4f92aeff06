#ifndef CONSILIUM_MODULES_SCHEDULE_PUSH_SUM_H_
#define CONSILIUM_MODULES_SCHEDULE_PUSH_SUM_H_

#include <memory>
#include <vector>

#include "modules/schedule/exchange.h"
#include "modules/slices.h"
#include "modules/topology/graph.h"

namespace consilium::schedule {

struct PushSumOptions {
  std::vector<Block> blocks;
  int self = 0;
  std::vector<std::vector<double>> weights;  // weights[site][block], as planned
};

// Who may talk to whom in push-sum among n sites: i and i + 2^k modulo n, for all 2^k < n.
StatusOr<topology::Graph> PushSumLinks(int n);

// Stochastic gradient push on the time-varying exponential graph (docs/papers.md, Push-sum).
// Of every block a site has a weight W, at first its planned weight w, and values z
// that speak for it. In round t, with z already holding the site's local update u, it sends half of
// its weight with z to site (self + 2^(t mod ceil(log2 n))) modulo n, and what comes to it goes in:
//   z <- z + (w / V) u,   W <- W/2,   (W, z) <- (W + W', (W z + W' z') / (W + W')).
// V is the W that the site has in this round if no message was ever lost, so the weighted sum of
// the z, over sites and messages, moves by the sum of w u. A site without a module has no weight
// in it at first, and then the weight and the values that came to it.
//
// One message in a round is sent and one waited for. A message that comes too late goes in when it
// comes. One that is lost takes its weight with it, so the others' values stay means of what was
// given, only with other weights; that the rest adds up to less makes no update count for more.
template <typename Scalar>
std::unique_ptr<Exchange<Scalar>> MakePushSum(PushSumOptions options);

}  // namespace consilium::schedule

#endif  // CONSILIUM_MODULES_SCHEDULE_PUSH_SUM_H_
