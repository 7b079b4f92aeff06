#ifndef CONSILIUM_MODULES_TOPOLOGY_GENERATORS_H_
#define CONSILIUM_MODULES_TOPOLOGY_GENERATORS_H_

#include <span>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "base/status.h"
#include "modules/topology/graph.h"

namespace consilium::topology {

// Each takes the number of sites, at least 1, and refuses less. All but Solo are connected.
StatusOr<Graph> Solo(int n);  // no edges: every site for itself
StatusOr<Graph> Chain(int n);
StatusOr<Graph> Ring(int n);        // a chain where n < 3
StatusOr<Graph> Star(int n);        // site 0 in the middle
StatusOr<Graph> BinaryTree(int n);  // 0-1, and i-i/2 for i > 1 (docs/papers.md, Two trees)
StatusOr<Graph> FullyConnected(int n);
StatusOr<Graph> TwoCliques(int n);  // of n/2 sites, the first rounded up; their first sites joined

// i is joined to each i ^ 2^k below n: a hypercube where n is a power of two, else the part of the
// next larger one that has sites 0..n-1, which is connected too.
StatusOr<Graph> Hypercube(int n);

// Wraps around in every dimension, each within its own row: never the twisted torus of the
// reference code (docs/papers.md, Beyond spectral gap). A side of 2 gives one edge, a side of 1
// none. Refuses no sides and sides below 1.
StatusOr<Graph> Torus(const std::vector<int>& sides);
StatusOr<Graph> Torus(
    int n);  // of two sides as near to each other as n allows; a ring if n is prime

// Filled level by level, no site with more than `degree` links: of all such trees the one with the
// smallest mean hop distance (Fischermann et al. 2002). Refuses a degree below 2, where n > 2.
StatusOr<Graph> TreeOfDegree(int n, int degree);

// Two trees for the two halves of a vector (docs/papers.md, Two trees): BinaryTree, and its mirror
// image n-1-i, so that who is a leaf in one is mostly none in the other.
struct TreePair {
  Graph first, second;
};
StatusOr<TreePair> DoubleBinaryTrees(int n);

// Each site i > 0 is joined to a site below i drawn uniformly, then the sites are renumbered at
// random. For tests and simulation.
StatusOr<Graph> RandomTree(int n, Random& random);

struct NamedTopology {
  std::string_view name;  // "binary_tree"
  StatusOr<Graph> (*make)(int n);
};

// Every topology that a plan can name. All are connected for every n.
std::span<const NamedTopology> AllTopologies();

// The topology of that name with n sites; an unknown name is answered with the known ones.
StatusOr<Graph> MakeTopology(std::string_view name, int n);

}  // namespace consilium::topology

#endif  // CONSILIUM_MODULES_TOPOLOGY_GENERATORS_H_
