#include "modules/topology/facts.h"

#include <algorithm>
#include <numeric>

#include "modules/topology/distances.h"
#include "modules/topology/reach.h"

namespace consilium::topology {

GraphFacts FactsOf(const Graph& graph) {
  GraphFacts facts;
  facts.fewest_links = graph.size();
  int ends = 0;
  for (int site = 0; site < graph.size(); ++site) {
    facts.fewest_links = std::min(facts.fewest_links, graph.Degree(site));
    facts.most_links = std::max(facts.most_links, graph.Degree(site));
    ends += graph.Degree(site);
  }
  facts.links = ends / 2;
  facts.connected = IsConnected(graph);
  facts.tree = IsTree(graph);
  if (!facts.connected) return facts;
  double hops_sum = 0;
  for (int site = 0; site < graph.size(); ++site) {
    const std::vector<int> hops = HopsFrom(graph, site);
    facts.diameter = std::max(facts.diameter, *std::max_element(hops.begin(), hops.end()));
    hops_sum += std::accumulate(hops.begin(), hops.end(), 0.0);
  }
  const double n = graph.size();
  facts.mean_hops = hops_sum / (n * n);
  if (facts.tree) facts.relay_factor = facts.mean_hops + 1 / n;
  return facts;
}

namespace {

Status AddGraph(const Network& network, NetworkFacts& facts) {
  ASSIGN_OR_RETURN(const Graph links, LinksOf(network));
  facts.parts = PartsOf(links);
  const auto& phases = network.scheme.phases();
  facts.directed = !std::all_of(phases.begin(), phases.end(),
                                [](const SparseMixing& phase) { return phase.IsSymmetric(); });
  if (facts.period == 1 && !facts.directed) {
    facts.graph = FactsOf(links);
    return OkStatus();
  }
  const Reach reach = ReachOf(network.scheme);
  GraphFacts& graph = facts.graph;
  graph.links = facts.directed ? reach.links : reach.links / 2;
  graph.fewest_links = reach.fewest;
  graph.most_links = reach.most;
  graph.connected = reach.all;
  if (facts.period > 1) facts.heard_after = reach.steps;
  if (facts.period > 1 || !reach.all) return OkStatus();
  graph.diameter = reach.diameter;
  graph.mean_hops = reach.mean_hops;
  return OkStatus();
}

Status AddNeighbors(const RandomWalk& walk, const FactsOptions& options, NetworkFacts& facts) {
  for (const double decay : options.decays) {
    ASSIGN_OR_RETURN(PeriodNeighbors neighbors, PeriodNeighborsOf(walk, decay));
    facts.neighbors.push_back(std::move(neighbors.over));
    if (facts.period > 1) facts.at_end.push_back(std::move(neighbors.at_end));
  }
  return OkStatus();
}

}  // namespace

StatusOr<NetworkFacts> FactsOf(const Network& network, const FactsOptions& options) {
  for (const double decay : options.decays) RETURN_IF_ERROR(CheckDecay(decay));
  RETURN_IF_ERROR(CheckStep({1, options.zeta}));
  NetworkFacts facts;
  facts.name = network.name;
  facts.sites = network.scheme.size();
  facts.period = network.scheme.period();
  RETURN_IF_ERROR(AddGraph(network, facts));
  const RandomWalk walk(network.scheme);
  facts.spectral_gap = walk.SpectralGap();
  RETURN_IF_ERROR(AddNeighbors(walk, options, facts));
  const bool apart = facts.parts.size() > 1 && facts.graph.links > 0;
  if (apart) return facts;
  // The prediction looks at the end of a period only.
  const RateFunction rate = facts.period == 1 && walk.decomposed() ? PredictedRate : ExactRate;
  ASSIGN_OR_RETURN(facts.best, BestLearningRate(walk, options.zeta, rate));
  if (options.exact) {
    facts.exact_rate = ExactRate(walk, {facts.best->learning_rate, options.zeta});
  }
  return facts;
}

}  // namespace consilium::topology
