#include "modules/metrics/conformal.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "modules/metrics/decision.h"

namespace consilium::metrics {
namespace {

std::optional<float> FloorOf(std::vector<float> of_label, double coverage) {
  const std::optional<double> below =
      PatientsBelowFloor(static_cast<double>(of_label.size()), coverage);
  if (!below) return std::nullopt;
  std::sort(of_label.begin(), of_label.end());
  return of_label[static_cast<size_t>(*below)];
}

// The probabilities of the patients' own classes: by class, or all in each.
std::vector<std::vector<float>> OfLabels(const Predictions& predictions, Coverage over) {
  std::vector<std::vector<float>> of_label(static_cast<size_t>(std::max(predictions.classes, 0)));
  ForEveryDecision(predictions, [&](const Decision& decision) {
    for (size_t c = 0; c < of_label.size(); ++c) {
      if (over == Coverage::kByClass && c != static_cast<size_t>(decision.label)) continue;
      of_label[c].push_back(static_cast<float>(decision.probability_of_label));
    }
  });
  return of_label;
}

}  // namespace

std::optional<double> PatientsBelowFloor(double patients, double coverage) {
  if (!(coverage > 0 && coverage < 1) || !(patients > 0)) return std::nullopt;
  const double covered = std::ceil((patients + 1) * coverage - 1e-9);  // 10 * 0.9 is 9
  if (covered > patients) return std::nullopt;
  return patients - covered;
}

ConformalRule FitConformal(const Predictions& predictions, double coverage, Coverage over) {
  ConformalRule rule;
  for (std::vector<float>& of_label : OfLabels(predictions, over)) {
    rule.floors.push_back(FloorOf(std::move(of_label), coverage));
  }
  return rule;
}

std::vector<int32_t> ConformalSet(const ConformalRule& rule, std::span<const float> probabilities) {
  std::vector<int32_t> set;
  for (size_t c = 0; c < probabilities.size() && c < rule.floors.size(); ++c) {
    if (!rule.floors[c] || probabilities[c] >= *rule.floors[c]) {
      set.push_back(static_cast<int32_t>(c));
    }
  }
  return set;
}

std::optional<ConformalReport> Examine(const ConformalRule& rule, const Predictions& predictions) {
  if (!AreSound(predictions)) return std::nullopt;
  const auto classes = static_cast<size_t>(predictions.classes);
  std::vector<double> patients(classes), covered(classes);
  double count = 0, sizes = 0, abstained = 0;
  for (size_t i = 0; i < predictions.labels.size(); ++i) {
    const int32_t label = predictions.labels[i];
    if (!IsKnown(label, predictions)) continue;
    const std::vector<int32_t> set = ConformalSet(rule, Row(predictions, i));
    ++count;
    ++patients[static_cast<size_t>(label)];
    covered[static_cast<size_t>(label)] += std::ranges::find(set, label) != set.end() ? 1 : 0;
    sizes += static_cast<double>(set.size());
    abstained += Abstains(set) ? 1 : 0;
  }
  if (count == 0) return std::nullopt;
  ConformalReport report{0, sizes / count, abstained / count, {}};
  for (size_t c = 0; c < classes; ++c) {
    report.coverage += covered[c] / count;
    report.by_class.push_back(patients[c] > 0 ? std::optional(covered[c] / patients[c])
                                              : std::nullopt);
  }
  return report;
}

}  // namespace consilium::metrics
