#include "modules/topology/spanning_tree.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <set>

#include "modules/topology/distances.h"

namespace consilium {
namespace {

constexpr double kUnreached = std::numeric_limits<double>::infinity();

struct ShortestPaths {
  std::vector<double> distance;
  std::vector<int> parent;  // -1 at the source
};

// Dijkstra's algorithm; of equally short paths the one found first, in the order of the sites.
ShortestPaths PathsFrom(const Graph& graph, const std::map<Edge, double>& lengths, int source) {
  const auto n = static_cast<size_t>(graph.size());
  ShortestPaths paths{std::vector<double>(n, kUnreached), std::vector<int>(n, -1)};
  paths.distance[static_cast<size_t>(source)] = 0;
  std::set<std::pair<double, int>> open = {{0.0, source}};
  while (!open.empty()) {
    const auto [distance, site] = *open.begin();
    open.erase(open.begin());
    for (const int next : graph.Neighbors(site)) {
      const double length = lengths.at({std::min(site, next), std::max(site, next)});
      double& known = paths.distance[static_cast<size_t>(next)];
      if (distance + length >= known) continue;
      open.erase({known, next});
      known = distance + length;
      paths.parent[static_cast<size_t>(next)] = site;
      open.emplace(known, next);
    }
  }
  return paths;
}

StatusOr<std::map<Edge, double>> Lengths(const Graph& graph, const std::vector<double>& delays) {
  const std::vector<Edge> edges = graph.Edges();
  if (!delays.empty() && delays.size() != edges.size()) {
    return InvalidArgument("{} delays for {} edges: give one for each", delays.size(),
                           edges.size());
  }
  std::map<Edge, double> lengths;
  for (size_t i = 0; i < edges.size(); ++i) {
    const double length = delays.empty() ? 1.0 : delays[i];
    if (!(length > 0) || !std::isfinite(length)) {
      return InvalidArgument("delay {} of edge {}-{}: it must be positive", length, edges[i].first,
                             edges[i].second);
    }
    lengths[edges[i]] = length;
  }
  return lengths;
}

}  // namespace

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

StatusOr<Graph> SpanningTree(const Graph& graph, const std::vector<double>& delays) {
  ASSIGN_OR_RETURN(const auto lengths, Lengths(graph, delays));
  if (!IsConnected(graph)) {
    return InvalidArgument("the graph of {} sites is not connected: some sites cannot be reached",
                           graph.size());
  }
  double best = kUnreached;
  std::vector<int> parent;
  for (int root = 0; root < graph.size(); ++root) {
    ShortestPaths paths = PathsFrom(graph, lengths, root);
    const double sum = std::accumulate(paths.distance.begin(), paths.distance.end(), 0.0);
    if (sum >= best) continue;
    best = sum;
    parent = std::move(paths.parent);
  }
  std::vector<Edge> edges;
  for (int site = 0; site < graph.size(); ++site) {
    const int other = parent[static_cast<size_t>(site)];
    if (other >= 0) edges.emplace_back(std::min(site, other), std::max(site, other));
  }
  return Graph::Create(graph.size(), edges);
}

int Center(const Graph& graph) {
  int center = 0;
  long best = std::numeric_limits<long>::max();
  for (int site = 0; site < graph.size(); ++site) {
    const std::vector<int> hops = HopsFrom(graph, site);
    const long sum = std::accumulate(hops.begin(), hops.end(), 0L);
    if (sum >= best) continue;
    best = sum;
    center = site;
  }
  return center;
}

}  // namespace consilium
