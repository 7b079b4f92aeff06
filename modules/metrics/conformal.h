#ifndef CONSILIUM_MODULES_METRICS_CONFORMAL_H_
#define CONSILIUM_MODULES_METRICS_CONFORMAL_H_

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "modules/metrics/scores.h"

// Split-conformal prediction sets (Vovk et al. 2005; the score of Sadinle et al. 2019, 1 - p of the
// label): a set of classes that holds the true one with a stated probability, whatever the model,
// if calibration and new patients are exchangeable.
namespace consilium::metrics {

// Over all patients, or for the patients of each class by itself: the latter keeps a rare class
// from being left out of every set.
enum class Coverage { kOverall, kByClass };

struct ConformalRule {
  // By class: the probability from which it belongs to the set. Nothing: always, as there were too
  // few patients to leave it out.
  std::vector<std::optional<float>> floors;
};

// Of n patients' probabilities of their own class, n - ceil((n + 1) * coverage) may lie below the
// floor. Nothing when that is below 0: fewer than coverage / (1 - coverage) patients.
std::optional<double> PatientsBelowFloor(double patients, double coverage);

// Fitted on patients that neither training nor recalibration saw; the coverage of new patients is
// then at least `coverage`, and at most 1 / (n + 1) more unless probabilities are equal.
ConformalRule FitConformal(const Predictions& predictions, double coverage, Coverage over);

// The classes that belong to the set; perhaps none, perhaps all.
std::vector<int32_t> ConformalSet(const ConformalRule& rule, std::span<const float> probabilities);

// Abstain unless the set names one class.
inline bool Abstains(std::span<const int32_t> set) { return set.size() != 1; }

struct ConformalReport {
  double coverage = 0;  // share of the patients whose set holds their class
  double mean_size = 0;
  double abstained = 0;                         // share of the patients
  std::vector<std::optional<double>> by_class;  // coverage of the patients of each class
};

// On patients that the rule was not fitted on. Nothing without any.
std::optional<ConformalReport> Examine(const ConformalRule& rule, const Predictions& predictions);

}  // namespace consilium::metrics

#endif  // CONSILIUM_MODULES_METRICS_CONFORMAL_H_
