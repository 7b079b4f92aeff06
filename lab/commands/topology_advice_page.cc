#include "lab/commands/topology.h"
#include "modules/topology/advise_words.h"

namespace consilium::commands {
namespace {

using page::Cell;

constexpr size_t kMostEdges = 30;  // of a plan that is shown unfolded

page::Table OptionsTable(const topology::Advice& advice) {
  page::Table table;
  table.caption = "Estimated; time is a round times the rounds needed, over the best";
  table.columns = {{"schedule"},     {"topology"},   {"compression"},        {"a round", true},
                   {"rounds", true}, {"time", true}, {"sent a round", true}, {"why not"}};
  for (const topology::Option& option : advice.options) {
    const std::string strength = option.rank > 0   ? fmt::format(", rank {}", option.rank)
                                 : option.bits > 0 ? fmt::format(", {} bits", option.bits)
                                                   : "";
    table.rows.push_back({option.schedule, option.shape, option.compressor + strength,
                          topology::InSeconds(option.round_seconds),
                          fmt::format("x {:.2f}", option.rounds_factor),
                          Cell(fmt::format("x {:.2f}", option.relative_time),
                               option.drawback.empty() ? page::Tone::kGood : page::Tone::kPlain),
                          topology::InBytes(option.bytes), option.drawback});
  }
  return table;
}

// The recommended links, among those that can be held.
std::vector<page::Block> GraphBlocks(const topology::Advice& advice) {
  const topology::Option& best = advice.options.front();
  const StatusOr<topology::Graph> graph =
      best.topology == "edges" ? topology::Graph::Create(advice.sites, best.edges)
                               : StatusOr<topology::Graph>(NotFound("drawn by name"));
  const bool push_sum = best.schedule == "push_sum";
  const StatusOr<topology::Network> network =
      graph.ok() ? topology::NetworkOf("recommended links", *graph)
                 : topology::MakeNetwork(push_sum ? "time_varying_exponential" : best.topology,
                                         advice.sites);
  if (!network.ok()) return {};
  const auto facts = topology::FactsOf(*network, {.decays = {0.951}});
  if (!facts.ok()) return {};
  return {PictureOf(*network, *facts, 0, advice.names, advice.links ? &*advice.links : nullptr)};
}

}  // namespace

page::Page ToPage(const topology::Advice& advice) {
  const topology::Option& best = advice.options.front();
  page::Page made;
  made.title = "Advice for a federation";
  made.subtitle = topology::Sites(advice.sites);
  made.sections.push_back(
      {"",
       {page::KeyFigures{{{"schedule", best.schedule, best.shape},
                          {"a round", topology::InSeconds(best.round_seconds),
                           topology::InSeconds(best.exchange_seconds) + " of it exchange"},
                          {"sent a round", topology::InBytes(best.bytes), "by the busiest site"},
                          {"learning rate", fmt::format("x {:.2f}", best.learning_rate_factor),
                           "of that for all-reduce"}}},
        page::Listing{"For the plan: TOML to paste", advice.toml, best.edges.size() <= kMostEdges},
        page::List{advice.reasons}}});
  if (std::vector<page::Block> blocks = GraphBlocks(advice); !blocks.empty()) {
    made.sections.push_back({"The links", std::move(blocks)});
  }
  made.sections.push_back({"What else there is", {OptionsTable(advice)}});
  return made;
}

}  // namespace consilium::commands
