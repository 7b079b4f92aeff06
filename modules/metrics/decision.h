#ifndef CONSILIUM_MODULES_METRICS_DECISION_H_
#define CONSILIUM_MODULES_METRICS_DECISION_H_

#include <algorithm>
#include <cstddef>

#include "modules/metrics/scores.h"

namespace consilium {

// What a prediction comes to for one patient with a known label.
struct Decision {
  int32_t label = 0;
  int32_t predicted = 0;  // the class of largest probability, the first of equals
  double confidence = 0;  // that probability
  double probability_of_label = 0;
};

template <typename Visit>
void ForEveryDecision(const Predictions& predictions, const Visit& visit) {
  const auto classes = static_cast<size_t>(predictions.classes);
  for (size_t i = 0; i < predictions.labels.size(); ++i) {
    const int32_t label = predictions.labels[i];
    if (label < 0 || label >= predictions.classes) continue;
    const std::span<const float> p = predictions.probabilities.subspan(i * classes, classes);
    const auto largest = std::max_element(p.begin(), p.end());
    visit(Decision{label, static_cast<int32_t>(largest - p.begin()), *largest,
                   p[static_cast<size_t>(label)]});
  }
}

}  // namespace consilium

#endif  // CONSILIUM_MODULES_METRICS_DECISION_H_
