#ifndef CONSILIUM_TESTS_MODULES_METRICS_BINARY_H_
#define CONSILIUM_TESTS_MODULES_METRICS_BINARY_H_

#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include "base/random.h"
#include "modules/metrics/scores.h"

namespace consilium::metrics {

// Predictions of two classes, from the probability of class 1.
struct Binary {
  Binary(const std::vector<float>& ones, std::vector<int32_t> known) : labels(std::move(known)) {
    for (const float p : ones) {
      probabilities.push_back(1 - p);
      probabilities.push_back(p);
    }
  }
  operator Predictions() const { return {2, probabilities, labels}; }

  std::vector<float> probabilities;
  std::vector<int32_t> labels;
};

// Patients whose true log-odds are normal around `middle`, with spread 1.5, while the predicted
// log-odds are (true - bias) / slope: {slope, bias} is the recalibration that makes them honest.
inline Binary Miscalibrated(int patients, double slope, double bias, double middle, Random random) {
  std::vector<float> ones;
  std::vector<int32_t> labels;
  for (int i = 0; i < patients; ++i) {
    const double truth = middle + 1.5 * random.Normal();
    labels.push_back(random.Uniform() < 1 / (1 + std::exp(-truth)) ? 1 : 0);
    ones.push_back(static_cast<float>(1 / (1 + std::exp(-(truth - bias) / slope))));
  }
  return Binary(ones, std::move(labels));
}

}  // namespace consilium::metrics

#endif  // CONSILIUM_TESTS_MODULES_METRICS_BINARY_H_
