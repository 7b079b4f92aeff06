#include "modules/metrics/scores.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "modules/metrics/decision.h"

namespace consilium::metrics {

std::optional<double> MacroF1(const Predictions& predictions) {
  const auto classes = static_cast<size_t>(std::max(predictions.classes, 0));
  std::vector<double> hits(classes), predicted(classes), actual(classes);
  ForEveryDecision(predictions, [&](const Decision& decision) {
    ++predicted[static_cast<size_t>(decision.predicted)];
    ++actual[static_cast<size_t>(decision.label)];
    if (decision.predicted == decision.label) ++hits[static_cast<size_t>(decision.label)];
  });
  return MacroF1(hits, predicted, actual);
}

std::optional<double> MacroF1(std::span<const double> right, std::span<const double> predicted,
                              std::span<const double> actual) {
  double sum = 0;
  int occurring = 0;
  for (size_t c = 0; c < right.size(); ++c) {
    if (predicted[c] + actual[c] == 0) continue;
    sum += 2 * right[c] / (predicted[c] + actual[c]);
    ++occurring;
  }
  if (occurring == 0) return std::nullopt;
  return sum / occurring;
}

std::optional<double> Accuracy(const Predictions& predictions) {
  double right = 0, count = 0;
  ForEveryDecision(predictions, [&](const Decision& decision) {
    ++count;
    if (decision.predicted == decision.label) ++right;
  });
  if (count == 0) return std::nullopt;
  return right / count;
}

std::optional<double> BalancedAccuracy(const Predictions& predictions) {
  const auto classes = static_cast<size_t>(std::max(predictions.classes, 0));
  std::vector<double> right(classes), actual(classes);
  ForEveryDecision(predictions, [&](const Decision& decision) {
    ++actual[static_cast<size_t>(decision.label)];
    if (decision.predicted == decision.label) ++right[static_cast<size_t>(decision.label)];
  });
  double sum = 0;
  int occurring = 0;
  for (size_t c = 0; c < classes; ++c) {
    if (actual[c] == 0) continue;
    sum += right[c] / actual[c];
    ++occurring;
  }
  if (occurring == 0) return std::nullopt;
  return sum / occurring;
}

std::optional<double> BrierScore(const Predictions& predictions) {
  if (!AreSound(predictions)) return std::nullopt;
  double sum = 0, count = 0;
  for (size_t i = 0; i < predictions.labels.size(); ++i) {
    const int32_t label = predictions.labels[i];
    if (!IsKnown(label, predictions)) continue;
    const std::span<const float> p = Row(predictions, i);
    for (size_t c = predictions.classes == 2 ? 1 : 0; c < p.size(); ++c) {
      const double miss = p[c] - (static_cast<size_t>(label) == c ? 1.0 : 0.0);
      sum += miss * miss;
    }
    ++count;
  }
  if (count == 0) return std::nullopt;
  return sum / count;
}

std::optional<double> NegativeLogLikelihood(const Predictions& predictions) {
  double sum = 0, count = 0;
  ForEveryDecision(predictions, [&](const Decision& decision) {
    ++count;
    sum -= std::log(std::max(1e-12, decision.probability_of_label));
  });
  if (count == 0) return std::nullopt;
  return sum / count;
}

}  // namespace consilium::metrics
