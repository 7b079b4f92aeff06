#include "modules/metrics/trials.h"

#include <cmath>

namespace consilium::metrics {

std::vector<Trial> Bounded(std::span<const Trial> trials, const Goal& goal) {
  const auto bounded = [&goal](double score) {
    return goal.IsBetter(goal.worst, score) ? goal.worst : score;
  };
  std::vector<Trial> result;
  result.reserve(trials.size());
  for (const Trial& trial : trials) {
    if (std::isfinite(trial.validation) && std::isfinite(trial.test)) {
      result.push_back({bounded(trial.validation), bounded(trial.test)});
    } else {
      result.push_back({goal.worst, goal.worst});
    }
  }
  return result;
}

}  // namespace consilium::metrics
