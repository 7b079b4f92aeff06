#include "server/federation/declare_schedule.h"

#include "modules/schedule/make_exchange.h"
#include "server/federation/schedule_words.h"

namespace consilium::federation {
namespace {

Choice ServerOptimiserChoice(schedule::ServerOptimiserKind& kind) {
  std::vector<Word<schedule::ServerOptimiserKind>> words;
  for (const schedule::NamedServerOptimiser& each : schedule::AllServerOptimisers()) {
    words.push_back({each.kind, each.name});
  }
  return OneOf(kind, words);
}

void DeclareServerOptimiser(Fields& fields, schedule::ServerOptimiserOptions& server) {
  fields.Add({"kind", ServerOptimiserChoice(server.kind)});
  fields.Add({"learning_rate", &server.learning_rate, {1e-9, 1e6}, "of the mean update"});
  fields.Add({"momentum", &server.momentum, {0, 0.9999}, "momentum; adam and yogi: beta 1"});
  fields.Add({"beta2", &server.beta2, {0, 0.999999}, "adam, yogi"});
  fields.Add(
      {"epsilon", &server.epsilon, {1e-12, 1e6}, "adam, yogi, adagrad: degree of adaptivity, tau"});
}

}  // namespace

void DeclareSchedule(Fields& fields, SchedulePlan& plan) {
  std::vector<std::string> kinds;
  for (const schedule::NamedSchedule& each : schedule::AllSchedules())
    kinds.emplace_back(each.name);
  fields.Add({"kind", Name{&plan.kind, kinds}});
  fields.Add({"weights", OneOf(plan.weights, kSiteWeights)});
  fields.Add({"aggregator", OneOf(plan.aggregator, kAggregators), {}, "all_reduce, scaffold"});
  fields.Add({"fallback",
              OneOf(plan.fallback, kRelayFallbacks),
              {},
              "relay_sum, for sites not heard from"});
  fields.Add(
      {"trees", &plan.trees, {1, 2}, "relay_sum: 2 shares the numbers between two trees, below"});
  fields.Add({"consensus", &plan.consensus, {0, 1}, "relay_mix: share of the model in a message"});
  fields.Add({"momentum",
              &plan.momentum,
              {0, 0.9999},
              "quasi_global_momentum: of what the model does, not local steps"});
  fields.Add({"diffusion",
              &plan.diffusion,
              {0, 2},
              "gossip: multiplies the shares; 0: the fastest for the topology"});
  fields.Add({"overlap", &plan.overlap, {}, "exchange while the next round trains, below"});
  fields.Add({"raise_learning_rate",
              &plan.raise_learning_rate,
              {},
              "relay_sum: by mean hop distance + 1/n"});
  fields.Table("server_optimiser", "all_reduce: what makes the step of the mean update",
               [&](Fields& server) { DeclareServerOptimiser(server, plan.server); });
}

void DeclareChannel(Fields& fields, ChannelPlan& plan) {
  fields.Add({"kind", OneOf(plan.kind, kChannelKinds)});
  fields.Add(
      {"loss", &plan.loss, {0, 0.9}, "erasure: share of the rounds' messages that never come"});
  fields.Add({"power",
              &plan.power,
              {1e-12, 1e15},
              "gaussian: of each site for one use of the whole vector"});
  fields.Add(
      {"noise", &plan.noise, {0, 1e9}, "gaussian: standard deviation for each number received"});
  fields.Add({"scheme",
              Name{&plan.scheme, {"laser", "z_sgd", "sign", "sketch", "random_k"}},
              {},
              "gaussian"});
}

}  // namespace consilium::federation
