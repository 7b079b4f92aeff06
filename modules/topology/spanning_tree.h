#ifndef CONSILIUM_MODULES_TOPOLOGY_SPANNING_TREE_H_
#define CONSILIUM_MODULES_TOPOLOGY_SPANNING_TREE_H_

#include <vector>

#include "base/status.h"
#include "modules/topology/graph.h"

namespace consilium::topology {

// A tree seen from its root.
struct RootedTree {
  int root = 0;
  std::vector<int> parent;                 // -1 at the root
  std::vector<std::vector<int>> children;  // ascending
};

// Refuses a graph that is not a tree, and a root outside it.
StatusOr<RootedTree> RootAt(const Graph& tree, int root);

// A tree over edges of the graph with a small mean distance between its sites: of the trees of
// shortest paths from a site, that with the smallest mean distance, then improved by exchanging one
// edge at a time for the best that joins the same two parts, for as long as that helps (ties: the
// first found). The mean is at most twice the smallest there is (Wong 1980); the smallest itself is
// hard to find. Work is bounded, about a second at 1,000 sites: where the graph is large and dense,
// not every site is tried nor every edge exchanged. `delays`, if not empty, gives a positive length
// to each of graph.Edges() in that order; otherwise every edge has length 1. Refuses a disconnected
// graph.
StatusOr<Graph> SpanningTree(const Graph& graph, const std::vector<double>& delays = {});

// The mean over all n^2 ordered pairs of sites, each site with itself included, of the length of
// the path between them; `delays` as above. MeanHopDistance where there are none. Requires a tree.
double MeanTreeDistance(const Graph& tree, const std::vector<double>& delays = {});

// The site whose hops to all others have the smallest sum: where to root an all-reduce.
// Requires a connected graph.
int Center(const Graph& graph);

}  // namespace consilium::topology

#endif  // CONSILIUM_MODULES_TOPOLOGY_SPANNING_TREE_H_
