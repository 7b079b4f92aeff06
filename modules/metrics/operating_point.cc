#include "modules/metrics/operating_point.h"

#include <cmath>
#include <limits>
#include <vector>

#include "modules/metrics/one_against_rest.h"

namespace consilium::metrics {
namespace {

std::optional<OperatingPoint> PointOf(const std::vector<Ranked>& ranked, float threshold) {
  double positives = 0, negatives = 0, called = 0, spared = 0;
  for (const Ranked& patient : ranked) {
    (patient.positive ? positives : negatives) += 1;
    if (patient.positive && patient.score >= threshold) ++called;
    if (!patient.positive && patient.score < threshold) ++spared;
  }
  if (positives == 0 || negatives == 0) return std::nullopt;
  return OperatingPoint{threshold, called / positives, spared / negatives};
}

}  // namespace

std::optional<OperatingPoint> SensitivityAtSpecificity(const Predictions& predictions,
                                                       double specificity, int32_t positive) {
  const std::vector<Ranked> ranked = RankAgainstRest(predictions, positive);
  double negatives = 0;
  for (const Ranked& patient : ranked) negatives += patient.positive ? 0 : 1;
  if (ranked.empty()) return std::nullopt;
  double below = 0;
  for (size_t first = 0; first < ranked.size();) {
    if (below >= specificity * negatives) return PointOf(ranked, ranked[first].score);
    size_t end = first;
    for (; end < ranked.size() && ranked[end].score == ranked[first].score; ++end) {
      below += ranked[end].positive ? 0 : 1;
    }
    first = end;
  }
  return PointOf(ranked,
                 std::nextafter(ranked.back().score, std::numeric_limits<float>::infinity()));
}

std::optional<OperatingPoint> AtThreshold(const Predictions& predictions, float threshold,
                                          int32_t positive) {
  return PointOf(RankAgainstRest(predictions, positive), threshold);
}

}  // namespace consilium::metrics
