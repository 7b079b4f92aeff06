#ifndef CONSILIUM_MODULES_TOPOLOGY_SPANNING_TREE_H_
#define CONSILIUM_MODULES_TOPOLOGY_SPANNING_TREE_H_

#include <vector>

#include "base/status.h"
#include "modules/topology/graph.h"

namespace consilium {

// A tree seen from its root.
struct RootedTree {
  int root = 0;
  std::vector<int> parent;                 // -1 at the root
  std::vector<std::vector<int>> children;  // ascending
};

// Refuses a graph that is not a tree, and a root outside it.
StatusOr<RootedTree> RootAt(const Graph& tree, int root);

// The tree of shortest paths from the site whose distances to all others have the smallest sum
// (ties: the lowest site). `delays`, if not empty, gives a positive length to each of
// graph.Edges() in that order; otherwise every edge has length 1. Refuses a disconnected graph.
StatusOr<Graph> SpanningTree(const Graph& graph, const std::vector<double>& delays = {});

// The site whose hops to all others have the smallest sum: where to root an all-reduce.
// Requires a connected graph.
int Center(const Graph& graph);

}  // namespace consilium

#endif  // CONSILIUM_MODULES_TOPOLOGY_SPANNING_TREE_H_
