#ifndef CONSILIUM_MODULES_TOPOLOGY_ADVISE_H_
#define CONSILIUM_MODULES_TOPOLOGY_ADVISE_H_

#include <optional>
#include <string>
#include <vector>

#include "base/status.h"
#include "modules/topology/link_list.h"

namespace consilium::topology {

constexpr int kMostAdvisedSites = 2000;

// What a federation operator knows before the first run.
struct Situation {
  int sites = 0;                  // with `links`: 0, or as many as they name
  std::optional<LinkList> links;  // who can hold a link with whom; else anybody with anybody ...
  int most_links = 0;             // ... but no more than so many a site; 0: no limit
  double delay_ms = 20;           // one way, where the links do not say
  double mbit_s = 10;             // that a site can send, where the links do not say
  double parameters = 100000;     // of the model, 4 bytes each
  double train_seconds = 10;      // local steps of a round at the slowest site
  int rounds = 80;
  // How far apart the models are that sites would come to alone, beside how far they are from the
  // start. 0: all see the same patients; 1: they have nothing in common.
  double heterogeneity = 0.3;
  double zeta = 50;  // of the random quadratics that stand for the problem
};

// One way to run the federation, and what it is estimated to cost.
struct Option {
  std::string schedule;  // as plans name it, so below
  std::string topology;  // "edges": those of `edges`
  std::vector<std::pair<int, int>> edges;
  std::string shape;  // for people: "chain", "star around basel", "tree:5"
  std::string compressor;
  int rank = 0;            // of low_rank
  int bits = 0;            // of quantized
  double compression = 1;  // times smaller than uncompressed
  double learning_rate_factor = 1;
  int most_links = 0;
  int in_sequence = 1;          // messages of a round of which each waits for the one before
  double bytes = 0;             // that the busiest site sends in a round
  double exchange_seconds = 0;  // of a round
  double round_seconds = 0;     // with training
  double rounds_factor = 1;     // rounds it needs, over those of an exact average
  double relative_time = 1;     // round_seconds * rounds_factor over that of the best option
  std::string drawback;         // why it is not recommended; empty for the one that is
};

struct Advice {
  int sites = 0;
  std::vector<std::string> names;    // of the sites, if the links name them
  std::optional<LinkList> links;     // the situation's
  std::vector<Option> options;       // the recommended one first, then by relative time
  std::vector<std::string> reasons;  // for people, one thought each
  std::string toml;                  // [schedule] and [compression] to paste in a plan
};

// Decides by estimates that the reasons name: times from delays, bytes and links; rounds from the
// predicted rates of gossip (Vogels et al. 2022) and D-squared, what differing optima leave between
// sites on the same quadratics (differing_sites.h), and RelaySum's first rounds (Vogels et al.
// 2021). Gradient tracking is never offered: D-squared does the same with half its bytes; that up
// to 1,000 sites. Refuses no sites, more than 2,000, links that leave a site unreached (naming
// it), fewer than 2 links a site for more than 2 sites, and numbers out of their range.
StatusOr<Advice> Advise(const Situation& situation);

}  // namespace consilium::topology

#endif  // CONSILIUM_MODULES_TOPOLOGY_ADVISE_H_
