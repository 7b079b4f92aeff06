#include "modules/topology/diffusion.h"

#include <cmath>
#include <vector>

#include "modules/topology/eigenvalues.h"
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
  std::vector<double> symmetric(mixing.size(), 0.0);
  for (int i = 0; i < n; ++i) {
    symmetric[static_cast<size_t>(i * n + i)] = 1;
    for (int j = 0; j < n; ++j) {
      const double wi = weights[static_cast<size_t>(i)], wj = weights[static_cast<size_t>(j)];
      if (!(wi > 0) || !(wj > 0)) continue;
      symmetric[static_cast<size_t>(j * n + i)] =
          mixing[static_cast<size_t>(i * n + j)] * std::sqrt(wi / wj);
    }
  }
  const std::vector<double> eigenvalues = SymmetricEigenvalues(symmetric, n);
  double smallest = 0;
  for (const double eigenvalue : eigenvalues) {
    const double gap = 1 - eigenvalue;
    if (gap > kSmallestGap && (smallest == 0 || gap < smallest)) smallest = gap;
  }
  return smallest > 0 ? 2 / (smallest + (1 - eigenvalues[0])) : 1;
}

}  // namespace consilium::topology
