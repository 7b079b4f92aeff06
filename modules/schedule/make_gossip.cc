#include <algorithm>
#include <map>
#include <numeric>
#include <utility>

#include "modules/schedule/exchange_parts.h"
#include "modules/schedule/gossip.h"
#include "modules/topology/diffusion.h"
#include "modules/topology/mixing.h"

namespace consilium::schedule {
namespace {

// The flat vector of only the chosen blocks, one after the other.
FlatShape Select(const FlatShape& shape, const std::vector<int>& number) {
  FlatShape selected;
  for (size_t b = 0; b < number.size(); ++b) {
    if (number[b] >= 0) selected.blocks.push_back({selected.size(), shape.blocks[b].size});
  }
  for (MatrixSlice matrix : shape.matrices) {
    const auto b = static_cast<size_t>(matrix.block);
    if (b >= number.size() || number[b] < 0) continue;
    matrix.block = number[b];
    matrix.offset += selected.blocks[static_cast<size_t>(number[b])].offset;
    matrix.offset -= shape.blocks[b].offset;
    selected.matrices.push_back(matrix);
  }
  return selected;
}

// For D-squared every eigenvalue of I - W has to be small enough: none is above the largest sum,
// over an edge's two ends, of what the end shares in all. The most that shares may be multiplied
// by, the same at all sites.
double LargestDiffusion(const ExchangeOptions& options, std::span<const double> weights) {
  std::vector<double> shared;
  for (int site = 0; site < options.graph.size(); ++site) {
    const std::vector<double> shares = topology::MixingShares(options.graph, weights, site);
    shared.push_back(std::accumulate(shares.begin(), shares.end(), 0.0));
  }
  double largest = 0;
  for (const auto& [a, b] : options.graph.Edges()) {
    if (!(weights[static_cast<size_t>(a)] > 0) || !(weights[static_cast<size_t>(b)] > 0)) continue;
    largest = std::max(largest, shared[static_cast<size_t>(a)] + shared[static_cast<size_t>(b)]);
  }
  return largest > 0 ? (1 - options.d_squared_floor) / largest : 1;
}

// By what the mixing shares of a module are multiplied, the same at all sites.
double Diffusion(const ExchangeOptions& options, std::span<const double> weights) {
  const double diffusion = options.gossip_diffusion > 0
                               ? options.gossip_diffusion
                               : topology::FastestDiffusion(options.graph, weights);
  if (options.schedule != ScheduleKind::kDSquared) return diffusion;
  return std::min(diffusion, LargestDiffusion(options, weights));
}

// shares[b][k]: what this site adds of the difference to its k-th neighbour in block b.
std::vector<std::vector<double>> Shares(const ExchangeOptions& options) {
  std::vector<std::vector<double>> shares;
  std::vector<double> weights(options.weights.size());
  std::map<std::vector<double>, double> known;  // many modules have the same holders and weights
  for (size_t b = 0; b < options.shape.blocks.size(); ++b) {
    for (size_t site = 0; site < weights.size(); ++site) weights[site] = options.weights[site][b];
    std::vector<double>& row =
        shares.emplace_back(topology::MixingShares(options.graph, weights, options.self));
    const auto [diffusion, is_new] = known.try_emplace(weights, 1.0);
    if (is_new) diffusion->second = Diffusion(options, weights);
    for (double& share : row) share *= diffusion->second;
  }
  return shares;
}

}  // namespace

template <typename Scalar>
MadeExchange<Scalar> MakeGossipOf(const ExchangeOptions& options) {
  GossipOptions<Scalar> gossip;
  gossip.size = options.shape.size();
  gossip.steps = options.gossip_steps;
  const std::vector<std::vector<double>> shares = Shares(options);
  const std::vector<int>& sites = options.graph.Neighbors(options.self);
  const double step = compress::ConsensusStep(options.compressor);
  for (size_t k = 0; k < sites.size(); ++k) {
    GossipNeighbor<Scalar> neighbor{.site = sites[k], .shared = {}, .codec = nullptr};
    std::vector<int> number(shares.size(), -1);
    for (size_t b = 0; b < shares.size(); ++b) {
      if (!(shares[b][k] > 0)) continue;
      number[b] = static_cast<int>(neighbor.shared.size());
      neighbor.shared.push_back({options.shape.blocks[b], shares[b][k] * step, b});
    }
    if (neighbor.shared.empty()) continue;
    const int low = std::min(options.self, sites[k]);
    const int high = std::max(options.self, sites[k]);
    ASSIGN_OR_RETURN(
        neighbor.codec,
        compress::MakeEdgeCodec<Scalar>(
            options.compressor, Select(options.shape, number), SeedOf(options, "edge", low, high),
            options.self == low ? compress::EdgeEnd::kLow : compress::EdgeEnd::kHigh));
    gossip.neighbors.push_back(std::move(neighbor));
  }
  return MakeGossip(std::move(gossip));
}

template MadeExchange<float> MakeGossipOf(const ExchangeOptions&);
template MadeExchange<double> MakeGossipOf(const ExchangeOptions&);

}  // namespace consilium::schedule
