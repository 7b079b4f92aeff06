#include "server/federation/topology.h"

#include <algorithm>
#include <set>

#include "modules/schedule/push_sum.h"
#include "modules/topology/distances.h"
#include "modules/topology/graph.h"
#include "modules/topology/spanning_tree.h"
#include "server/federation/topology_plan.h"

namespace consilium::federation {
namespace {

using Edges = std::vector<std::pair<int, int>>;

Edges Induced(const Plan& plan, const std::vector<std::string>& present) {
  const auto position = [&](int site) {
    const auto found =
        std::find(present.begin(), present.end(), plan.sites[static_cast<size_t>(site)]);
    return found == present.end() ? -1 : static_cast<int>(found - present.begin());
  };
  Edges edges;
  for (const auto& [a, b] : plan.schedule.edges) {
    if (position(a) >= 0 && position(b) >= 0) edges.emplace_back(position(a), position(b));
  }
  return edges;
}

// Joins each part to the part of site 0, in the order of their first sites.
StatusOr<Edges> Joined(Edges edges, int n) {
  while (true) {
    ASSIGN_OR_RETURN(const topology::Graph graph, topology::Graph::Create(n, edges));
    const std::vector<int> hops = topology::HopsFrom(graph, 0);
    const auto apart = std::find(hops.begin(), hops.end(), -1);
    if (apart == hops.end()) return edges;
    edges.emplace_back(0, static_cast<int>(apart - hops.begin()));
  }
}

Edges Mirrored(const topology::Graph& graph) {
  Edges edges;
  for (const auto& [a, b] : graph.Edges()) {
    edges.emplace_back(graph.size() - 1 - b, graph.size() - 1 - a);
  }
  return edges;
}

// ReadTopology refuses edges beside a named topology, and topology = "edges" without them.
bool NamesItsEdges(const Plan& plan) { return !plan.schedule.edges.empty(); }

}  // namespace

StatusOr<topology::TreePair> PlanTrees(const Plan& plan, const std::vector<std::string>& present) {
  const int n = static_cast<int>(present.size());
  if (NamesItsEdges(plan)) {
    return InvalidArgument(
        "trees = 2 goes with a named topology: the second tree is the first with "
        "the sites in the reverse order, and needs links for it");
  }
  ASSIGN_OR_RETURN(const topology::Graph graph, TopologyOfRemaining(plan.schedule.topology, n));
  topology::TreePair trees;
  ASSIGN_OR_RETURN(trees.first, topology::SpanningTree(graph));
  ASSIGN_OR_RETURN(trees.second, topology::Graph::Create(n, Mirrored(trees.first)));
  return trees;
}

StatusOr<Edges> PlanEdges(const Plan& plan, const std::vector<std::string>& present) {
  const int n = static_cast<int>(present.size());
  if (plan.schedule.aggregator == Aggregator::kCoordinator) {
    Edges edges;
    for (int site = 0; site + 1 < n; ++site) edges.emplace_back(site, n - 1);
    return edges;
  }
  if (plan.schedule.kind == "push_sum") {
    ASSIGN_OR_RETURN(const topology::Graph links, schedule::PushSumLinks(n));
    return links.Edges();
  }
  if (plan.schedule.trees == 2) {
    ASSIGN_OR_RETURN(const topology::TreePair trees, PlanTrees(plan, present));
    const Edges first = trees.first.Edges(), second = trees.second.Edges();
    std::set<std::pair<int, int>> both(first.begin(), first.end());
    both.insert(second.begin(), second.end());
    return Edges(both.begin(), both.end());
  }
  if (NamesItsEdges(plan)) return Joined(Induced(plan, present), n);
  ASSIGN_OR_RETURN(const topology::Graph graph, TopologyOfRemaining(plan.schedule.topology, n));
  return graph.Edges();
}

}  // namespace consilium::federation
