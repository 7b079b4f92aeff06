#include "modules/topology/graph.h"

#include <algorithm>
#include <utility>

namespace consilium::topology {

StatusOr<Graph> Graph::Create(int n, const std::vector<Edge>& edges) {
  if (n < 1) return InvalidArgument("a graph of {} sites: at least 1 is needed", n);
  std::vector<std::vector<int>> neighbors_of(static_cast<size_t>(n));
  for (const auto& [a, b] : edges) {
    if (a < 0 || a >= n || b < 0 || b >= n) {
      return InvalidArgument("edge {}-{}: sites are numbered 0 to {}", a, b, n - 1);
    }
    if (a == b) return InvalidArgument("edge {}-{} joins a site to itself: leave it out", a, b);
    neighbors_of[static_cast<size_t>(a)].push_back(b);
    neighbors_of[static_cast<size_t>(b)].push_back(a);
  }
  for (int site = 0; site < n; ++site) {
    std::vector<int>& neighbors = neighbors_of[static_cast<size_t>(site)];
    std::sort(neighbors.begin(), neighbors.end());
    const auto twice = std::adjacent_find(neighbors.begin(), neighbors.end());
    if (twice != neighbors.end()) {
      return InvalidArgument("edge {}-{} is given twice: list each edge once", site, *twice);
    }
  }
  Graph graph;
  graph.neighbors_ = std::move(neighbors_of);
  return graph;
}

bool Graph::HasEdge(int a, int b) const {
  return std::binary_search(Neighbors(a).begin(), Neighbors(a).end(), b);
}

std::vector<Edge> Graph::Edges() const {
  std::vector<Edge> edges;
  for (int a = 0; a < size(); ++a) {
    for (const int b : Neighbors(a)) {
      if (a < b) edges.emplace_back(a, b);
    }
  }
  return edges;
}

}  // namespace consilium::topology
