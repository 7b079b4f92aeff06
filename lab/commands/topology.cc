#include "lab/commands/topology.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/command/columns.h"
#include "fmt/ranges.h"
#include "modules/topology/advise_words.h"

namespace consilium::commands {
namespace {

std::string Number(double value) { return fmt::format("{:.4g}", value); }

std::string LinksWord(const topology::GraphFacts& graph) {
  return graph.fewest_links == graph.most_links
             ? fmt::format("{}", graph.most_links)
             : fmt::format("{}-{}", graph.fewest_links, graph.most_links);
}

// Periods of several steps have none.
std::string Hops(const topology::GraphFacts& graph, double hops) {
  return graph.mean_hops > 0 ? Number(hops) : "-";
}

std::string ExactWord(const topology::NetworkFacts& facts) {
  if (!facts.best) return "-";
  return facts.exact_rate ? fmt::format("{:.4f}", *facts.exact_rate) : "diverges";
}

// "3 parts: a, b, c | d | e", of long ones the beginning.
std::string PartsWord(const topology::Network& network, const topology::NetworkFacts& facts) {
  constexpr size_t kMostParts = 5, kMostSites = 6;
  std::string text = fmt::format("{} parts: ", facts.parts.size());
  for (size_t p = 0; p < std::min(facts.parts.size(), kMostParts); ++p) {
    const std::vector<int>& part = facts.parts[p];
    if (p > 0) text += " | ";
    for (size_t i = 0; i < std::min(part.size(), kMostSites); ++i) {
      const auto site = static_cast<size_t>(part[i]);
      text += (i > 0 ? ", " : "") +
              (network.sites.empty() ? fmt::format("{}", site) : network.sites[site]);
    }
    if (part.size() > kMostSites) text += fmt::format(" and {} more", part.size() - kMostSites);
  }
  return text + (facts.parts.size() > kMostParts ? " | ..." : "");
}

// Below a comparison: which networks leave sites apart; nothing for `solo`, which means to.
std::string PartsLines(const NetworkStudy& study) {
  std::string text;
  for (size_t i = 0; i < study.facts.size(); ++i) {
    if (study.facts[i].best) continue;
    text += fmt::format("\n{} does not connect all its sites: {}\n", study.facts[i].name,
                        PartsWord(study.networks[i], study.facts[i]));
  }
  return text;
}

std::string LinksText(const topology::Network& network, const topology::NetworkFacts& facts) {
  const topology::GraphFacts& graph = facts.graph;
  std::string text = fmt::format(
      "{}: {}, {} {}links, {} {}a site", facts.name, topology::Sites(facts.sites), graph.links,
      facts.directed ? "directed " : "", LinksWord(graph), facts.directed ? "out of " : "");
  if (facts.period > 1) text += fmt::format(", repeats every {} steps", facts.period);
  if (!graph.connected) {
    text += "\nnot connected: some sites never hear of others; " + PartsWord(network, facts);
  } else if (facts.period > 1) {
    text += fmt::format("\nall have heard of all after {} steps", facts.heard_after);
  } else {
    text += fmt::format("\n{} hops at most, {:.2f} on average", graph.diameter, graph.mean_hops);
  }
  return text + fmt::format("; spectral gap {}", Number(facts.spectral_gap));
}

std::string NeighborsText(const topology::NetworkFacts& facts,
                          const topology::FactsOptions& options) {
  const bool periodic = facts.period > 1;
  std::vector<Row> rows = {{"decay", "rounds remembered", "on average", "worst site", "best site"}};
  if (periodic) rows[0].push_back(fmt::format("after step {}", facts.period));
  for (size_t d = 0; d < options.decays.size(); ++d) {
    const topology::EffectiveNeighbors& neighbors = facts.neighbors[d];
    const double decay = options.decays[d];
    const double best = *std::max_element(neighbors.each.begin(), neighbors.each.end());
    rows.push_back({Number(decay), Number(1 / (1 - decay)), fmt::format("{:.2f}", neighbors.mean),
                    fmt::format("{:.2f}", neighbors.worst), fmt::format("{:.2f}", best)});
    if (periodic) rows.back().push_back(fmt::format("{:.2f}", facts.at_end[d].mean));
  }
  const std::string_view note =
      "\n\nover the steps of a period, the worst in the worst of them; the last column just\n"
      "after the last step of one, on average";
  return InColumns(rows, {.left = {}}) + std::string(periodic ? note : "");
}

std::string RatesText(const topology::NetworkFacts& facts, const topology::FactsOptions& options) {
  if (!facts.best) {
    return "No rate is predicted: sites that never hear of each other do not agree.\n";
  }
  const double zeta = options.zeta, n = facts.sites;
  std::string text = fmt::format(
      "Gossip on random quadratics of zeta {}: error falls by {:.2f} % a step at learning rate "
      "{:.4f}\n  a site alone: {:.2f} % at {:.4f}; the exact mean of all: {:.2f} % at {:.4f}\n",
      Number(zeta), 100 * facts.best->rate, facts.best->learning_rate, 100 / zeta, 1 / zeta,
      100 * n / (n - 1 + zeta), n / (n - 1 + zeta));
  if (facts.exact_rate) {
    text += fmt::format("  exactly: {:.2f} % at that learning rate\n", 100 * *facts.exact_rate);
  } else if (options.exact) {
    text += "  exactly: diverges at that learning rate\n";
  }
  if (facts.graph.tree) {
    text += fmt::format("RelaySum: learning rate up to {:.2f} times that of all-reduce\n",
                        facts.graph.relay_factor);
  }
  return text;
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
    RETURN_IF_ERROR(topology::CheckDecay(decay));
    decays.push_back(decay);
    at = end + 1;
  }
  return decays;
}

StatusOr<NetworkStudy> StudyOf(std::vector<topology::Network> networks,
                               const topology::FactsOptions& options) {
  NetworkStudy study{options, std::move(networks), {}};
  for (const topology::Network& network : study.networks) {
    auto facts = topology::FactsOf(network, options);
    if (!facts.ok()) return Annotate(facts.status(), network.name);
    study.facts.push_back(*std::move(facts));
  }
  return study;
}

std::string ShowText(const NetworkStudy& study) {
  const topology::NetworkFacts& facts = study.facts.front();
  return LinksText(study.networks.front(), facts) + "\n\nA site in effect averages with\n\n" +
         NeighborsText(facts, study.options) + "\n\n" + RatesText(facts, study.options);
}

std::string CompareText(const NetworkStudy& study) {
  Row header = {"topology"};
  for (const double decay : study.options.decays) header.push_back(Number(decay));
  std::vector<Row> neighbors = {std::move(header)};
  std::vector<Row> rates = {{"topology", "links", "hops", "mean", "gap", "rate", "at lr"}};
  if (study.options.exact) rates[0].emplace_back("exactly");
  for (const topology::NetworkFacts& facts : study.facts) {
    Row row = {facts.name};
    for (const topology::EffectiveNeighbors& each : facts.neighbors) {
      row.push_back(fmt::format("{:.2f}", each.mean));
    }
    neighbors.push_back(std::move(row));
    rates.push_back({facts.name, LinksWord(facts.graph), Hops(facts.graph, facts.graph.diameter),
                     Hops(facts.graph, facts.graph.mean_hops),
                     fmt::format("{:.4f}", facts.spectral_gap),
                     facts.best ? fmt::format("{:.4f}", facts.best->rate) : "-",
                     facts.best ? fmt::format("{:.4f}", facts.best->learning_rate) : "-"});
    if (study.options.exact) rates.back().push_back(ExactWord(facts));
  }
  return fmt::format(
      "{}. With how many sites a site in effect averages (mean), by decay:\n\n{}\n\n"
      "Links of a site; hops, at most and on average; spectral gap; by how much\n"
      "gossip's error falls a step at the best learning rate, quadratics of zeta {}:\n\n{}\n{}",
      topology::Sites(study.facts.front().sites), InColumns(neighbors, {.left = {0}}),
      Number(study.options.zeta), InColumns(rates, {.left = {0}}), PartsLines(study));
}

std::string AdviceText(const topology::Advice& advice) {
  constexpr size_t kShown = 8;
  std::string text = fmt::format("For {}:\n", topology::Sites(advice.sites));
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
    const topology::Option& option = advice.options[i];
    const std::string strength = option.rank > 0   ? fmt::format(" {}", option.rank)
                                 : option.bits > 0 ? fmt::format(" {} bits", option.bits)
                                                   : "";
    rows.push_back({option.schedule, option.shape, option.compressor + strength,
                    topology::InSeconds(option.round_seconds),
                    fmt::format("x{:.2f}", option.rounds_factor),
                    fmt::format("x{:.2f}", option.relative_time), topology::InBytes(option.bytes),
                    option.drawback});
  }
  text += "\n" + InColumns(rows, {.left = {0, 1, 2, 7}});
  if (advice.options.size() > kShown) {
    text += fmt::format("\nand {} more, which are slower", advice.options.size() - kShown);
  }
  return text + "\n\nFor the plan:\n\n" + advice.toml;
}

}  // namespace consilium::commands
