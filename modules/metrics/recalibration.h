#ifndef CONSILIUM_MODULES_METRICS_RECALIBRATION_H_
#define CONSILIUM_MODULES_METRICS_RECALIBRATION_H_

#include <cstdint>
#include <span>
#include <vector>

#include "modules/metrics/scores.h"

namespace consilium::metrics {

// Platt's recalibration of one class against the rest: log-odds l become slope * l + bias.
// slope = 1 / temperature, and the bias moves the class's share. The slope is above 0, so no two
// patients change places.
struct Recalibration {
  double slope = 1;
  double bias = 0;

  double Probability(double log_odds) const;  // recalibrated
  bool operator==(const Recalibration&) const = default;
};

// Patients of one predicted log-odds: how many were of the class, and how many were not.
struct Outcomes {
  double log_odds = 0;
  double of_class = 0;
  double others = 0;
};

// What is believed before seeing anybody: normal distributions around `centre`. They weigh about as
// much as ten patients, so few patients hardly move it.
struct RecalibrationPrior {
  Recalibration centre;
  double slope_sd = 0.5;
  double bias_sd = 0.5;
};

// The most probable recalibration: Newton's method on the penalised likelihood, convex in both
// numbers; a slope below 1/20 or above 20 is held there. The prior's centre when only one side, or
// nobody, is among the patients: they cannot tell a rare class from a wrong model. The same bits on
// every machine.
Recalibration FitRecalibration(std::span<const Outcomes> patients,
                               const RecalibrationPrior& prior = {});

// ln(p / (1 - p)), finite also for 0 and 1, where `rest` is the other classes' probability.
double LogOdds(float probability, float rest);
double LogOdds(std::span<const float> probabilities, size_t of_class);

// By class, of class 1 only if there are two; fitted on patients that the model was not trained on.
std::vector<Recalibration> FitRecalibrations(const Predictions& predictions,
                                             const RecalibrationPrior& prior = {});

// Replaces a row of probabilities by the recalibrated ones. Several classes: each against the rest,
// then divided by their sum (Zadrozny and Elkan 2002). Allocates nothing.
void Recalibrate(std::span<const Recalibration> by_class, std::span<float> probabilities);

}  // namespace consilium::metrics

#endif  // CONSILIUM_MODULES_METRICS_RECALIBRATION_H_
