#include <algorithm>
#include <vector>

#include "modules/metrics/scores.h"

namespace consilium {
namespace {

struct Ranked {
  float score = 0;
  bool positive = false;
};

// The Mann-Whitney statistic from midranks, divided by the number of pairs.
std::optional<double> AurocOf(std::vector<Ranked>& ranked) {
  std::sort(ranked.begin(), ranked.end(),
            [](const Ranked& a, const Ranked& b) { return a.score < b.score; });
  double positives = 0, rank_sum = 0;
  for (size_t first = 0; first < ranked.size();) {
    size_t end = first;
    double tied_positives = 0;
    for (; end < ranked.size() && ranked[end].score == ranked[first].score; ++end) {
      tied_positives += ranked[end].positive;
    }
    const double midrank = static_cast<double>(first + 1 + end) / 2;  // of ranks first+1 .. end
    rank_sum += tied_positives * midrank;
    positives += tied_positives;
    first = end;
  }
  const double negatives = static_cast<double>(ranked.size()) - positives;
  if (positives == 0 || negatives == 0) return std::nullopt;
  return (rank_sum - positives * (positives + 1) / 2) / (positives * negatives);
}

std::optional<double> OneAgainstRest(const Predictions& predictions, int32_t positive) {
  std::vector<Ranked> ranked;
  for (size_t i = 0; i < predictions.labels.size(); ++i) {
    const int32_t label = predictions.labels[i];
    if (label < 0 || label >= predictions.classes) continue;
    const size_t at = i * static_cast<size_t>(predictions.classes) + static_cast<size_t>(positive);
    const float score = predictions.probabilities[at];
    if (score != score) return std::nullopt;  // NaN has no rank
    ranked.push_back({score, label == positive});
  }
  return AurocOf(ranked);
}

}  // namespace

std::optional<double> Auroc(const Predictions& predictions) {
  if (predictions.classes == 2) return OneAgainstRest(predictions, 1);
  double sum = 0;
  int defined = 0;
  for (int32_t c = 0; c < predictions.classes; ++c) {
    if (const std::optional<double> score = OneAgainstRest(predictions, c)) {
      sum += *score;
      ++defined;
    }
  }
  if (defined == 0) return std::nullopt;
  return sum / defined;
}

}  // namespace consilium
