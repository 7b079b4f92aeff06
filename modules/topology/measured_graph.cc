#include "modules/topology/measured_graph.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <queue>
#include <utility>

namespace consilium::topology {

StatusOr<MeasuredGraph> MeasuredGraph::Create(const Graph& graph,
                                              const std::vector<double>& lengths) {
  const std::vector<Edge> edges = graph.Edges();
  if (!lengths.empty() && lengths.size() != edges.size()) {
    return InvalidArgument("{} delays for {} edges: give one for each", lengths.size(),
                           edges.size());
  }
  std::vector<std::vector<Link>> links(static_cast<size_t>(graph.size()));
  for (size_t i = 0; i < edges.size(); ++i) {
    const auto [a, b] = edges[i];
    const double length = lengths.empty() ? 1.0 : lengths[i];
    if (!(length > 0) || !std::isfinite(length)) {
      return InvalidArgument("delay {} of edge {}-{}: it must be positive", length, a, b);
    }
    links[static_cast<size_t>(a)].push_back({b, length});
    links[static_cast<size_t>(b)].push_back({a, length});
  }
  MeasuredGraph made;
  for (auto& of_site : links) {
    std::sort(of_site.begin(), of_site.end(),
              [](const Link& a, const Link& b) { return a.to < b.to; });
    made.links_.insert(made.links_.end(), of_site.begin(), of_site.end());
    made.begin_.push_back(made.links_.size());
  }
  return made;
}

ShortestPaths PathsFrom(const MeasuredGraph& graph, int source) {
  const auto n = static_cast<size_t>(graph.size());
  ShortestPaths paths{std::vector<double>(n, std::numeric_limits<double>::infinity()),
                      std::vector<int>(n, -1)};
  using Entry = std::pair<double, int>;
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> open;
  paths.distance[static_cast<size_t>(source)] = 0;
  open.emplace(0.0, source);
  while (!open.empty()) {
    const auto [distance, site] = open.top();
    open.pop();
    if (distance > paths.distance[static_cast<size_t>(site)]) continue;
    for (const auto& [next, length] : graph.Links(site)) {
      double& known = paths.distance[static_cast<size_t>(next)];
      if (distance + length >= known) continue;
      known = distance + length;
      paths.parent[static_cast<size_t>(next)] = site;
      open.emplace(known, next);
    }
  }
  return paths;
}

}  // namespace consilium::topology
