#ifndef CONSILIUM_SERVER_FEDERATION_SCHEDULE_PLAN_H_
#define CONSILIUM_SERVER_FEDERATION_SCHEDULE_PLAN_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/toml.h"
#include "modules/compress/compressor_row.h"

namespace consilium::federation {

// all_reduce: what turns the mean update into the step of the model, the same at every site
// (Reddi et al., Adaptive Federated Optimization, algorithm 2).
struct ServerOptimiserPlan {
  std::string kind = "none";  // none | momentum | adam | yogi | adagrad
  double learning_rate = 1.0;
  double momentum = 0.9;  // momentum; adam and yogi: beta 1
  double beta2 = 0.99;    // adam, yogi
  double epsilon = 1e-3;  // adam, yogi, adagrad: degree of adaptivity, tau
};

// For simulation: what the sites' messages travel over.
struct ChannelPlan {
  std::string kind = "ideal";    // ideal | erasure | gaussian
  double loss = 0;               // erasure: share of the rounds' messages that never come
  double power = 100;            // gaussian: of each site, for one use of the whole vector
  double noise = 1;              // gaussian: standard deviation for each number received
  std::string scheme = "laser";  // gaussian: laser | z_sgd | sign | sketch | random_k
};

// How information spreads between sites in a round: [schedule], [compression] and [channel] of a
// plan, docs/formats/plan.md. The names are those of AllSchedules and AllTopologies.
struct SchedulePlan {
  std::string kind = "relay_sum";
  std::string weights = "patients";        // patients | uniform
  std::string topology = "chain";          // a name, or edges
  std::vector<std::pair<int, int>> edges;  // for topology = "edges", by position in Plan::sites
  std::string aggregator = "site";         // all_reduce only: site | coordinator
  std::string fallback = "own";            // relay_sum: own | last | count | initial
  int trees = 1;                           // relay_sum: 2 shares the numbers between two trees
  double consensus = 0.5;                  // relay_mix: share of the model in a message
  double momentum = 0.9;                   // quasi_global_momentum
  double diffusion = 1.0;                  // gossip: multiplies the shares; 0: the fastest
  bool overlap = false;                    // exchange while the next round trains
  bool raise_learning_rate = false;        // relay_sum: by mean hop distance + 1/n
  ServerOptimiserPlan server;

  // Its iterations are gossip's averaging steps in a round, where a schedule is one of gossip's.
  compress::CompressorOptions compression = {.kind = &compress::kLowRank};

  ChannelPlan channel;
};

// Reads the three tables, where they are. `sites`: Plan::sites.
void ReadSchedulePlan(TomlTable& root, const std::vector<std::string>& sites,
                      SchedulePlan& schedule);

}  // namespace consilium::federation

#endif  // CONSILIUM_SERVER_FEDERATION_SCHEDULE_PLAN_H_
