#include "client/cli/topology.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "client/cli/columns.h"
#include "fmt/ranges.h"
#include "modules/topology/advise_words.h"

namespace consilium {
namespace {

std::string Number(double value) { return fmt::format("{:.4g}", value); }

std::string LinksWord(const GraphFacts& graph) {
  return graph.fewest_links == graph.most_links
             ? fmt::format("{}", graph.most_links)
             : fmt::format("{}-{}", graph.fewest_links, graph.most_links);
}

std::string Hops(const GraphFacts& graph, double hops) {
  return graph.connected ? Number(hops) : "-";
}

}  // namespace

StatusOr<std::vector<double>> ParseDecays(const std::string& text) {
  std::vector<double> decays;
  for (size_t at = 0; at <= text.size();) {
    const size_t end = std::min(text.find(',', at), text.size());
    const size_t first = std::min(text.find_first_not_of(' ', at), end);
    double decay = 0;
    const auto [stop, error] = std::from_chars(text.data() + first, text.data() + end, decay);
    if (error != std::errc() || stop != text.data() + end) {
      return InvalidArgument("decays '{}': expected numbers with commas between, as in 0.5,0.9",
                             text);
    }
    RETURN_IF_ERROR(CheckDecay(decay));
    decays.push_back(decay);
    at = end + 1;
  }
  return decays;
}

StatusOr<NetworkStudy> StudyOf(std::vector<Network> networks, const FactsOptions& options) {
  NetworkStudy study{options, std::move(networks), {}};
  for (const Network& network : study.networks) {
    auto facts = FactsOf(network, options);
    if (!facts.ok()) return Annotate(facts.status(), network.name);
    study.facts.push_back(*std::move(facts));
  }
  return study;
}

std::string ShowText(const NetworkStudy& study) {
  const NetworkFacts& facts = study.facts.front();
  const GraphFacts& graph = facts.graph;
  std::string text = fmt::format("{}: {} sites, {} links, {} a site", facts.name, facts.sites,
                                 graph.links, LinksWord(graph));
  if (facts.period > 1) text += fmt::format(", repeats every {} steps", facts.period);
  text += graph.connected
              ? fmt::format("\n{} hops at most, {:.2f} on average", graph.diameter, graph.mean_hops)
              : "\nnot connected: some sites never hear of others";
  text += fmt::format("; spectral gap {}\n\nA site in effect averages with\n\n",
                      Number(facts.spectral_gap));
  std::vector<Row> rows = {{"decay", "rounds remembered", "on average", "worst site", "best site"}};
  for (size_t d = 0; d < study.options.decays.size(); ++d) {
    const EffectiveNeighbors& neighbors = facts.neighbors[d];
    const double decay = study.options.decays[d];
    rows.push_back(
        {Number(decay), Number(1 / (1 - decay)), fmt::format("{:.2f}", neighbors.mean),
         fmt::format("{:.2f}", neighbors.worst),
         fmt::format("{:.2f}", *std::max_element(neighbors.each.begin(), neighbors.each.end()))});
  }
  text += InColumns(rows, {.left = {}});
  const double zeta = study.options.zeta, n = facts.sites;
  text += fmt::format(
      "\n\nGossip on random quadratics of zeta {}: error falls by {:.2f} % a step at learning rate "
      "{:.4f}\n  a site alone: {:.2f} % at {:.4f}; the exact mean of all: {:.2f} % at {:.4f}\n",
      Number(zeta), 100 * facts.best.rate, facts.best.learning_rate, 100 / zeta, 1 / zeta,
      100 * n / (n - 1 + zeta), n / (n - 1 + zeta));
  if (facts.exact_rate) {
    text += fmt::format("  exactly: {:.2f} % at that learning rate\n", 100 * *facts.exact_rate);
  }
  if (graph.tree) {
    text += fmt::format("RelaySum: learning rate up to {:.2f} times that of all-reduce\n",
                        graph.relay_factor);
  }
  return text;
}

std::string CompareText(const NetworkStudy& study) {
  std::vector<Row> rows;
  Row header = {"topology", "links", "hops", "mean", "gap"};
  for (const double decay : study.options.decays) header.push_back(Number(decay));
  header.insert(header.end(), {"best rate", "at lr"});
  rows.push_back(std::move(header));
  for (const NetworkFacts& facts : study.facts) {
    Row row = {facts.name, LinksWord(facts.graph), Hops(facts.graph, facts.graph.diameter),
               Hops(facts.graph, facts.graph.mean_hops), fmt::format("{:.4f}", facts.spectral_gap)};
    for (const EffectiveNeighbors& neighbors : facts.neighbors) {
      row.push_back(fmt::format("{:.2f}", neighbors.mean));
    }
    row.push_back(fmt::format("{:.4f}", facts.best.rate));
    row.push_back(fmt::format("{:.4f}", facts.best.learning_rate));
    rows.push_back(std::move(row));
  }
  return fmt::format(
      "{} sites; columns of numbers: with how many sites a site in effect averages at that decay\n"
      "best rate: by how much gossip's error falls a step, random quadratics of zeta {}\n\n{}\n",
      study.facts.front().sites, Number(study.options.zeta), InColumns(rows, {.left = {0}}));
}

std::string AdviceText(const Advice& advice) {
  constexpr size_t kShown = 8;
  std::string text = fmt::format("For {} sites:\n", advice.sites);
  for (const std::string& reason : advice.reasons) {
    text += "\n";
    size_t column = 0;
    for (size_t at = 0; at < reason.size();) {
      const size_t end = std::min(reason.find(' ', at), reason.size());
      if (column > 0 && column + 1 + (end - at) > 78) text += "\n", column = 0;
      if (column > 0) text += " ", ++column;
      text += reason.substr(at, end - at);
      column += end - at;
      at = end + 1;
    }
    text += "\n";
  }
  std::vector<Row> rows = {{"schedule", "topology", "compression", "a round", "rounds", "time",
                            "sent a round", "why not"}};
  for (size_t i = 0; i < std::min(advice.options.size(), kShown); ++i) {
    const Option& option = advice.options[i];
    const std::string strength = option.rank > 0   ? fmt::format(" {}", option.rank)
                                 : option.bits > 0 ? fmt::format(" {} bits", option.bits)
                                                   : "";
    rows.push_back({option.schedule, option.topology, option.compressor + strength,
                    InSeconds(option.round_seconds), fmt::format("x{:.2f}", option.rounds_factor),
                    fmt::format("x{:.2f}", option.relative_time), InBytes(option.bytes),
                    option.drawback});
  }
  text += "\n" + InColumns(rows, {.left = {0, 1, 2, 7}});
  if (advice.options.size() > kShown) {
    text += fmt::format("\nand {} slower ones", advice.options.size() - kShown);
  }
  return text + "\n\nFor the plan:\n\n" + advice.toml;
}

}  // namespace consilium
