#ifndef CONSILIUM_MODULES_TOPOLOGY_FACTS_H_
#define CONSILIUM_MODULES_TOPOLOGY_FACTS_H_

#include <optional>
#include <string>
#include <vector>

#include "base/status.h"
#include "modules/topology/effective_neighbors.h"
#include "modules/topology/network.h"
#include "modules/topology/quadratic_rate.h"

namespace consilium::topology {

// What there is to know of a graph of links.
struct GraphFacts {
  int links = 0;
  int fewest_links = 0, most_links = 0;  // of a site
  bool connected = false, tree = false;
  int diameter = 0;         // 0 if not connected; so below
  double mean_hops = 0;     // over all n^2 ordered pairs
  double relay_factor = 0;  // of a tree: by how much RelaySum's learning rate may be raised
};

GraphFacts FactsOf(const Graph& graph);

struct FactsOptions {
  std::vector<double> decays = {0, 0.5, 0.9, 0.951, 0.99, 0.999};
  double zeta = 50;    // of the random quadratics that rates are told for
  bool exact = false;  // also the exact rate at the best learning rate
};

// What `consilium topology` tells of a network.
struct NetworkFacts {
  std::string name;
  int sites = 0;
  int period = 1;
  // Of the links used in any step. Where shares go one way only, each direction is a link of its
  // sender, and hops go along them. A period of several steps has no hops, but `heard_after`.
  GraphFacts graph;
  bool directed = false;
  int heard_after =
      0;  // steps, from the first on, until all have heard of all; 0: never, or period 1
  std::vector<std::vector<int>> parts;  // of the links, whichever way they go
  double spectral_gap = 0;
  std::vector<EffectiveNeighbors> neighbors;  // at each of the decays, over a period
  std::vector<EffectiveNeighbors> at_end;     // after its last step; empty for a period of 1
  // Predicted; exact where the steps of a period differ. None where links leave sites apart.
  std::optional<BestRate> best;
  std::optional<double> exact_rate;  // at best->learning_rate, if asked for and finite
};

// Refuses decays outside [0, 1) and zeta below 1.
StatusOr<NetworkFacts> FactsOf(const Network& network, const FactsOptions& options);

}  // namespace consilium::topology

#endif  // CONSILIUM_MODULES_TOPOLOGY_FACTS_H_
