#include "modules/topology/effective_neighbors.h"

#include <algorithm>
#include <numeric>

namespace consilium {
namespace {

EffectiveNeighbors FromVariances(std::vector<double> variances, double decay) {
  const double alone = 1 / (1 - decay);
  const double sum = std::accumulate(variances.begin(), variances.end(), 0.0);
  EffectiveNeighbors neighbors;
  neighbors.mean = alone / (sum / static_cast<double>(variances.size()));
  neighbors.worst = alone / *std::max_element(variances.begin(), variances.end());
  neighbors.each = std::move(variances);
  for (double& value : neighbors.each) value = alone / value;
  return neighbors;
}

}  // namespace

StatusOr<EffectiveNeighbors> EffectiveNeighborsOf(const RandomWalk& walk, double decay) {
  RETURN_IF_ERROR(CheckDecay(decay));
  return FromVariances(walk.Variances(decay), decay);
}

StatusOr<EffectiveNeighbors> EffectiveNeighborsOf(const MixingScheme& scheme, double decay) {
  RETURN_IF_ERROR(CheckDecay(decay));
  return FromVariances(VariancesAt(scheme, decay), decay);
}

}  // namespace consilium
