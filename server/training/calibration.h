#ifndef CONSILIUM_SERVER_TRAINING_CALIBRATION_H_
#define CONSILIUM_SERVER_TRAINING_CALIBRATION_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/status.h"
#include "modules/metrics/recalibration.h"
#include "modules/modn/architecture.h"

// What makes a model's probabilities honest, fitted on validation patients of all sites: docs/
// training.md. A prediction after two answers is another thing than after ten, so all of it goes by
// the number of answers.
namespace consilium::training {

// Predictions after at least `from` answers, and fewer than the next band's `from`.
struct CalibrationBand {
  int from = 0;
  int patients = 0;  // that it was fitted on
  // By class, of class 1 only if there are two.
  std::vector<metrics::Recalibration> recalibrations;
  // By class: the network's log-odds from which the class belongs to the conformal set; nothing:
  // always.
  std::vector<std::optional<double>> floors;
  bool operator==(const CalibrationBand&) const = default;
};

struct Calibration {
  double coverage = 0.9;  // of the conformal sets, among the patients of each class
  // By outcome, bands from 0 answers upwards; none for an outcome of numbers, or one that no
  // validation patient's label is known of. Empty: the model is not calibrated.
  std::vector<std::vector<CalibrationBand>> outcomes;

  // Null: predictions of this outcome are not calibrated.
  const CalibrationBand* Find(int outcome, int answers) const;
  bool operator==(const Calibration&) const = default;
};

// Refuses numbers that are not finite, slopes that are not above 0 and parts that do not fit the
// architecture.
Status Validate(const Calibration& calibration, const modn::Architecture& architecture);

// The network's probabilities of an outcome as `band` corrects them, in place.
void Recalibrate(const CalibrationBand& band, std::span<float> probabilities);

// Whether a class belongs to the conformal set, from the network's own probabilities. Where the set
// does not name one class the model abstains.
bool IsPossible(const CalibrationBand& band, std::span<const float> probabilities, size_t of_class);
std::vector<int32_t> ConformalSet(const CalibrationBand& band,
                                  std::span<const float> probabilities);

// Numbers of answers are counted in cells that widen by a third: 0, 1, ..., 5, 6-7, 8-9, 10-12, ...
// The first number of each cell, for consultations of up to `features` answers.
std::vector<int> AnswerCells(int features);

// What sites add up, as integers: for each outcome, for each class (of two: class 1 only), for each
// cell two histograms of log-odds (modules/metrics/log_odds_histogram.h), of the patients of the
// class and of the others.
size_t CalibrationSumsSize(const modn::Architecture& architecture);

// Fits a calibration to such sums over all sites. Neighbouring cells are pooled, from the most
// answers down, until a band has 200 predictions and 20 of each class that occurs. Recalibrations
// are shrunk towards one fitted to all numbers of answers, and that towards none at all.
// The same sums give the same bits everywhere. InvalidArgument for sums of another size, or that
// are no counts.
StatusOr<Calibration> FitCalibration(const modn::Architecture& architecture, double coverage,
                                     std::span<const double> sums);

}  // namespace consilium::training

#endif  // CONSILIUM_SERVER_TRAINING_CALIBRATION_H_
