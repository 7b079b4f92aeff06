#ifndef CONSILIUM_MODULES_TOPOLOGY_QUADRATIC_RATE_H_
#define CONSILIUM_MODULES_TOPOLOGY_QUADRATIC_RATE_H_

#include <functional>
#include <optional>

#include "base/status.h"
#include "modules/topology/random_walk.h"

namespace consilium::topology {

// How fast D-SGD, x_i <- sum_j W_ij (x_j - eta g_j(x_j)), converges on isotropic random quadratics
// f(x) = E (d'x)^2 / 2, d ~ N(0, I) (docs/papers.md, Beyond spectral gap):
// E|x(t)|^2 = (1 - rate) E|x(t-1)|^2. What the problem does is one number, zeta = E|Hx|^2 / |x|^2.
//
// Requires zeta >= 1 and 0 < learning_rate <= 1: ask CheckStep.
struct QuadraticStep {
  double learning_rate = 0;
  double zeta = 1;
};

// (1 + batch + dimension) / batch.
double ZetaOf(int dimension, int batch);

Status CheckStep(const QuadraticStep& step);

// Nothing where D-SGD diverges. The fixed point of
//   1 - rate = (1 - eta)^2 + (zeta - 1) eta^2 / n,   n = effective neighbours (worst) at the decay
//   (1 - eta)^2 / (1 - rate),
// which is exact where all sites and all steps of a period are alike. Of other periods it
// looks at the last step only, and may promise much too much: ask ExactRate.
std::optional<double> PredictedRate(const RandomWalk& walk, const QuadraticStep& step);

// The exact rate for any scheme: 1 - rho^(1/period), rho the spectral radius of a period of
//   X <- W ((1 - eta)^2 X + (zeta - 1) eta^2 diag(X)) W'
// on the inner products X of the sites' models, found without ever forming that n^2 x n^2 matrix:
// in the Fourier basis if all phases are circulant, by Lanczos' iteration (1950) for one symmetric
// matrix, else by power iteration. 32 sites take well below a millisecond, 1,000 sparse ones
// seconds.
std::optional<double> ExactRate(const RandomWalk& walk, const QuadraticStep& step);

struct BestRate {
  double learning_rate = 0;
  double rate = 0;
};

using RateFunction = std::optional<double> (*)(const RandomWalk& walk, const QuadraticStep& step);

// The learning rate with the largest rate, by golden section between what suits a site alone and
// what suits the mean of all: 1/zeta and n/(n - 1 + zeta). Refuses zeta < 1.
StatusOr<BestRate> BestLearningRate(const RandomWalk& walk, double zeta,
                                    RateFunction rate = PredictedRate);

}  // namespace consilium::topology

#endif  // CONSILIUM_MODULES_TOPOLOGY_QUADRATIC_RATE_H_
