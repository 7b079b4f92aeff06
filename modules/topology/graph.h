#ifndef CONSILIUM_MODULES_TOPOLOGY_GRAPH_H_
#define CONSILIUM_MODULES_TOPOLOGY_GRAPH_H_

#include <utility>
#include <vector>

#include "base/shared.h"
#include "base/status.h"

namespace consilium::topology {

using Edge = std::pair<int, int>;

// Sites 0..n-1 and the undirected edges between them. Immutable, so thread-safe; copies share them.
class Graph {
 public:
  Graph() = default;

  // Refuses n < 1, sites outside 0..n-1, an edge from a site to itself, and an edge given twice
  // (in whichever direction).
  static StatusOr<Graph> Create(int n, const std::vector<Edge>& edges);

  int size() const { return static_cast<int>(neighbors_->size()); }

  // Ascending. Requires 0 <= site < size().
  const std::vector<int>& Neighbors(int site) const {
    return (*neighbors_)[static_cast<size_t>(site)];
  }
  int Degree(int site) const { return static_cast<int>(Neighbors(site).size()); }
  bool HasEdge(int a, int b) const;

  // Each edge once, the lower site first, in ascending order.
  std::vector<Edge> Edges() const;

  bool operator==(const Graph&) const = default;

 private:
  Shared<std::vector<std::vector<int>>> neighbors_;
};

}  // namespace consilium::topology

#endif  // CONSILIUM_MODULES_TOPOLOGY_GRAPH_H_
