#include "modules/topology/effective_neighbors.h"

#include <algorithm>
#include <numeric>

namespace consilium::topology {
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

StatusOr<PeriodNeighbors> PeriodNeighborsOf(const RandomWalk& walk, double decay) {
  RETURN_IF_ERROR(CheckDecay(decay));
  const std::vector<std::vector<double>> phases = walk.PhaseVariances(decay);
  std::vector<double> means(phases.front().size(), 0.0);
  double largest = 0;
  for (const std::vector<double>& variances : phases) {
    for (size_t i = 0; i < means.size(); ++i) {
      means[i] += variances[i] / static_cast<double>(phases.size());
      largest = std::max(largest, variances[i]);
    }
  }
  PeriodNeighbors neighbors = {FromVariances(std::move(means), decay),
                               FromVariances(phases.back(), decay)};
  neighbors.over.worst = 1 / (1 - decay) / largest;
  return neighbors;
}

StatusOr<EffectiveNeighbors> EffectiveNeighborsOf(const MixingScheme& scheme, double decay) {
  RETURN_IF_ERROR(CheckDecay(decay));
  return FromVariances(VariancesAt(scheme, decay), decay);
}

}  // namespace consilium::topology
