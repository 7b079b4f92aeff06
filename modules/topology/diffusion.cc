#include "modules/topology/diffusion.h"

#include <Eigen/Eigenvalues>
#include <cmath>
#include <vector>

#include "modules/topology/mixing.h"

namespace consilium::topology {
namespace {

// An eigenvalue this near to 1 is that of a part of the graph that agrees with itself.
constexpr double kSmallestGap = 1e-9;

}  // namespace

double FastestDiffusion(const Graph& graph, std::span<const double> weights) {
  const int n = graph.size();
  const std::vector<double> mixing = MixingMatrix(graph, weights);
  // Similar to the mixing matrix, and symmetric.
  Eigen::MatrixXd symmetric = Eigen::MatrixXd::Identity(n, n);
  for (int i = 0; i < n; ++i) {
    for (int j = 0; j < n; ++j) {
      const double wi = weights[static_cast<size_t>(i)], wj = weights[static_cast<size_t>(j)];
      if (!(wi > 0) || !(wj > 0)) continue;
      symmetric(i, j) = mixing[static_cast<size_t>(i * n + j)] * std::sqrt(wi / wj);
    }
  }
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(symmetric, Eigen::EigenvaluesOnly);
  const Eigen::VectorXd gaps = 1 - solver.eigenvalues().array();
  double smallest = 0;
  for (int k = 0; k < n; ++k) {
    if (gaps[k] > kSmallestGap && (smallest == 0 || gaps[k] < smallest)) smallest = gaps[k];
  }
  return smallest > 0 ? 2 / (smallest + gaps[0]) : 1;
}

}  // namespace consilium::topology
