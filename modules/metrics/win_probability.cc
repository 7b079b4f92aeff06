#include "modules/metrics/win_probability.h"

#include <algorithm>
#include <cmath>

namespace consilium::metrics {
namespace {

struct Kept {
  double test = 0;
  double probability = 0;
};

// Probability that all of `budget` trials drawn from `all` are among a given `some` of them.
double AllAmong(size_t some, size_t all, int budget) {
  double p = 1;
  for (int drawn = 0; drawn < budget; ++drawn) {
    const double left = static_cast<double>(some) - drawn;
    if (left <= 0) return 0;
    p *= left / (static_cast<double>(all) - drawn);
  }
  return p;
}

// Each trial with its probability of being the incumbent.
std::vector<Kept> Incumbents(std::span<const Trial> trials, const Goal& goal, int budget) {
  std::vector<Trial> ranked = Bounded(trials, goal);  // from worst to best
  std::sort(ranked.begin(), ranked.end(), [&goal](const Trial& a, const Trial& b) {
    return goal.IsBetter(b.validation, a.validation);
  });
  std::vector<Kept> kept;
  for (size_t first = 0, end = 0; first < ranked.size(); first = end) {
    while (end < ranked.size() && ranked[end].validation == ranked[first].validation) ++end;
    const double together =
        AllAmong(end, ranked.size(), budget) - AllAmong(first, ranked.size(), budget);
    for (size_t i = first; i < end; ++i) {
      kept.push_back({ranked[i].test, together / static_cast<double>(end - first)});
    }
  }
  return kept;
}

}  // namespace

std::optional<std::vector<double>> WinProbability(std::span<const std::vector<Trial>> optimisers,
                                                  const Goal& goal, int budget) {
  if (optimisers.empty() || budget < 1) return std::nullopt;
  std::vector<std::vector<Kept>> incumbents;
  for (const std::vector<Trial>& trials : optimisers) {
    if (trials.size() < static_cast<size_t>(budget)) return std::nullopt;
    incumbents.push_back(Incumbents(trials, goal, budget));
  }
  std::vector<double> wins(optimisers.size());
  for (size_t me = 0; me < incumbents.size(); ++me) {
    for (const Kept& mine : incumbents[me]) {
      double p = mine.probability;
      for (size_t other = 0; other < incumbents.size(); ++other) {
        if (other == me) continue;
        double beaten = 0;  // probability that the other's is worse, or equal and listed later
        for (const Kept& theirs : incumbents[other]) {
          const bool equal = theirs.test == mine.test;
          const bool loses = goal.IsBetter(mine.test, theirs.test) || (equal && me < other);
          if (loses) beaten += theirs.probability;
        }
        p *= beaten;
      }
      wins[me] += p;
    }
  }
  return wins;
}

}  // namespace consilium::metrics
