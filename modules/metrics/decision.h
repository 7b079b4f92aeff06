#ifndef CONSILIUM_MODULES_METRICS_DECISION_H_
#define CONSILIUM_MODULES_METRICS_DECISION_H_

#include <algorithm>
#include <cstddef>

#include "modules/metrics/scores.h"
#include "modules/numbers.h"

namespace consilium::metrics {

// As many finite probabilities as patients and classes ask for.
inline bool AreSound(const Predictions& predictions) {
  if (predictions.classes < 1) return false;
  const size_t expected = predictions.labels.size() * static_cast<size_t>(predictions.classes);
  return predictions.probabilities.size() == expected && AllFinite(predictions.probabilities);
}

inline bool IsKnown(int32_t label, const Predictions& predictions) {
  return label >= 0 && label < predictions.classes;
}

// The probabilities of patient `i`, by class.
inline std::span<const float> Row(const Predictions& predictions, size_t i) {
  const auto classes = static_cast<size_t>(predictions.classes);
  return predictions.probabilities.subspan(i * classes, classes);
}

// The class of largest probability, the first of equals.
inline int32_t LargestClass(std::span<const float> probabilities) {
  return static_cast<int32_t>(std::max_element(probabilities.begin(), probabilities.end()) -
                              probabilities.begin());
}

// What a prediction comes to for one patient with a known label.
struct Decision {
  int32_t label = 0;
  int32_t predicted = 0;
  double confidence = 0;  // probability of `predicted`
  double probability_of_label = 0;
};

// Visits nobody unless the predictions are sound.
template <typename Visit>
void ForEveryDecision(const Predictions& predictions, const Visit& visit) {
  if (!AreSound(predictions)) return;
  for (size_t i = 0; i < predictions.labels.size(); ++i) {
    const int32_t label = predictions.labels[i];
    if (!IsKnown(label, predictions)) continue;
    const std::span<const float> p = Row(predictions, i);
    const int32_t predicted = LargestClass(p);
    visit(Decision{label, predicted, p[static_cast<size_t>(predicted)],
                   p[static_cast<size_t>(label)]});
  }
}

}  // namespace consilium::metrics

#endif  // CONSILIUM_MODULES_METRICS_DECISION_H_
