#ifndef CONSILIUM_MODULES_SCHEDULE_MAKE_EXCHANGE_H_
#define CONSILIUM_MODULES_SCHEDULE_MAKE_EXCHANGE_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "modules/compress/compressor.h"
#include "modules/schedule/exchange.h"
#include "modules/schedule/relay_sum.h"
#include "modules/schedule/server_optimiser.h"
#include "modules/slices.h"
#include "modules/topology/graph.h"

namespace consilium::schedule {

enum class ScheduleKind {
  kAllReduce,
  kGossip,
  kRelaySum,
  kScaffold,
  kDSquared,
  kGradientTracking,
  kQuasiGlobalMomentum,
  kRelaySumGrad,
  kRelayMix,
  kPushSum,
};

// All that the sites of one exchange must agree on, and which of them this is.
struct ExchangeOptions {
  ScheduleKind schedule = ScheduleKind::kRelaySum;
  int self = 0;
  // Who may talk to whom. A tree for RelaySum and all-reduce, PushSumLinks for push-sum, connected
  // for gossip.
  topology::Graph graph;
  // All-reduce: the site that forms the mean. It may be a mere aggregator of weight 0.
  int root = 0;
  FlatShape shape;
  // weights[site][block] >= 0: the site's weight in the mean of that module, 0 if it does not hold
  // it. For every site of the graph.
  std::vector<std::vector<double>> weights;
  compress::CompressorOptions compressor;
  // All-reduce: what the mean becomes, which must then be of updates.
  ServerOptimiserOptions server = {};
  // The same at all sites of the exchange, another for each exchange.
  uint64_t seed = 0;
  // Gossip: averaging steps in a round, and by what the mixing shares are multiplied; 0:
  // FastestDiffusion.
  int gossip_steps = 1;
  double gossip_diffusion = 1.0;
  // D-squared: mixing shares are made smaller until no eigenvalue of W is below this. The product
  // keeps this value; -1 leaves the shares as they are, to compare with reference code.
  double d_squared_floor = -0.3;
  double momentum = 0.9;   // quasi-global momentum, 0 <= momentum < 1
  double consensus = 0.5;  // relay mix, 0 to 1
  RelayFallback relay_fallback = RelayFallback::kOwnValue;
  // Messages may be lost, not only late: all-reduce then keeps means to repeat them.
  bool lossy = false;
};

// One site's exchange. Refuses what its parts refuse, a graph that does not suit the schedule,
// and weights that do not match graph and shape. Scalar is float or double.
template <typename Scalar>
StatusOr<std::unique_ptr<Exchange<Scalar>>> MakeExchange(const ExchangeOptions& options);

// The exact weighted mean of any flat vectors of `size` numbers over a tree, the same bits at every
// site: all-reduce without compression and with one weight for each site.
template <typename Scalar>
StatusOr<std::unique_ptr<Exchange<Scalar>>> MakeExactMean(const topology::Graph& tree, int root,
                                                          int self, size_t size,
                                                          const std::vector<double>& weights);

struct NamedSchedule {
  std::string_view name;  // "relay_sum"
  ScheduleKind kind;
  bool needs_tree;
  bool exchanges_updates;  // all-reduce: local updates (pseudo-gradients); else models
  bool keeps_agreement;    // what all sites agree on stays, whatever it is and not only if it is 0
};

// Every schedule that a plan can name.
std::span<const NamedSchedule> AllSchedules();

// Refuses compressors that the schedule cannot use, and says why.
Status CheckServes(const NamedSchedule& schedule, const compress::CompressorOptions& compressor);

// The schedule of that name; an unknown name is answered with the known ones.
StatusOr<ScheduleKind> ParseSchedule(std::string_view name);

}  // namespace consilium::schedule

#endif  // CONSILIUM_MODULES_SCHEDULE_MAKE_EXCHANGE_H_
