#ifndef CONSILIUM_MODULES_TOPOLOGY_GENERATORS_H_
#define CONSILIUM_MODULES_TOPOLOGY_GENERATORS_H_

#include <span>
#include <string_view>

#include "base/random.h"
#include "base/status.h"
#include "modules/topology/graph.h"

namespace consilium {

// Each takes the number of sites, at least 1, and refuses less.
StatusOr<Graph> Chain(int n);
StatusOr<Graph> Ring(int n);        // a chain where n < 3
StatusOr<Graph> Star(int n);        // site 0 in the middle
StatusOr<Graph> BinaryTree(int n);  // 0-1, and i-i/2 for i > 1 (papers.md section 7)
StatusOr<Graph> FullyConnected(int n);

// Each site i > 0 is joined to a site below i drawn uniformly, then the sites are renumbered at
// random. For tests and simulation.
StatusOr<Graph> RandomTree(int n, Random& random);

struct NamedTopology {
  std::string_view name;  // "binary_tree"
  StatusOr<Graph> (*make)(int n);
};

// Every topology that a plan can name.
std::span<const NamedTopology> AllTopologies();

// The topology of that name with n sites; an unknown name is answered with the known ones.
StatusOr<Graph> MakeTopology(std::string_view name, int n);

}  // namespace consilium

#endif  // CONSILIUM_MODULES_TOPOLOGY_GENERATORS_H_
