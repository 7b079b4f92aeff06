#include <algorithm>
#include <cmath>

#include "lab/commands/topology.h"
#include "lab/page/drawing.h"
#include "modules/topology/advise_words.h"

namespace consilium::commands {
namespace {

using page::Cell;
using page::Column;

constexpr size_t kMostLines = page::kPalette;
constexpr int kMostSolved = 100;  // sites, of networks where each point of a line is solved anew

std::string Number(double value) { return fmt::format("{:.4g}", value); }

// The decay whose picture is shown: that nearest to the one the paper fitted.
size_t ShownDecay(const std::vector<double>& decays) {
  const auto off = [](double decay) { return std::abs(std::log((1 - decay) / (1 - 0.951))); };
  return static_cast<size_t>(std::min_element(decays.begin(), decays.end(),
                                              [&](double a, double b) { return off(a) < off(b); }) -
                             decays.begin());
}

page::Table DecayTable(const NetworkStudy& study, std::string caption) {
  page::Table table;
  table.caption = std::move(caption);
  table.columns = {{"topology"}};
  for (const double decay : study.options.decays) {
    table.columns.push_back({"decay " + Number(decay), true});
  }
  return table;
}

page::Table NeighborsTable(const NetworkStudy& study) {
  page::Table table = DecayTable(
      study, "With how many sites a site in effect averages, on average over sites and steps");
  for (const topology::NetworkFacts& facts : study.facts) {
    std::vector<Cell> row = {facts.name};
    for (const topology::EffectiveNeighbors& each : facts.neighbors) {
      row.push_back(fmt::format("{:.2f}", each.mean));
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

// Only of the networks whose sites, or steps, differ.
page::Table WorstTable(const NetworkStudy& study) {
  page::Table table = DecayTable(study, "The worst site, where sites or steps differ");
  for (const topology::NetworkFacts& facts : study.facts) {
    std::vector<Cell> row = {facts.name};
    bool alike = true;
    for (const topology::EffectiveNeighbors& each : facts.neighbors) {
      alike = alike && each.mean < each.worst * (1 + 1e-6);
      row.push_back(fmt::format("{:.2f}", each.worst));
    }
    if (!alike) table.rows.push_back(std::move(row));
  }
  return table;
}

page::Table LinksTable(const NetworkStudy& study) {
  page::Table table;
  table.caption =
      "Links in all and at most a site; hops at most and on average; RelaySum: by how much its "
      "learning rate may be raised";
  table.columns = {{"topology"},   {"links", true},     {"a site", true},
                   {"hops", true}, {"mean hops", true}, {"RelaySum", true}};
  for (const topology::NetworkFacts& facts : study.facts) {
    const topology::GraphFacts& graph = facts.graph;
    table.rows.push_back({facts.name, fmt::format("{}", graph.links),
                          fmt::format("{}", graph.most_links),
                          graph.mean_hops > 0 ? fmt::format("{}", graph.diameter) : "-",
                          graph.mean_hops > 0 ? fmt::format("{:.2f}", graph.mean_hops) : "-",
                          graph.tree ? fmt::format("{:.2f}", graph.relay_factor) : "-"});
  }
  return table;
}

page::Table RatesTable(const NetworkStudy& study) {
  page::Table table;
  table.caption = fmt::format(
      "Spectral gap; gossip on random quadratics of zeta {}: by how much the error falls a step at "
      "the best learning rate",
      Number(study.options.zeta));
  table.columns = {{"topology"}, {"gap", true}, {"rate", true}, {"at learning rate", true}};
  if (study.options.exact) table.columns.push_back({"exactly", true});
  for (const topology::NetworkFacts& facts : study.facts) {
    table.rows.push_back({facts.name, fmt::format("{:.4f}", facts.spectral_gap),
                          facts.best ? fmt::format("{:.4f}", facts.best->rate) : "-",
                          facts.best ? fmt::format("{:.4f}", facts.best->learning_rate) : "-"});
    if (!study.options.exact) continue;
    table.rows.back().push_back(!facts.best        ? "-"
                                : facts.exact_rate ? fmt::format("{:.4f}", *facts.exact_rate)
                                                   : "diverges");
  }
  return table;
}

page::Figure NeighborsChart(const NetworkStudy& study) {
  page::Chart chart;
  chart.title = "Effective neighbours by decay";
  chart.description = "One line for each topology, rising from the sites heard in a step to all";
  chart.x = {.label = "rounds remembered, 1/(1 - decay)", .logarithmic = true};
  chart.y = {.label = "effective neighbours (mean)", .from = 0};
  chart.labels = true;
  for (size_t i = 0; i < std::min(study.networks.size(), kMostLines); ++i) {
    const topology::RandomWalk walk(study.networks[i].scheme);
    page::Series series{.name = study.facts[i].name};
    // Without a common basis of the phases each point is a solve of its own.
    const int points = walk.decomposed() ? 60 : walk.size() > kMostSolved ? -1 : 12;
    for (size_t d = 0; points < 0 && d < study.options.decays.size(); ++d) {
      series.points.push_back(
          {1 / (1 - study.options.decays[d]), study.facts[i].neighbors[d].mean});
    }
    for (int point = 0; point <= points; ++point) {
      const double memory = std::pow(10, 3.0 * point / points);
      const double decay = 1 - 1 / memory;
      const auto neighbors = topology::PeriodNeighborsOf(walk, decay);
      if (neighbors.ok()) series.points.push_back({memory, neighbors->over.mean});
    }
    chart.series.push_back(std::move(series));
  }
  return {LineChart(chart), "Slow noise is averaged over far sites, fast noise over near ones"};
}

page::Section ReadingSection() {
  return {
      "How to read it",
      {page::List{
          {"Decay is the share of old noise that is left after a round. Early, with a large "
           "learning rate, it is small and only near sites matter; late it is near 1 and all do.",
           "Effective neighbours say how much less noisy a site is than one alone. More of them "
           "allow a proportionally larger learning rate.",
           "The spectral gap only says how fast the sites agree in the end: a star's is larger "
           "than a ring's, and its rate is smaller."}}}};
}

}  // namespace

page::Page ToPage(const NetworkStudy& study) {
  page::Page made;
  const bool one = study.facts.size() == 1;
  made.title = one ? study.facts[0].name : "Topologies compared";
  made.subtitle = topology::Sites(study.facts[0].sites);
  made.sections.push_back({"", {NeighborsTable(study), NeighborsChart(study)}});
  if (page::Table worst = WorstTable(study); !worst.rows.empty()) {
    made.sections[0].blocks.insert(made.sections[0].blocks.begin() + 1, std::move(worst));
  }
  if (study.networks.size() > kMostLines) {
    made.sections[0].blocks.push_back(
        page::Paragraph{fmt::format("The chart shows the first {} of them.", kMostLines)});
  }
  made.sections.push_back({"Links and rates", {LinksTable(study), RatesTable(study)}});
  const size_t decay = ShownDecay(study.options.decays);
  for (size_t i = 0; i < study.networks.size(); ++i) {
    made.sections.push_back(
        {one ? "The graph" : study.facts[i].name,
         {PictureOf(study.networks[i], study.facts[i], decay, study.networks[i].sites)}});
  }
  made.sections.push_back(ReadingSection());
  return made;
}

}  // namespace consilium::commands
