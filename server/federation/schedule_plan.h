#ifndef CONSILIUM_SERVER_FEDERATION_SCHEDULE_PLAN_H_
#define CONSILIUM_SERVER_FEDERATION_SCHEDULE_PLAN_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/toml.h"
#include "modules/compress/compressor_row.h"
#include "modules/schedule/relay_sum.h"
#include "modules/schedule/server_optimiser.h"

// A choice of few is an enum here and a word in a plan: schedule_words.h.
namespace consilium::federation {

enum class SiteWeights { kPatients, kUniform };
enum class Aggregator { kSite, kCoordinator };
enum class ChannelKind { kIdeal, kErasure, kGaussian };

// For simulation: what the sites' messages travel over.
struct ChannelPlan {
  ChannelKind kind = ChannelKind::kIdeal;
  double loss = 0;               // erasure: share of the rounds' messages that never come
  double power = 100;            // gaussian: of each site, for one use of the whole vector
  double noise = 1;              // gaussian: standard deviation for each number received
  std::string scheme = "laser";  // gaussian: laser | z_sgd | sign | sketch | random_k
};

// How information spreads between sites in a round: [schedule], [compression] and [channel] of a
// plan, docs/formats/plan.md. The names are those of AllSchedules and AllTopologies.
struct SchedulePlan {
  std::string kind = "relay_sum";
  SiteWeights weights = SiteWeights::kPatients;
  std::string topology = "chain";             // a name, or edges
  std::vector<std::pair<int, int>> edges;     // for topology = "edges", by position in Plan::sites
  Aggregator aggregator = Aggregator::kSite;  // all_reduce, scaffold
  schedule::RelayFallback fallback = schedule::RelayFallback::kOwnValue;  // relay_sum
  int trees = 1;                            // relay_sum: 2 shares the numbers between two trees
  double consensus = 0.5;                   // relay_mix: share of the model in a message
  double momentum = 0.9;                    // quasi_global_momentum
  double diffusion = 1.0;                   // gossip: multiplies the shares; 0: the fastest
  bool overlap = false;                     // exchange while the next round trains
  bool raise_learning_rate = false;         // relay_sum: by mean hop distance + 1/n
  schedule::ServerOptimiserOptions server;  // all_reduce

  // Its iterations are gossip's averaging steps in a round, where a schedule is one of gossip's.
  compress::CompressorOptions compression = {.kind = &compress::kLowRank};

  ChannelPlan channel;
};

// Reads the three tables, where they are. `sites`: Plan::sites.
void ReadSchedulePlan(TomlTable& root, const std::vector<std::string>& sites,
                      SchedulePlan& schedule);

}  // namespace consilium::federation

#endif  // CONSILIUM_SERVER_FEDERATION_SCHEDULE_PLAN_H_
