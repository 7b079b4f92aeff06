#include "server/federation/stage_exchange.h"

#include <algorithm>
#include <utility>

#include "base/random.h"
#include "modules/schedule/make_exchange.h"
#include "modules/schedule/two_trees.h"
#include "server/federation/held_exchange.h"
#include "server/federation/schedule_words.h"

namespace consilium::federation {
namespace {

double Weight(const Plan& plan, float patients) {
  if (plan.schedule.weights == SiteWeights::kUniform) return patients > 0 ? 1 : 0;
  return patients;
}

// weights[site][block]; zeros for those whom `counts` leaves out.
template <typename Predicate>
std::vector<std::vector<double>> Weights(const Place& place, const Plan& plan, Predicate counts) {
  std::vector<std::vector<double>> weights;
  for (const Participant& participant : place->assignment->participants) {
    std::vector<double>& row = weights.emplace_back();
    for (const float patients : participant.weights) {
      row.push_back(counts(participant) ? Weight(plan, patients) : 0);
    }
  }
  return weights;
}

schedule::ExchangeOptions TreeMean(const Place& place, const FlatShape& shape) {
  schedule::ExchangeOptions options;
  options.schedule = schedule::ScheduleKind::kAllReduce;
  options.self = place.self;
  options.graph = place->tree;
  options.root = place->root;
  options.shape = shape;
  options.compressor.kind = &compress::kIdentity;
  return options;
}

schedule::ExchangeOptions ExactMean(const Place& place, size_t size,
                                    const std::vector<double>& weights) {
  schedule::ExchangeOptions options = TreeMean(place, {.blocks = {{0, size}}, .matrices = {}});
  for (const double weight : weights) options.weights.push_back({weight});
  return options;
}

// The plan was read with the names of the table.
const schedule::NamedSchedule& Schedule(const SchedulePlan& plan) {
  const std::span<const schedule::NamedSchedule> all = schedule::AllSchedules();
  const auto found = std::ranges::find(all, plan.kind, &schedule::NamedSchedule::name);
  return found == all.end() ? all.front() : *found;
}

compress::CompressorOptions Compression(const SchedulePlan& plan) {
  compress::CompressorOptions options = plan.compression;
  if (!Schedule(plan).exchanges_updates) options.iterations = 1;
  return options;
}

}  // namespace

const topology::Graph& RoundLinks(const Place& place, const Plan& plan) {
  if (place->trees) return place->trees->first;
  return Schedule(plan.schedule).needs_tree ? place->tree : place->graph;
}

bool ExchangesUpdates(const Plan& plan) { return Schedule(plan.schedule).exchanges_updates; }

bool MayLoseMessages(const Plan& plan) {
  return plan.schedule.channel.kind == ChannelKind::kErasure;
}

Status CheckRealChannel(const Plan& plan) {
  if (plan.schedule.channel.kind == ChannelKind::kIdeal) return OkStatus();
  return InvalidArgument(
      "[channel] kind = \"{}\" serves planning and is for consilium simulate only: a federation's "
      "messages go over TLS and arrive whole. Leave [channel] out to start a run",
      WordOf(kChannelKinds, plan.schedule.channel.kind));
}

schedule::ExchangeOptions StatisticsOptions(const Place& place, size_t size) {
  const std::vector<Participant>& participants = place->assignment->participants;
  std::vector<double> weights(participants.size(), 0);
  for (size_t i = 0; i < participants.size(); ++i) {
    if (participants[i].aggregator) continue;
    if (place->anybody_current && !participants[i].current) continue;
    weights[i] = 1;
    if (place->anybody_current) break;
  }
  return ExactMean(place, size, weights);
}

schedule::ExchangeOptions SumsOptions(const Place& place, size_t size) {
  std::vector<double> weights;
  for (const Participant& participant : place->assignment->participants) {
    weights.push_back(participant.aggregator ? 0 : 1);
  }
  return ExactMean(place, size, weights);
}

schedule::ExchangeOptions ResyncOptions(const Place& place, const Plan& plan,
                                        const FlatShape& shape) {
  schedule::ExchangeOptions options = TreeMean(place, shape);
  options.weights = Weights(place, plan, [](const Participant& p) { return p.current; });
  // A module none of whose holders is current: the current sites' copies are the best there is.
  for (size_t block = 0; block < shape.blocks.size(); ++block) {
    double total = 0;
    for (const std::vector<double>& row : options.weights) total += row[block];
    if (total > 0) continue;
    for (size_t i = 0; i < options.weights.size(); ++i) {
      options.weights[i][block] = place->assignment->participants[i].current ? 1 : 0;
    }
  }
  return options;
}

StatusOr<schedule::ExchangeOptions> RoundOptions(const Place& place, const Plan& plan,
                                                 const FlatShape& shape) {
  const SchedulePlan& schedule = plan.schedule;
  schedule::ExchangeOptions options = TreeMean(place, shape);
  options.schedule = Schedule(schedule).kind;
  options.graph = RoundLinks(place, plan);
  options.weights = Weights(place, plan, [](const Participant&) { return true; });
  options.compressor = Compression(schedule);
  options.server = schedule.server;
  options.gossip_steps = schedule.compression.iterations;
  options.gossip_diffusion = schedule.diffusion;
  options.momentum = schedule.momentum;
  options.consensus = schedule.consensus;
  options.relay_fallback = schedule.fallback;
  options.lossy = MayLoseMessages(plan);
  options.seed = Random::Named(plan.seed, "exchange", place->assignment->generation).Bits();
  return options;
}

schedule::ExchangeOptions ConsensusOptions(const Place& place, const Plan& plan,
                                           const FlatShape& shape) {
  schedule::ExchangeOptions options = TreeMean(place, shape);
  options.weights = Weights(place, plan, [](const Participant&) { return true; });
  return options;
}

StatusOr<std::unique_ptr<schedule::Exchange<double>>> MakeStatisticsExchange(const Place& place,
                                                                             size_t size) {
  return schedule::MakeExchange<double>(StatisticsOptions(place, size));
}

StatusOr<std::unique_ptr<schedule::Exchange<double>>> MakeSumsExchange(const Place& place,
                                                                       size_t size) {
  return schedule::MakeExchange<double>(SumsOptions(place, size));
}

StatusOr<std::unique_ptr<schedule::Exchange<float>>> MakeResyncExchange(const Place& place,
                                                                        const Plan& plan,
                                                                        const FlatShape& shape) {
  return schedule::MakeExchange<float>(ResyncOptions(place, plan, shape));
}

StatusOr<std::unique_ptr<schedule::Exchange<float>>> MakeRoundExchange(const Place& place,
                                                                       const Plan& plan,
                                                                       const FlatShape& shape) {
  if (plan.schedule.channel.kind == ChannelKind::kGaussian) return CheckRealChannel(plan);
  ASSIGN_OR_RETURN(schedule::ExchangeOptions options, RoundOptions(place, plan, shape));
  if (place->trees) {
    return MakeHeldExchange(std::move(options),
                            [&trees = *place->trees](const schedule::ExchangeOptions& held) {
                              return schedule::MakeTwoTrees<float>(held, trees.first, trees.second);
                            });
  }
  return MakeHeldExchange(std::move(options));
}

StatusOr<std::unique_ptr<schedule::Exchange<float>>> MakeConsensusExchange(const Place& place,
                                                                           const Plan& plan,
                                                                           const FlatShape& shape) {
  return MakeHeldExchange(ConsensusOptions(place, plan, shape));
}

}  // namespace consilium::federation
