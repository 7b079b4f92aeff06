#ifndef CONSILIUM_MODULES_METRICS_ONE_AGAINST_REST_H_
#define CONSILIUM_MODULES_METRICS_ONE_AGAINST_REST_H_

#include <algorithm>
#include <optional>
#include <vector>

#include "modules/metrics/decision.h"
#include "modules/metrics/scores.h"

namespace consilium::metrics {

// A patient as a classifier of one class against all others sees it.
struct Ranked {
  float score = 0;  // probability of the class
  bool positive = false;
};

// All patients with a known label, from the smallest score; empty unless the predictions are sound.
inline std::vector<Ranked> RankAgainstRest(const Predictions& predictions, int32_t positive) {
  std::vector<Ranked> ranked;
  if (!AreSound(predictions) || !IsKnown(positive, predictions)) return ranked;
  for (size_t i = 0; i < predictions.labels.size(); ++i) {
    const int32_t label = predictions.labels[i];
    if (!IsKnown(label, predictions)) continue;
    ranked.push_back({Row(predictions, i)[static_cast<size_t>(positive)], label == positive});
  }
  std::sort(ranked.begin(), ranked.end(),
            [](const Ranked& a, const Ranked& b) { return a.score < b.score; });
  return ranked;
}

// Two classes: the score of class 1. More: the mean over the classes for which it is defined.
template <typename ScoreOfRanked>
std::optional<double> MeanAgainstRest(const Predictions& predictions, const ScoreOfRanked& score) {
  if (predictions.classes == 2) return score(RankAgainstRest(predictions, 1));
  double sum = 0;
  int defined = 0;
  for (int32_t c = 0; c < predictions.classes; ++c) {
    if (const std::optional<double> one = score(RankAgainstRest(predictions, c))) {
      sum += *one;
      ++defined;
    }
  }
  if (defined == 0) return std::nullopt;
  return sum / defined;
}

}  // namespace consilium::metrics

#endif  // CONSILIUM_MODULES_METRICS_ONE_AGAINST_REST_H_
