#include "server/federation/topology.h"

#include <algorithm>

#include "modules/topology/distances.h"
#include "modules/topology/generators.h"
#include "modules/topology/graph.h"

namespace consilium {
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
    ASSIGN_OR_RETURN(const Graph graph, Graph::Create(n, edges));
    const std::vector<int> hops = HopsFrom(graph, 0);
    const auto apart = std::find(hops.begin(), hops.end(), -1);
    if (apart == hops.end()) return edges;
    edges.emplace_back(0, static_cast<int>(apart - hops.begin()));
  }
}

}  // namespace

StatusOr<Edges> PlanEdges(const Plan& plan, const std::vector<std::string>& present) {
  const int n = static_cast<int>(present.size());
  if (plan.schedule.aggregator == "coordinator") {
    Edges edges;
    for (int site = 0; site + 1 < n; ++site) edges.emplace_back(site, n - 1);
    return edges;
  }
  if (plan.schedule.topology == "edges") return Joined(Induced(plan, present), n);
  ASSIGN_OR_RETURN(const Graph graph, MakeTopology(plan.schedule.topology, n));
  return graph.Edges();
}

}  // namespace consilium
