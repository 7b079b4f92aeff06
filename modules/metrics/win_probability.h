#ifndef CONSILIUM_MODULES_METRICS_WIN_PROBABILITY_H_
#define CONSILIUM_MODULES_METRICS_WIN_PROBABILITY_H_

#include <optional>
#include <span>
#include <vector>

#include "modules/metrics/trials.h"

namespace consilium::metrics {

// By optimiser, the probability that it gives the best model when each is searched with `budget`
// of its trials, drawn without replacement, and keeps the one with the best validation score:
// whose test score is best; of equals the optimiser listed first wins, and of trials equal in
// validation each is as likely kept. Computed exactly, not sampled: the k-th worst of K distinct
// trials is kept with probability C(k-1, budget-1) / C(K, budget). Sivaprasad et al. 2020, figure
// 1, whose code selects on the test score (docs/papers.md, Tunability). Sums to 1. Nothing unless
// there is an optimiser and 1 <= budget <= the trials of each.
std::optional<std::vector<double>> WinProbability(std::span<const std::vector<Trial>> optimisers,
                                                  const Goal& goal, int budget);

}  // namespace consilium::metrics

#endif  // CONSILIUM_MODULES_METRICS_WIN_PROBABILITY_H_
