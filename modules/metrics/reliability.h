#ifndef CONSILIUM_MODULES_METRICS_RELIABILITY_H_
#define CONSILIUM_MODULES_METRICS_RELIABILITY_H_

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "modules/metrics/scores.h"

// Reliability diagrams: what was predicted against how often it came.
namespace consilium::metrics {

enum class Binning {
  kEqualWidth,  // equal parts of [0, 1]
  kEqualMass,   // about as many patients in each; those of equal probability stay together
};

struct ReliabilityBin {
  double low = 0;  // equal width: the bin; equal mass: the smallest and largest probability in it
  double high = 0;
  int patients = 0;
  double predicted = 0;  // mean probability
  double observed = 0;   // share for which it came true
};

// Of the predicted class: mean confidence against accuracy. Bins with patients only, from the
// smallest; empty unless the predictions are sound and `bins` is at least 1.
std::vector<ReliabilityBin> DecisionReliability(const Predictions& predictions, int bins,
                                                Binning binning);

// Of one class: its mean probability against its share of the patients. What a clinician who reads
// "death: 20 %" is owed.
std::vector<ReliabilityBin> ClassReliability(const Predictions& predictions, int32_t positive,
                                             int bins, Binning binning);

// Mean over patients of |observed - predicted| of the bin. Nothing without patients.
std::optional<double> CalibrationErrorOf(std::span<const ReliabilityBin> bins);

}  // namespace consilium::metrics

#endif  // CONSILIUM_MODULES_METRICS_RELIABILITY_H_
