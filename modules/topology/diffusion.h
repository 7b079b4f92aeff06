#ifndef CONSILIUM_MODULES_TOPOLOGY_DIFFUSION_H_
#define CONSILIUM_MODULES_TOPOLOGY_DIFFUSION_H_

#include <span>

#include "modules/topology/graph.h"

namespace consilium::topology {

// By what all of MixingShares are multiplied so that the holders of a module reach their mean
// fastest: 2 / ((1 - lambda_2) + (1 - lambda_n)), with the largest eigenvalue below 1 and the
// smallest one of MixingMatrix (docs/papers.md, Gossip; 1.308 for a ring of 8 with equal weights).
// 1 where nothing is mixed. The same bits wherever the same program runs.
// Requires weights.size() == graph.size() and weights >= 0.
double FastestDiffusion(const Graph& graph, std::span<const double> weights);

}  // namespace consilium::topology

#endif  // CONSILIUM_MODULES_TOPOLOGY_DIFFUSION_H_
