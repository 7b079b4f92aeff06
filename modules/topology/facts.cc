#include "modules/topology/facts.h"

#include <algorithm>
#include <numeric>

#include "modules/topology/distances.h"

namespace consilium {

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

StatusOr<NetworkFacts> FactsOf(const Network& network, const FactsOptions& options) {
  for (const double decay : options.decays) RETURN_IF_ERROR(CheckDecay(decay));
  NetworkFacts facts;
  facts.name = network.name;
  facts.sites = network.scheme.size();
  facts.period = network.scheme.period();
  ASSIGN_OR_RETURN(const Graph links, LinksOf(network));
  facts.graph = FactsOf(links);
  const RandomWalk walk(network.scheme);
  facts.spectral_gap = walk.SpectralGap();
  for (const double decay : options.decays) {
    ASSIGN_OR_RETURN(EffectiveNeighbors neighbors, EffectiveNeighborsOf(walk, decay));
    facts.neighbors.push_back(std::move(neighbors));
  }
  // Without a common basis of the phases each prediction costs more than the exact rate.
  const RateFunction rate = walk.modes() ? PredictedRate : ExactRate;
  ASSIGN_OR_RETURN(facts.best, BestLearningRate(walk, options.zeta, rate));
  if (options.exact) {
    facts.exact_rate = ExactRate(walk, {facts.best.learning_rate, options.zeta});
  }
  return facts;
}

}  // namespace consilium
