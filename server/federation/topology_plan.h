#ifndef CONSILIUM_SERVER_FEDERATION_TOPOLOGY_PLAN_H_
#define CONSILIUM_SERVER_FEDERATION_TOPOLOGY_PLAN_H_

#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "base/toml.h"
#include "modules/topology/graph.h"
#include "server/federation/schedule_plan.h"

namespace consilium::federation {

// Reads `topology` and [[edge]] of a plan's [schedule], whose kind and aggregator are read already.
// Complains of a topology that cannot be built of these sites, of links that do not join all of
// them, and of links that have a cycle where the schedule goes along a tree.
void ReadTopology(TomlTable& table, const std::vector<std::string>& sites, SchedulePlan& schedule);

// The topology of that name with n sites: one of AllTopologies, "torus:4x8", "tree:3" or
// "small_world:4". Refuses numbers that do not fit n, and names that only the analysis knows
// (network.h), telling what does the same in a plan.
StatusOr<topology::Graph> TopologyOf(std::string_view name, int n);

// The same for the n sites that are left of more: a torus whose sides no longer fit is one of two
// sides, and sites too few for the numbers are joined each to each.
StatusOr<topology::Graph> TopologyOfRemaining(std::string_view name, int n);

}  // namespace consilium::federation

#endif  // CONSILIUM_SERVER_FEDERATION_TOPOLOGY_PLAN_H_
