#ifndef CONSILIUM_MODULES_METRICS_SCORES_H_
#define CONSILIUM_MODULES_METRICS_SCORES_H_

#include <cstdint>
#include <optional>
#include <span>

namespace consilium::metrics {

// Predictions of one outcome for many patients. Patients with a label outside [0, classes) are left
// out everywhere. Both spans borrow.
struct Predictions {
  int classes = 2;
  std::span<const float> probabilities;  // [patients, classes]
  std::span<const int32_t> labels;       // [patients]
};

// All return nothing where the score is undefined: nobody's label is known, a probability is not
// finite, the sizes do not fit, or as said below. Never NaN.

// Share of pairs (patient of the class, patient of another) in which the first has the larger
// probability of the class; ties count half (midranks). Two classes: of class 1. More: the mean
// over the classes that both occur and are not alone. Undefined with fewer than two classes.
std::optional<double> Auroc(const Predictions& predictions);

// Average precision: sum over the distinct probabilities, from the largest, of precision at that
// threshold times the recall gained there. Two classes: of class 1. More: the mean over the classes
// that occur. A chance prediction scores the class's share of the patients, not one half.
std::optional<double> AveragePrecision(const Predictions& predictions);

// Mean over the classes that occur as label or as prediction of 2 tp / (2 tp + fp + fn), the
// prediction being the class of largest probability, the first of equals.
std::optional<double> MacroF1(const Predictions& predictions);

// The same from counts by class, perhaps added up over sites: decided right, decided so, and so
// labelled. All of one size.
std::optional<double> MacroF1(std::span<const double> right, std::span<const double> predicted,
                              std::span<const double> actual);

std::optional<double> Accuracy(const Predictions& predictions);

// Mean over the classes that occur of the share of their patients decided right.
std::optional<double> BalancedAccuracy(const Predictions& predictions);

// Expected calibration error (Guo et al. 2017, equation 3): patients in `bins` equal bins of the
// probability of the predicted class; mean over patients of |accuracy - confidence| of the bin.
std::optional<double> CalibrationError(const Predictions& predictions, int bins = 15);

// The same with about as many patients in each bin; patients of equal confidence stay together.
std::optional<double> EqualMassCalibrationError(const Predictions& predictions, int bins = 15);

// Two classes: mean squared difference between the probability of class 1 and what came, 0 or 1.
// More (Brier 1950): the squared differences are summed over the classes.
std::optional<double> BrierScore(const Predictions& predictions);

// Mean of -log probability of the label, probabilities raised to 1e-12 where smaller.
std::optional<double> NegativeLogLikelihood(const Predictions& predictions);

}  // namespace consilium::metrics

#endif  // CONSILIUM_MODULES_METRICS_SCORES_H_
