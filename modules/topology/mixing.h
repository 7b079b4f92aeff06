#ifndef CONSILIUM_MODULES_TOPOLOGY_MIXING_H_
#define CONSILIUM_MODULES_TOPOLOGY_MIXING_H_

#include <span>
#include <vector>

#include "modules/topology/graph.h"

namespace consilium::topology {

// What site `self` adds of (neighbour's value - own value), for each of its neighbours in order:
// Metropolis mixing (docs/papers.md, Gossip) among the holders of one module, so weighted that
// sum_i weights[i] x_i is preserved. With d the number of holding neighbours,
//   share_ij = min(w_i, w_j) / (max(d_i, d_j) + 1) / w_i,
// and 0 where either end has weight 0. The shares of a site sum to less than 1.
// Requires weights.size() == graph.size() and weights >= 0.
std::vector<double> MixingShares(const Graph& graph, std::span<const double> weights, int self);

// The same for all sites as a matrix, row-major n x n: x <- W x. With equal weights it is the
// Metropolis matrix W_ij = 1/(max(deg_i, deg_j) + 1): symmetric and doubly stochastic.
std::vector<double> MixingMatrix(const Graph& graph, std::span<const double> weights);
std::vector<double> MetropolisMatrix(const Graph& graph);

}  // namespace consilium::topology

#endif  // CONSILIUM_MODULES_TOPOLOGY_MIXING_H_
