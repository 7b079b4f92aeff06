#ifndef CONSILIUM_MODULES_TOPOLOGY_RANDOM_GRAPHS_H_
#define CONSILIUM_MODULES_TOPOLOGY_RANDOM_GRAPHS_H_

#include <vector>

#include "base/random.h"
#include "base/status.h"
#include "modules/topology/graph.h"

// Connected random graphs. The same stream gives the same graph on every machine.
namespace consilium::topology {

// Sites at uniformly random places of the unit square, joined where they are at most `radius`
// apart, or, if that leaves the graph disconnected, at most the smallest distance that does not.
struct GeometricGraph {
  Graph graph;
  std::vector<double> lengths;  // of graph.Edges(), in that order: delays for SpanningTree
  double radius = 0;            // as used
};
StatusOr<GeometricGraph> RandomGeometric(int n, double radius, Random& random);

// A ring where every site also knows those up to `links`/2 steps away, of which each edge but those
// of the ring itself is moved with probability `rewired` to a random far end (Watts and Strogatz
// 1998; the ring stays, so it is connected). Refuses links < 2 and probabilities outside [0, 1].
StatusOr<Graph> SmallWorld(int n, int links, double rewired, Random& random);

}  // namespace consilium::topology

#endif  // CONSILIUM_MODULES_TOPOLOGY_RANDOM_GRAPHS_H_
