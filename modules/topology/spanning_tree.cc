#include "modules/topology/spanning_tree.h"

#include <algorithm>

#include "modules/topology/distances.h"

namespace consilium::topology {

StatusOr<RootedTree> RootAt(const Graph& tree, int root) {
  if (!IsTree(tree)) {
    return InvalidArgument("{} sites with {} edges are not a tree: take a spanning tree",
                           tree.size(), tree.Edges().size());
  }
  if (root < 0 || root >= tree.size()) {
    return InvalidArgument("root {}: sites are numbered 0 to {}", root, tree.size() - 1);
  }
  const std::vector<int> hops = HopsFrom(tree, root);
  RootedTree rooted{root, std::vector<int>(hops.size(), -1), {}};
  rooted.children.resize(hops.size());
  for (int site = 0; site < tree.size(); ++site) {
    for (const int other : tree.Neighbors(site)) {
      if (hops[static_cast<size_t>(other)] < hops[static_cast<size_t>(site)]) {
        rooted.parent[static_cast<size_t>(site)] = other;
      } else {
        rooted.children[static_cast<size_t>(site)].push_back(other);
      }
    }
  }
  return rooted;
}

int Center(const Graph& graph) {
  const std::vector<long> sums = HopSums(graph);
  return static_cast<int>(std::min_element(sums.begin(), sums.end()) - sums.begin());
}

}  // namespace consilium::topology
