#ifndef CONSILIUM_MODULES_METRICS_BOOTSTRAP_H_
#define CONSILIUM_MODULES_METRICS_BOOTSTRAP_H_

#include <cstdint>
#include <functional>
#include <optional>

#include "modules/metrics/scores.h"

namespace consilium::metrics {

using Score = std::function<std::optional<double>(const Predictions&)>;

struct Interval {
  double low = 0;
  double high = 0;
};

struct BootstrapOptions {
  int resamples = 1000;
  double level = 0.95;
  uint64_t seed = 1;
};

// Percentile interval of a score over patients drawn with replacement, as many of each class as
// there are, so that no resample lacks a class. Patients with an unknown label are left out.
// The same seed gives the same interval. Nothing where the score, or its value in more than half of
// the resamples, is undefined, or the options make no sense.
std::optional<Interval> BootstrapInterval(const Predictions& predictions, const Score& score,
                                          const BootstrapOptions& options = {});

}  // namespace consilium::metrics

#endif  // CONSILIUM_MODULES_METRICS_BOOTSTRAP_H_
