#ifndef CONSILIUM_MODULES_TOPOLOGY_DIFFERING_SITES_H_
#define CONSILIUM_MODULES_TOPOLOGY_DIFFERING_SITES_H_

#include <optional>
#include <span>
#include <vector>

#include "modules/topology/graph.h"
#include "modules/topology/quadratic_rate.h"

// What it costs that sites' data differ: the quadratics of quadratic_rate.h with an optimum b_i of
// each site's own. Gossip and D-squared come apart into the eigenvectors of W, one number in each.
namespace consilium::topology {

// Eigenvalues of Metropolis mixing, ascending: the last is the mean's, 1. And of the mixing that
// D-squared makes of it, whose shares are made smaller until none is below -0.3.
std::vector<double> MixingEigenvalues(const Graph& graph);
std::vector<double> DSquaredEigenvalues(const Graph& graph);

// Gossip, x <- W (x - eta (x - b)), rests where an eigenvector holds
//   eta lambda / (1 - (1 - eta) lambda)
// of what b does: of how far apart optima are so much is left between models, at the most, with
// `second` the largest eigenvalue below the mean's.
double LeftApart(double second, double learning_rate);

// The learning rate that leaves `most` < 1 of it. 1 where any does.
double LearningRateLeaving(double second, double most);

// How fast E|x|^2 falls under D-squared (Tang et al. 2018),
//   x(t+1) = W (2 x(t) - x(t-1) - eta (g(t) - g(t-1))),
// which leaves nothing apart, whatever the optima are; zeta as in QuadraticStep. By iteration;
// exact where all sites are in one position, and with the mean noise over sites for each elsewhere.
// Nothing where it diverges. Requires eigenvalues above -1/3 and what CheckStep asks.
std::optional<double> DSquaredRate(std::span<const double> eigenvalues, const QuadraticStep& step);

// The best of a grid of learning rates, within a few percent. Requires zeta >= 1.
BestRate BestDSquaredRate(std::span<const double> eigenvalues, double zeta);

}  // namespace consilium::topology

#endif  // CONSILIUM_MODULES_TOPOLOGY_DIFFERING_SITES_H_
