#ifndef CONSILIUM_SERVER_FEDERATION_TOPOLOGY_H_
#define CONSILIUM_SERVER_FEDERATION_TOPOLOGY_H_

#include <string>
#include <utility>
#include <vector>

#include "base/status.h"
#include "modules/topology/generators.h"
#include "server/federation/plan.h"

namespace consilium::federation {

// The edges of the plan's topology over those of its sites that are there, as positions in
// `present`. Named topologies are made anew for the smaller number; of the plan's own edges those
// between absent sites are left out, and parts that this tears apart are joined again by an edge
// between their first sites. A plan with two trees has the edges of both, push-sum links of its own
// whatever the topology. With the coordinator as the aggregator the last position is its own, and
// every site is joined to it alone. The result is connected.
StatusOr<std::vector<std::pair<int, int>>> PlanEdges(const Plan& plan,
                                                     const std::vector<std::string>& present);

// The two trees of such a plan: a spanning tree of its topology, and the image of it in which the
// sites stand in the reverse order. Refuses a plan with its own edges, which may not hold the
// image.
StatusOr<topology::TreePair> PlanTrees(const Plan& plan, const std::vector<std::string>& present);

}  // namespace consilium::federation

#endif  // CONSILIUM_SERVER_FEDERATION_TOPOLOGY_H_
