#ifndef CONSILIUM_MODULES_TOPOLOGY_DISTANCES_H_
#define CONSILIUM_MODULES_TOPOLOGY_DISTANCES_H_

#include <vector>

#include "base/status.h"
#include "modules/topology/graph.h"

namespace consilium::topology {

// Hops from `source` to every site; -1 where there is no path.
std::vector<int> HopsFrom(const Graph& graph, int source);

bool IsConnected(const Graph& graph);

// The sites in parts between which there is no path; ascending, as are the parts' first sites.
std::vector<std::vector<int>> PartsOf(const Graph& graph);

bool IsTree(const Graph& graph);

// Of each site, the sum of its hops to all others. Requires a connected graph. Work: linear in the
// sites of a tree, else sites times edges.
std::vector<long> HopSums(const Graph& graph);

// The largest number of hops between two sites. Requires a connected graph.
int Diameter(const Graph& graph);

// Mean number of hops over all n^2 ordered pairs of sites, each site with itself included.
// Requires a connected graph.
double MeanHopDistance(const Graph& graph);

// By how much RelaySum's learning rate may be raised over all-reduce's on this tree:
// kappa = mean hop distance + 1/n (docs/papers.md, RelaySum learning rate).
// Requires a connected graph.
double RelayLearningRateFactor(const Graph& tree);

}  // namespace consilium::topology

#endif  // CONSILIUM_MODULES_TOPOLOGY_DISTANCES_H_
