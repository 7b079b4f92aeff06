#include "lab/commands/topology.h"
#include "nlohmann/json.hpp"

namespace consilium::commands {
namespace {

using nlohmann::json;

json JsonOf(const topology::NetworkFacts& facts, const topology::FactsOptions& options) {
  json neighbors = json::array();
  for (size_t d = 0; d < options.decays.size(); ++d) {
    neighbors.push_back({{"decay", options.decays[d]},
                         {"mean", facts.neighbors[d].mean},
                         {"worst", facts.neighbors[d].worst},
                         {"each", facts.neighbors[d].each}});
    if (facts.period == 1) continue;
    neighbors.back()["mean_at_end_of_period"] = facts.at_end[d].mean;
    neighbors.back()["worst_at_end_of_period"] = facts.at_end[d].worst;
  }
  const topology::GraphFacts& graph = facts.graph;
  json object = {{"name", facts.name},
                 {"sites", facts.sites},
                 {"period", facts.period},
                 {"directed", facts.directed},
                 {"links", graph.links},
                 {"fewest_links", graph.fewest_links},
                 {"most_links", graph.most_links},
                 {"connected", graph.connected},
                 {"tree", graph.tree},
                 {"spectral_gap", facts.spectral_gap},
                 {"effective_neighbors", std::move(neighbors)}};
  if (facts.best) {
    object["best_learning_rate"] = facts.best->learning_rate;
    object["best_rate"] = facts.best->rate;
  }
  if (graph.mean_hops > 0) {
    object["diameter"] = graph.diameter;
    object["mean_hops"] = graph.mean_hops;
  }
  if (facts.heard_after > 0) object["heard_after"] = facts.heard_after;
  if (!graph.connected) object["parts"] = facts.parts;
  if (graph.tree) object["relay_learning_rate_factor"] = graph.relay_factor;
  if (options.exact && facts.best) {
    object["exact_rate"] = facts.exact_rate ? json(*facts.exact_rate) : json(nullptr);
  }
  return object;
}

json JsonOf(const topology::Option& option) {
  json object = {{"schedule", option.schedule},
                 {"topology", option.topology},
                 {"shape", option.shape},
                 {"messages_in_sequence", option.in_sequence},
                 {"compressor", option.compressor},
                 {"compression", option.compression},
                 {"learning_rate_factor", option.learning_rate_factor},
                 {"most_links", option.most_links},
                 {"bytes_per_round", option.bytes},
                 {"exchange_seconds", option.exchange_seconds},
                 {"round_seconds", option.round_seconds},
                 {"rounds_factor", option.rounds_factor},
                 {"relative_time", option.relative_time}};
  if (option.rank > 0) object["rank"] = option.rank;
  if (option.bits > 0) object["bits"] = option.bits;
  if (!option.edges.empty()) object["edges"] = option.edges;
  if (!option.drawback.empty()) object["drawback"] = option.drawback;
  return object;
}

}  // namespace

std::string ToJson(const NetworkStudy& study) {
  json networks = json::array();
  for (const topology::NetworkFacts& facts : study.facts)
    networks.push_back(JsonOf(facts, study.options));
  return json{{"zeta", study.options.zeta}, {"networks", std::move(networks)}}.dump(2);
}

std::string ToJson(const topology::Advice& advice) {
  json options = json::array();
  for (const topology::Option& option : advice.options) options.push_back(JsonOf(option));
  json object = {{"sites", advice.sites},
                 {"recommended", options.front()},
                 {"options", std::move(options)},
                 {"reasons", advice.reasons},
                 {"toml", advice.toml}};
  if (!advice.names.empty()) object["names"] = advice.names;
  return object.dump(2);
}

}  // namespace consilium::commands
