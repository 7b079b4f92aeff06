#ifndef CONSILIUM_MODULES_TOPOLOGY_MEASURED_GRAPH_H_
#define CONSILIUM_MODULES_TOPOLOGY_MEASURED_GRAPH_H_

#include <span>
#include <vector>

#include "base/status.h"
#include "modules/topology/graph.h"

namespace consilium::topology {

// A link as seen from one of its ends.
struct Link {
  int to = 0;
  double length = 1;
};

// A graph whose edges have lengths: delays, or 1 each. Immutable, so thread-safe.
class MeasuredGraph {
 public:
  // `lengths`, if not empty, has a positive one for each of graph.Edges(), in that order.
  static StatusOr<MeasuredGraph> Create(const Graph& graph, const std::vector<double>& lengths);

  int size() const { return static_cast<int>(begin_.size()) - 1; }
  size_t links() const { return links_.size(); }  // each edge twice

  // Ascending. Requires 0 <= site < size().
  std::span<const Link> Links(int site) const {
    const size_t i = static_cast<size_t>(site);
    return {links_.data() + begin_[i], links_.data() + begin_[i + 1]};
  }

 private:
  std::vector<size_t> begin_ = {0};
  std::vector<Link> links_;
};

struct ShortestPaths {
  std::vector<double> distance;  // infinite where there is no path
  std::vector<int> parent;       // -1 at the source and where there is no path
};

// Dijkstra's algorithm (1959); of equally short paths the one found first, in the order of sites.
ShortestPaths PathsFrom(const MeasuredGraph& graph, int source);

}  // namespace consilium::topology

#endif  // CONSILIUM_MODULES_TOPOLOGY_MEASURED_GRAPH_H_
