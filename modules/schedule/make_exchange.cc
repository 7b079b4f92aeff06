#include "modules/schedule/make_exchange.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "modules/schedule/exchange_parts.h"
#include "modules/topology/distances.h"

namespace consilium {
namespace {

constexpr std::array kSchedules = {
    NamedSchedule{"relay_sum", ScheduleKind::kRelaySum, true, false},
    NamedSchedule{"gossip", ScheduleKind::kGossip, false, false},
    NamedSchedule{"all_reduce", ScheduleKind::kAllReduce, true, true},
    NamedSchedule{"scaffold", ScheduleKind::kScaffold, true, true},
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
    if (!(options.gossip_diffusion >= 0) || !std::isfinite(options.gossip_diffusion)) {
      return InvalidArgument("gossip diffusion {}, expected 0 (the fastest) or more", options.gossip_diffusion);
    }
  } else if (!IsTree(options.graph)) {
    return InvalidArgument("{} sites with {} edges are not a tree: take a spanning tree",
                           options.graph.size(), options.graph.Edges().size());
  }
  if (options.server.kind != ServerOptimiserKind::kNone &&
      options.schedule != ScheduleKind::kAllReduce) {
    return InvalidArgument("a server optimiser goes with all-reduce, not with another schedule");
  }
  RETURN_IF_ERROR(CheckBlocks(options.shape));
  return CheckWeights(options);
}

}  // namespace

template <typename Scalar>
StatusOr<std::unique_ptr<Exchange<Scalar>>> MakeExchange(const ExchangeOptions& options) {
  RETURN_IF_ERROR(Check(options));
  switch (options.schedule) {
    case ScheduleKind::kAllReduce:
      if (options.server.kind == ServerOptimiserKind::kNone) return MakeReduceOf<Scalar>(options);
      return MakeServerOptimiserOf<Scalar>(options);
    case ScheduleKind::kScaffold:
      return MakeScaffoldOf<Scalar>(options);
    case ScheduleKind::kGossip:
      return MakeGossipOf<Scalar>(options);
    case ScheduleKind::kRelaySum:
      return MakeRelayOf<Scalar>(options);
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
