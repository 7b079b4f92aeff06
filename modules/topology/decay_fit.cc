#include "modules/topology/decay_fit.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

namespace consilium::topology {
namespace {

constexpr double kMostDecades = 4;  // 1 - decay down to 1e-4
constexpr int kGrid = 400;

// The rising function of the order that is nearest to `values`, by pooling adjacent violators (Ayer
// et al. 1955); its squared distance.
double RisingResidual(const std::vector<double>& values) {
  struct Pool {
    double mean, weight;
  };
  std::vector<Pool> pools;
  double residual = 0;
  for (const double value : values) {
    Pool pool{value, 1};
    while (!pools.empty() && pools.back().mean > pool.mean) {
      const Pool& other = pools.back();
      const double weight = pool.weight + other.weight;
      const double apart = pool.mean - other.mean;
      residual += apart * apart * pool.weight * other.weight / weight;
      pool = {(pool.mean * pool.weight + other.mean * other.weight) / weight, weight};
      pools.pop_back();
    }
    pools.push_back(pool);
  }
  return residual;
}

double MeanOf(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

// Squared correlation; 0 where one of the two does not vary.
double StraightLine(const std::vector<double>& x, const std::vector<double>& y) {
  const double mean_x = MeanOf(x), mean_y = MeanOf(y);
  double xx = 0, yy = 0, xy = 0;
  for (size_t i = 0; i < x.size(); ++i) {
    xx += (x[i] - mean_x) * (x[i] - mean_x);
    yy += (y[i] - mean_y) * (y[i] - mean_y);
    xy += (x[i] - mean_x) * (y[i] - mean_y);
  }
  return xx > 0 && yy > 0 ? xy * xy / (xx * yy) : 0;
}

// Over a period.
double MeanNeighbors(const RandomWalk& walk, double decay) {
  double variance = 0;
  if (walk.scheme().period() == 1) {
    variance = walk.MeanVariance(decay);
  } else {
    const auto phases = walk.PhaseVariances(decay);
    for (const auto& sites : phases) variance += MeanOf(sites) / static_cast<double>(phases.size());
  }
  return 1 / ((1 - decay) * variance);
}

struct Fit {
  double monotone = 0, straight = 0;
};

Fit FitAt(std::span<const SchemeResult> results, double decay) {
  std::vector<double> neighbors, values;
  for (const auto& [walk, result] : results) {
    neighbors.push_back(std::log(MeanNeighbors(*walk, decay)));
    values.push_back(result);
  }
  std::vector<size_t> order(results.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return neighbors[a] < neighbors[b]; });
  std::vector<double> rising, falling;
  double total = 0;
  const double mean = MeanOf(values);
  for (const size_t at : order) {
    rising.push_back(values[at]);
    falling.push_back(-values[at]);
    total += (values[at] - mean) * (values[at] - mean);
  }
  return {1 - std::min(RisingResidual(rising), RisingResidual(falling)) / total,
          StraightLine(neighbors, values)};
}

}  // namespace

StatusOr<DecayFit> FitDecay(std::span<const SchemeResult> results) {
  if (results.size() < 3) {
    return InvalidArgument("a decay fitted to {} results: expected 3 or more", results.size());
  }
  bool varies = false;
  for (const auto& [walk, result] : results) {
    if (!std::isfinite(result)) {
      return InvalidArgument("result {}: leave out what diverged", result);
    }
    varies = varies || result != results.front().result;
  }
  if (!varies) return InvalidArgument("all results are {}: nothing to fit", results[0].result);
  constexpr double kAlike = 1e-9;
  DecayFit best{0, -1};
  double straight = -1;
  for (int step = 0; step <= kGrid; ++step) {
    const double decay = 1 - std::pow(10, -kMostDecades * step / kGrid);
    const Fit fit = FitAt(results, decay);
    const bool better = fit.monotone > best.explained + kAlike ||
                        (fit.monotone > best.explained - kAlike && fit.straight > straight);
    if (!better) continue;
    best = {decay, std::max(fit.monotone, best.explained)};
    straight = fit.straight;
  }
  return best;
}

}  // namespace consilium::topology
