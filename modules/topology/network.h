#ifndef CONSILIUM_MODULES_TOPOLOGY_NETWORK_H_
#define CONSILIUM_MODULES_TOPOLOGY_NETWORK_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "modules/topology/graph.h"
#include "modules/topology/mixing_scheme.h"

namespace consilium::topology {

// What is analysed: a way of mixing with a name, and the graph it is the Metropolis mixing of, if
// it is that of one.
struct Network {
  std::string name;
  MixingScheme scheme;
  std::optional<Graph> graph;
  std::vector<std::string> sites = {};  // their names, if they have any
};

// By name, of n sites: every name of AllTopologies and SpecialSchemes, "double_binary_trees"
// (mixing on the two trees in turn), and with numbers after a colon "torus:4x8" (whose sides must
// give n), "tree:5" (no more than 5 links a site), "local_steps:8" (the mean in every 8th step),
// "small_world:6" (links a site).
StatusOr<Network> MakeNetwork(std::string_view name, int n);

// Metropolis mixing on a graph.
StatusOr<Network> NetworkOf(std::string name, const Graph& graph);

// The names, for messages and help.
std::vector<std::string> NetworkNames();

// Between which sites anything goes in any step of a period.
StatusOr<Graph> LinksOf(const Network& network);

}  // namespace consilium::topology

#endif  // CONSILIUM_MODULES_TOPOLOGY_NETWORK_H_
