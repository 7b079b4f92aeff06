#ifndef CONSILIUM_LAB_EVALUATION_MEASURE_H_
#define CONSILIUM_LAB_EVALUATION_MEASURE_H_

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "modules/metrics/bootstrap.h"
#include "modules/metrics/scores.h"

namespace consilium::evaluation {

struct Metric {
  std::string key;    // "auroc"
  std::string label;  // "AUROC"
  bool higher_is_better = true;
  metrics::Score score;
};

// AUROC, AUPRC, macro-F1, sensitivity at this specificity, accuracy, Brier, ECE, NLL.
std::vector<Metric> AllMetrics(double specificity);

// A score over patients: the mean over the seeds; what chance among patients does to it (bootstrap
// interval, the mean of the seeds' ends); what chance in splits and training does (the standard
// deviation over the seeds, with two or more).
struct Measurement {
  std::optional<double> value = {};
  std::optional<double> low = {};
  std::optional<double> high = {};
  std::optional<double> deviation = {};
};

// What one model says of one outcome of some patients, of one seed.
struct LabelledPredictions {
  int classes = 2;
  std::vector<float> probabilities = {};  // [patients, classes]
  std::vector<int32_t> labels = {};

  metrics::Predictions View() const { return {classes, probabilities, labels}; }
};

// `resamples` in all, shared by the seeds; 0: no interval. Absent where the score is undefined for
// some seed.
Measurement Measure(const Metric& metric, std::span<const LabelledPredictions> by_seed,
                    int resamples);

}  // namespace consilium::evaluation

#endif  // CONSILIUM_LAB_EVALUATION_MEASURE_H_
