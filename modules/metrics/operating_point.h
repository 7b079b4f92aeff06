#ifndef CONSILIUM_MODULES_METRICS_OPERATING_POINT_H_
#define CONSILIUM_MODULES_METRICS_OPERATING_POINT_H_

#include <optional>

#include "modules/metrics/scores.h"

namespace consilium::metrics {

// Calling a patient positive when the probability of a class is at least `threshold`.
struct OperatingPoint {
  float threshold = 0;
  double sensitivity = 0;  // share of the class's patients called positive
  double specificity = 0;  // share of the others not called positive
};

// The most sensitive point whose specificity is at least `specificity`. There always is one, if
// need be with a threshold above every probability. Nothing unless both sides occur.
std::optional<OperatingPoint> SensitivityAtSpecificity(const Predictions& predictions,
                                                       double specificity, int32_t positive = 1);

// What a threshold chosen on other patients (validation) comes to on these.
std::optional<OperatingPoint> AtThreshold(const Predictions& predictions, float threshold,
                                          int32_t positive = 1);

}  // namespace consilium::metrics

#endif  // CONSILIUM_MODULES_METRICS_OPERATING_POINT_H_
