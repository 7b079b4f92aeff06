#include "modules/topology/distances.h"

#include <algorithm>
#include <numeric>

namespace consilium {

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

int Diameter(const Graph& graph) {
  int diameter = 0;
  for (int site = 0; site < graph.size(); ++site) {
    const std::vector<int> hops = HopsFrom(graph, site);
    diameter = std::max(diameter, *std::max_element(hops.begin(), hops.end()));
  }
  return diameter;
}

double MeanHopDistance(const Graph& graph) {
  double sum = 0;
  for (int site = 0; site < graph.size(); ++site) {
    const std::vector<int> hops = HopsFrom(graph, site);
    sum += std::accumulate(hops.begin(), hops.end(), 0.0);
  }
  return sum / (static_cast<double>(graph.size()) * graph.size());
}

double RelayLearningRateFactor(const Graph& tree) {
  return MeanHopDistance(tree) + 1.0 / tree.size();
}

}  // namespace consilium
