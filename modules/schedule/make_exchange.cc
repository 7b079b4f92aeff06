#include "modules/schedule/make_exchange.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "modules/named.h"
#include "modules/schedule/exchange_parts.h"
#include "modules/schedule/push_sum.h"
#include "modules/topology/distances.h"

namespace consilium::schedule {
namespace {

constexpr std::array kSchedules = {
    NamedSchedule{"relay_sum", ScheduleKind::kRelaySum, true, false, true},
    NamedSchedule{"gossip", ScheduleKind::kGossip, false, false, true},
    NamedSchedule{"all_reduce", ScheduleKind::kAllReduce, true, true, true},
    NamedSchedule{"scaffold", ScheduleKind::kScaffold, true, true, true},
    NamedSchedule{"d_squared", ScheduleKind::kDSquared, false, false, true},
    NamedSchedule{"gradient_tracking", ScheduleKind::kGradientTracking, false, false, true},
    NamedSchedule{"quasi_global_momentum", ScheduleKind::kQuasiGlobalMomentum, false, false, false},
    NamedSchedule{"relay_sum_grad", ScheduleKind::kRelaySumGrad, true, false, false},
    NamedSchedule{"relay_mix", ScheduleKind::kRelayMix, true, false, false},
    NamedSchedule{"push_sum", ScheduleKind::kPushSum, false, false, true},
};

StatusOr<NamedSchedule> RowOf(ScheduleKind kind) {
  for (const NamedSchedule& schedule : kSchedules) {
    if (schedule.kind == kind) return schedule;
  }
  return InvalidArgument("unknown schedule {}", static_cast<int>(kind));
}

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

Status CheckGraph(const NamedSchedule& schedule, const topology::Graph& graph) {
  if (schedule.needs_tree && !topology::IsTree(graph)) {
    return InvalidArgument("{} sites with {} edges are not a tree: take a spanning tree",
                           graph.size(), graph.Edges().size());
  }
  if (!topology::IsConnected(graph)) {
    return InvalidArgument("the graph of {} sites is not connected", graph.size());
  }
  if (schedule.kind != ScheduleKind::kPushSum) return OkStatus();
  ASSIGN_OR_RETURN(const topology::Graph links, PushSumLinks(graph.size()));
  for (const auto& [a, b] : links.Edges()) {
    if (!graph.HasEdge(a, b)) {
      return InvalidArgument("push_sum sends from site {} to {}, which the graph does not join", a,
                             b);
    }
  }
  return OkStatus();
}

Status Check(const ExchangeOptions& options) {
  if (options.self < 0 || options.self >= options.graph.size()) {
    return InvalidArgument("site {}: the graph's sites are numbered 0 to {}", options.self,
                           options.graph.size() - 1);
  }
  ASSIGN_OR_RETURN(const NamedSchedule schedule, RowOf(options.schedule));
  RETURN_IF_ERROR(CheckServes(schedule, options.compressor));
  RETURN_IF_ERROR(CheckGraph(schedule, options.graph));
  if (!(options.momentum >= 0 && options.momentum < 1)) {
    return InvalidArgument("momentum {}, expected 0 to below 1", options.momentum);
  }
  if (!(options.consensus >= 0 && options.consensus <= 1)) {
    return InvalidArgument("consensus {}, expected 0 to 1", options.consensus);
  }
  if (!schedule.needs_tree) {
    if (options.gossip_steps < 1 || options.gossip_steps > 255) {
      return InvalidArgument("{} gossip steps a round, expected 1 to 255", options.gossip_steps);
    }
    if (!(options.gossip_diffusion >= 0) || !std::isfinite(options.gossip_diffusion)) {
      return InvalidArgument("gossip diffusion {}, expected 0 (the fastest) or more",
                             options.gossip_diffusion);
    }
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
    case ScheduleKind::kDSquared:
    case ScheduleKind::kGradientTracking:
    case ScheduleKind::kQuasiGlobalMomentum:
      return MakeOverGossip<Scalar>(options);
    case ScheduleKind::kRelaySumGrad:
    case ScheduleKind::kRelayMix:
      return MakeOverRelay<Scalar>(options);
    case ScheduleKind::kPushSum:
      return MakePushSum<Scalar>({options.shape.blocks, options.self, options.weights});
  }
  return InvalidArgument("unknown schedule {}", static_cast<int>(options.schedule));
}

template <typename Scalar>
StatusOr<std::unique_ptr<Exchange<Scalar>>> MakeExactMean(const topology::Graph& tree, int root,
                                                          int self, size_t size,
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

Status CheckServes(const NamedSchedule& schedule, const compress::CompressorOptions& compressor) {
  if (schedule.kind == ScheduleKind::kPushSum && compressor.kind != &compress::kIdentity) {
    return InvalidArgument(
        "push_sum goes with compressor identity alone: what a message left out would have to stay "
        "with its sender, and each message goes to another site");
  }
  const bool corrects = schedule.kind == ScheduleKind::kDSquared ||
                        schedule.kind == ScheduleKind::kGradientTracking ||
                        schedule.kind == ScheduleKind::kRelaySumGrad;
  if (corrects && !compressor.kind->follows_closely) {
    return InvalidArgument(
        "{} goes with the compressors {}: what is given a few rounds late would be added up again "
        "and again",
        schedule.name, compress::NamesOfCompressors([](const compress::CompressorRow& row) {
          return row.follows_closely;
        }));
  }
  if (schedule.kind == ScheduleKind::kScaffold && !compressor.kind->follows_closely &&
      !compress::CanBeSummed(*compressor.kind)) {
    return InvalidArgument(
        "scaffold goes with no compressor that every hop applies anew and that leaves out much: "
        "control variates do not shrink, and would be wrong by as much in every round");
  }
  return OkStatus();
}

std::span<const NamedSchedule> AllSchedules() { return kSchedules; }

StatusOr<ScheduleKind> ParseSchedule(std::string_view name) {
  ASSIGN_OR_RETURN(const size_t place,
                   PlaceOfName(kSchedules, name, "schedule", &NamedSchedule::name));
  return kSchedules[place].kind;
}

template StatusOr<std::unique_ptr<Exchange<float>>> MakeExchange(const ExchangeOptions&);
template StatusOr<std::unique_ptr<Exchange<double>>> MakeExchange(const ExchangeOptions&);
template StatusOr<std::unique_ptr<Exchange<float>>> MakeExactMean(const topology::Graph&, int, int,
                                                                  size_t,
                                                                  const std::vector<double>&);
template StatusOr<std::unique_ptr<Exchange<double>>> MakeExactMean(const topology::Graph&, int, int,
                                                                   size_t,
                                                                   const std::vector<double>&);

}  // namespace consilium::schedule
