#include "modules/topology/distances.h"

#include <algorithm>
#include <numeric>

namespace consilium::topology {
namespace {

// From the sum of site 0 down: past a link, what is behind it comes nearer and the rest farther.
std::vector<long> HopSumsOfTree(const Graph& tree) {
  const auto n = static_cast<size_t>(tree.size());
  std::vector<size_t> order = {0}, parent(n, n);
  std::vector<long> behind(n, 1), sums(n, 0), hops(n, 0);
  for (size_t head = 0; head < order.size(); ++head) {
    const size_t site = order[head];
    sums[0] += hops[site];
    for (const int neighbor : tree.Neighbors(static_cast<int>(site))) {
      const auto next = static_cast<size_t>(neighbor);
      if (next == parent[site]) continue;
      parent[next] = site;
      hops[next] = hops[site] + 1;
      order.push_back(next);
    }
  }
  for (size_t at = n; at-- > 1;) behind[parent[order[at]]] += behind[order[at]];
  for (size_t at = 1; at < n; ++at) {
    const size_t site = order[at];
    sums[site] = sums[parent[site]] + static_cast<long>(n) - 2 * behind[site];
  }
  return sums;
}

}  // namespace

std::vector<int> HopsFrom(const Graph& graph, int source) {
  std::vector<int> hops(static_cast<size_t>(graph.size()), -1);
  std::vector<int> queue = {source};
  hops[static_cast<size_t>(source)] = 0;
  for (size_t head = 0; head < queue.size() && queue.size() < hops.size(); ++head) {
    const int site = queue[head];
    for (const int neighbor : graph.Neighbors(site)) {
      int& reached = hops[static_cast<size_t>(neighbor)];
      if (reached >= 0) continue;
      reached = hops[static_cast<size_t>(site)] + 1;
      queue.push_back(neighbor);
    }
  }
  return hops;
}

bool IsConnected(const Graph& graph) {
  if (graph.size() == 0) return false;
  const std::vector<int> hops = HopsFrom(graph, 0);
  return std::find(hops.begin(), hops.end(), -1) == hops.end();
}

std::vector<std::vector<int>> PartsOf(const Graph& graph) {
  std::vector<std::vector<int>> parts;
  std::vector<char> placed(static_cast<size_t>(graph.size()), 0);
  for (int site = 0; site < graph.size(); ++site) {
    if (placed[static_cast<size_t>(site)]) continue;
    const std::vector<int> hops = HopsFrom(graph, site);
    std::vector<int>& part = parts.emplace_back();
    for (int other = site; other < graph.size(); ++other) {
      if (hops[static_cast<size_t>(other)] < 0) continue;
      part.push_back(other);
      placed[static_cast<size_t>(other)] = 1;
    }
  }
  return parts;
}

bool IsTree(const Graph& graph) {
  int degrees = 0;
  for (int site = 0; site < graph.size(); ++site) degrees += graph.Degree(site);
  return degrees == 2 * (graph.size() - 1) && IsConnected(graph);
}

std::vector<long> HopSums(const Graph& graph) {
  if (IsTree(graph)) return HopSumsOfTree(graph);
  std::vector<long> sums;
  for (int site = 0; site < graph.size(); ++site) {
    const std::vector<int> hops = HopsFrom(graph, site);
    sums.push_back(std::accumulate(hops.begin(), hops.end(), 0L));
  }
  return sums;
}

int Diameter(const Graph& graph) {
  int diameter = 0;
  for (int site = 0; site < graph.size(); ++site) {
    const std::vector<int> hops = HopsFrom(graph, site);
    diameter = std::max(diameter, *std::max_element(hops.begin(), hops.end()));
  }
  return diameter;
}

double MeanHopDistance(const Graph& graph) {
  const std::vector<long> sums = HopSums(graph);
  return std::accumulate(sums.begin(), sums.end(), 0.0) /
         (static_cast<double>(graph.size()) * graph.size());
}

double RelayLearningRateFactor(const Graph& tree) {
  return MeanHopDistance(tree) + 1.0 / tree.size();
}

}  // namespace consilium::topology
