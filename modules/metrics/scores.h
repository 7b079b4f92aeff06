#ifndef CONSILIUM_MODULES_METRICS_SCORES_H_
#define CONSILIUM_MODULES_METRICS_SCORES_H_

#include <cstdint>
#include <optional>
#include <span>

namespace consilium {

// Predictions of one outcome for many patients. Patients with a label outside [0, classes) are left
// out everywhere. Both spans borrow.
struct Predictions {
  int classes = 2;
  std::span<const float> probabilities;  // [patients, classes]
  std::span<const int32_t> labels;       // [patients]
};

// All return nothing where the score is undefined; never NaN for finite probabilities.

// Share of pairs (patient of the class, patient of another) in which the first has the larger
// probability of the class; ties count half (midranks). Two classes: of class 1. More: the mean
// over the classes that both occur and are not alone. Undefined with fewer than two classes.
std::optional<double> Auroc(const Predictions& predictions);

// Mean over the classes that occur as label or as prediction of 2 tp / (2 tp + fp + fn), the
// prediction being the class of largest probability, the first of equals.
std::optional<double> MacroF1(const Predictions& predictions);

std::optional<double> Accuracy(const Predictions& predictions);

// Expected calibration error (Guo et al. 2017, equation 3): patients in `bins` equal bins of the
// probability of the predicted class; mean over patients of |accuracy - confidence| of the bin.
std::optional<double> CalibrationError(const Predictions& predictions, int bins = 15);

// Mean of -log probability of the label, probabilities raised to 1e-12 where smaller.
std::optional<double> NegativeLogLikelihood(const Predictions& predictions);

}  // namespace consilium

#endif  // CONSILIUM_MODULES_METRICS_SCORES_H_
