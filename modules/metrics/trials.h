#ifndef CONSILIUM_MODULES_METRICS_TRIALS_H_
#define CONSILIUM_MODULES_METRICS_TRIALS_H_

#include <span>
#include <vector>

namespace consilium::metrics {

// One training with settings drawn at random. A diverged one has a score that is not finite.
struct Trial {
  double validation = 0;  // decides which trial is kept
  double test = 0;        // of the trial kept: only ever reported
};

// What a score means.
struct Goal {
  bool larger_is_better = true;
  // What a diverged trial counts as, in both scores; finite scores beyond it count as it, too.
  // Required: a chance model's score, 0 for an accuracy, the loss of the constant prediction.
  double worst = 0;

  bool IsBetter(double a, double b) const { return larger_is_better ? a > b : a < b; }
};

// The same trials with every score finite and no worse than `goal.worst`: a trial that diverged,
// in either score, is the worst in both, never absent.
std::vector<Trial> Bounded(std::span<const Trial> trials, const Goal& goal);

}  // namespace consilium::metrics

#endif  // CONSILIUM_MODULES_METRICS_TRIALS_H_
