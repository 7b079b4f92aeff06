#include "modules/schedule/make_exchange.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>

#include "base/random.h"
#include "modules/schedule/all_reduce.h"
#include "modules/schedule/gossip.h"
#include "modules/topology/distances.h"
#include "modules/topology/mixing.h"
#include "modules/topology/spanning_tree.h"

namespace consilium {
namespace {

constexpr std::array kSchedules = {
    NamedSchedule{"relay_sum", ScheduleKind::kRelaySum, true, false},
    NamedSchedule{"gossip", ScheduleKind::kGossip, false, false},
    NamedSchedule{"all_reduce", ScheduleKind::kAllReduce, true, true},
};

Status CheckBlocks(const FlatShape& shape) {
  size_t end = 0;
  for (const Block& block : shape.blocks) {
    if (block.offset != end) {
      return InvalidArgument("a module begins at {} where the one before ends at {}", block.offset,
                             end);
    }
    end += block.size;
  }
  return OkStatus();
}

Status CheckWeights(const ExchangeOptions& options) {
  const auto n = static_cast<size_t>(options.graph.size());
  if (options.weights.size() != n) {
    return InvalidArgument("weights of {} sites for a graph of {}", options.weights.size(), n);
  }
  for (size_t site = 0; site < n; ++site) {
    const std::vector<double>& weights = options.weights[site];
    if (weights.size() != options.shape.blocks.size()) {
      return InvalidArgument("site {} has weights for {} modules, expected {}", site,
                             weights.size(), options.shape.blocks.size());
    }
    for (const double weight : weights) {
      if (!(weight >= 0) || !std::isfinite(weight)) {
        return InvalidArgument("weight {} of site {}: it must be 0 or more", weight, site);
      }
    }
  }
  return OkStatus();
}

Status Check(const ExchangeOptions& options) {
  if (options.self < 0 || options.self >= options.graph.size()) {
    return InvalidArgument("site {}: the graph's sites are numbered 0 to {}", options.self,
                           options.graph.size() - 1);
  }
  if (options.schedule == ScheduleKind::kGossip) {
    if (!IsConnected(options.graph)) {
      return InvalidArgument("the graph of {} sites is not connected", options.graph.size());
    }
    if (options.gossip_steps < 1 || options.gossip_steps > 255) {
      return InvalidArgument("{} gossip steps a round, expected 1 to 255", options.gossip_steps);
    }
    if (!(options.gossip_diffusion > 0) || !std::isfinite(options.gossip_diffusion)) {
      return InvalidArgument("gossip diffusion {}, expected above 0", options.gossip_diffusion);
    }
  } else if (!IsTree(options.graph)) {
    return InvalidArgument("{} sites with {} edges are not a tree: take a spanning tree",
                           options.graph.size(), options.graph.Edges().size());
  }
  RETURN_IF_ERROR(CheckBlocks(options.shape));
  return CheckWeights(options);
}

// For every site, whether it is reached from `self` through `neighbor`. Requires a tree.
std::vector<bool> Behind(const Graph& tree, int self, int neighbor) {
  std::vector<bool> behind(static_cast<size_t>(tree.size()), false);
  std::vector<int> open = {neighbor};
  behind[static_cast<size_t>(neighbor)] = true;
  while (!open.empty()) {
    const int site = open.back();
    open.pop_back();
    for (const int next : tree.Neighbors(site)) {
      if (next == self || behind[static_cast<size_t>(next)]) continue;
      behind[static_cast<size_t>(next)] = true;
      open.push_back(next);
    }
  }
  return behind;
}

// The weight of each block, summed over the sites where `chosen` is `which`.
std::vector<double> WeightsOf(const ExchangeOptions& options, const std::vector<bool>& chosen,
                              bool which) {
  std::vector<double> sum(options.shape.blocks.size(), 0.0);
  for (size_t site = 0; site < chosen.size(); ++site) {
    if (chosen[site] != which) continue;
    for (size_t b = 0; b < sum.size(); ++b) sum[b] += options.weights[site][b];
  }
  return sum;
}

// The same at both ends of an edge, and for each direction of a link.
uint64_t SeedOf(const ExchangeOptions& options, const char* purpose, int from, int to) {
  const auto n = static_cast<uint64_t>(options.graph.size());
  return Random::Named(options.seed, purpose,
                       static_cast<uint64_t>(from) * n + static_cast<uint64_t>(to))
      .Bits();
}

template <typename Scalar>
StatusOr<std::unique_ptr<Exchange<Scalar>>> MakeRelay(const ExchangeOptions& options) {
  RelaySumOptions<Scalar> relay;
  relay.blocks = options.shape.blocks;
  relay.fallback = options.relay_fallback;
  relay.own_weights = options.weights[static_cast<size_t>(options.self)];
  for (const int site : options.graph.Neighbors(options.self)) {
    const std::vector<bool> behind = Behind(options.graph, options.self, site);
    RelayNeighbor<Scalar> neighbor;
    neighbor.site = site;
    neighbor.weights_behind = WeightsOf(options, behind, true);
    neighbor.weights_before = WeightsOf(options, behind, false);
    ASSIGN_OR_RETURN(neighbor.outward,
                     MakeLinkCodec<Scalar>(options.compressor, options.shape,
                                           SeedOf(options, "link", options.self, site)));
    ASSIGN_OR_RETURN(neighbor.inward,
                     MakeLinkCodec<Scalar>(options.compressor, options.shape,
                                           SeedOf(options, "link", site, options.self)));
    relay.neighbors.push_back(std::move(neighbor));
  }
  return MakeRelaySum(std::move(relay));
}

template <typename Scalar>
StatusOr<std::unique_ptr<Exchange<Scalar>>> MakeReduce(const ExchangeOptions& options) {
  ASSIGN_OR_RETURN(const RootedTree tree, RootAt(options.graph, options.root));
  const auto self = static_cast<size_t>(options.self);
  AllReduceOptions<Scalar> reduce;
  reduce.blocks = options.shape.blocks;
  reduce.own_weights = options.weights[self];
  const std::vector<bool> all(options.weights.size(), true);
  reduce.total_weights = WeightsOf(options, all, true);
  reduce.parent = tree.parent[self];
  for (const int site : tree.children[self]) {
    const std::vector<bool> behind = Behind(options.graph, options.self, site);
    reduce.children.push_back({site, WeightsOf(options, behind, true)});
  }
  ASSIGN_OR_RETURN(reduce.codec, MakeMeanCodec<Scalar>(options.compressor, options.shape,
                                                       SeedOf(options, "mean", 0, 0)));
  return MakeAllReduce(std::move(reduce));
}

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

// shares[b][k]: what this site adds of the difference to its k-th neighbour in block b.
std::vector<std::vector<double>> Shares(const ExchangeOptions& options) {
  std::vector<std::vector<double>> shares;
  std::vector<double> weights(options.weights.size());
  for (size_t b = 0; b < options.shape.blocks.size(); ++b) {
    for (size_t site = 0; site < weights.size(); ++site) weights[site] = options.weights[site][b];
    shares.push_back(MixingShares(options.graph, weights, options.self));
  }
  return shares;
}

template <typename Scalar>
StatusOr<std::unique_ptr<Exchange<Scalar>>> MakeMixing(const ExchangeOptions& options) {
  GossipOptions<Scalar> gossip;
  gossip.size = options.shape.size();
  gossip.steps = options.gossip_steps;
  const std::vector<std::vector<double>> shares = Shares(options);
  const std::vector<int>& sites = options.graph.Neighbors(options.self);
  for (size_t k = 0; k < sites.size(); ++k) {
    GossipNeighbor<Scalar> neighbor{.site = sites[k], .shared = {}, .codec = nullptr};
    std::vector<int> number(shares.size(), -1);
    for (size_t b = 0; b < shares.size(); ++b) {
      if (!(shares[b][k] > 0)) continue;
      number[b] = static_cast<int>(neighbor.shared.size());
      neighbor.shared.push_back({options.shape.blocks[b], shares[b][k] * options.gossip_diffusion});
    }
    if (neighbor.shared.empty()) continue;
    const int low = std::min(options.self, sites[k]);
    const int high = std::max(options.self, sites[k]);
    ASSIGN_OR_RETURN(neighbor.codec,
                     MakeEdgeCodec<Scalar>(options.compressor, Select(options.shape, number),
                                           SeedOf(options, "edge", low, high),
                                           options.self == low ? EdgeEnd::kLow : EdgeEnd::kHigh));
    gossip.neighbors.push_back(std::move(neighbor));
  }
  return MakeGossip(std::move(gossip));
}

}  // namespace

template <typename Scalar>
StatusOr<std::unique_ptr<Exchange<Scalar>>> MakeExchange(const ExchangeOptions& options) {
  RETURN_IF_ERROR(Check(options));
  switch (options.schedule) {
    case ScheduleKind::kAllReduce:
      return MakeReduce<Scalar>(options);
    case ScheduleKind::kGossip:
      return MakeMixing<Scalar>(options);
    case ScheduleKind::kRelaySum:
      return MakeRelay<Scalar>(options);
  }
  return InvalidArgument("unknown schedule {}", static_cast<int>(options.schedule));
}

template <typename Scalar>
StatusOr<std::unique_ptr<Exchange<Scalar>>> MakeExactMean(const Graph& tree, int root, int self,
                                                          size_t size,
                                                          const std::vector<double>& weights) {
  ExchangeOptions options;
  options.schedule = ScheduleKind::kAllReduce;
  options.self = self;
  options.graph = tree;
  options.root = root;
  options.shape.blocks = {{0, size}};
  for (const double weight : weights) options.weights.push_back({weight});
  return MakeExchange<Scalar>(options);
}

std::span<const NamedSchedule> AllSchedules() { return kSchedules; }

StatusOr<ScheduleKind> ParseSchedule(std::string_view name) {
  std::string known;
  for (const NamedSchedule& schedule : kSchedules) {
    if (schedule.name == name) return schedule.kind;
    known.append(known.empty() ? "" : ", ").append(schedule.name);
  }
  return InvalidArgument("unknown schedule '{}': choose one of {}", name, known);
}

template StatusOr<std::unique_ptr<Exchange<float>>> MakeExchange(const ExchangeOptions&);
template StatusOr<std::unique_ptr<Exchange<double>>> MakeExchange(const ExchangeOptions&);
template StatusOr<std::unique_ptr<Exchange<float>>> MakeExactMean(const Graph&, int, int, size_t,
                                                                  const std::vector<double>&);
template StatusOr<std::unique_ptr<Exchange<double>>> MakeExactMean(const Graph&, int, int, size_t,
                                                                   const std::vector<double>&);

}  // namespace consilium
