#include "modules/metrics/disagreement.h"

#include <algorithm>
#include <cmath>

#include "modules/metrics/decision.h"

namespace consilium::metrics {
namespace {

bool AreComparable(const Predictions& a, const Predictions& b) {
  return AreSound(a) && AreSound(b) && a.classes == b.classes && !a.labels.empty() &&
         a.labels.size() == b.labels.size();
}

// p ln(p / middle), 0 for p = 0.
double Share(double p, double middle) { return p > 0 ? p * std::log(p / middle) : 0; }

}  // namespace

std::optional<double> Churn(const Predictions& a, const Predictions& b) {
  if (!AreComparable(a, b)) return std::nullopt;
  double differing = 0;
  for (size_t i = 0; i < a.labels.size(); ++i) {
    differing += LargestClass(Row(a, i)) != LargestClass(Row(b, i)) ? 1 : 0;
  }
  return differing / static_cast<double>(a.labels.size());
}

std::optional<double> JensenShannonDivergence(const Predictions& a, const Predictions& b) {
  if (!AreComparable(a, b)) return std::nullopt;
  double sum = 0;
  for (size_t i = 0; i < a.probabilities.size(); ++i) {
    const double p = a.probabilities[i], q = b.probabilities[i], middle = (p + q) / 2;
    sum += (Share(p, middle) + Share(q, middle)) / 2;
  }
  return std::max(0.0, sum / static_cast<double>(a.labels.size()));
}

}  // namespace consilium::metrics
