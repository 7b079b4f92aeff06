#include "modules/topology/mixing.h"

#include <algorithm>

namespace consilium::topology {
namespace {

int HoldingNeighbors(const Graph& graph, std::span<const double> weights, int site) {
  const std::vector<int>& neighbors = graph.Neighbors(site);
  return static_cast<int>(std::count_if(neighbors.begin(), neighbors.end(), [&](int other) {
    return weights[static_cast<size_t>(other)] > 0;
  }));
}

}  // namespace

std::vector<double> MixingShares(const Graph& graph, std::span<const double> weights, int self) {
  const std::vector<int>& neighbors = graph.Neighbors(self);
  std::vector<double> shares(neighbors.size(), 0.0);
  const double own = weights[static_cast<size_t>(self)];
  if (!(own > 0)) return shares;
  const int own_degree = HoldingNeighbors(graph, weights, self);
  for (size_t k = 0; k < neighbors.size(); ++k) {
    const double other = weights[static_cast<size_t>(neighbors[k])];
    if (!(other > 0)) continue;
    const int degree = std::max(own_degree, HoldingNeighbors(graph, weights, neighbors[k]));
    shares[k] = std::min(own, other) / own / (degree + 1);
  }
  return shares;
}

std::vector<double> MixingMatrix(const Graph& graph, std::span<const double> weights) {
  const auto n = static_cast<size_t>(graph.size());
  std::vector<double> matrix(n * n, 0.0);
  for (size_t i = 0; i < n; ++i) {
    const int site = static_cast<int>(i);
    const std::vector<double> shares = MixingShares(graph, weights, site);
    double kept = 1.0;
    for (size_t k = 0; k < shares.size(); ++k) {
      matrix[i * n + static_cast<size_t>(graph.Neighbors(site)[k])] = shares[k];
      kept -= shares[k];
    }
    matrix[i * n + i] = kept;
  }
  return matrix;
}

std::vector<double> MetropolisMatrix(const Graph& graph) {
  return MixingMatrix(graph, std::vector<double>(static_cast<size_t>(graph.size()), 1.0));
}

}  // namespace consilium::topology
