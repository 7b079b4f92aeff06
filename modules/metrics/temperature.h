#ifndef CONSILIUM_MODULES_METRICS_TEMPERATURE_H_
#define CONSILIUM_MODULES_METRICS_TEMPERATURE_H_

#include <optional>
#include <vector>

#include "modules/metrics/scores.h"

namespace consilium::metrics {

// Temperature scaling (Guo et al. 2017, section 4.2): every logit divided by one T > 0, fitted on
// patients that the model was not trained on. Keeps the predicted class. Probabilities stand for
// logits here: softmax(ln p / T), those below 1e-12 raised to it.
//
// The T in [1/20, 20] of smallest negative log-likelihood, to 1e-6 of its logarithm (golden-section
// search: the likelihood is concave in 1 / T). Nothing without a patient whose label is known.
std::optional<double> FitTemperature(const Predictions& predictions);

// The probabilities at temperature `t` > 0: [patients, classes].
std::vector<float> AtTemperature(const Predictions& predictions, double t);

}  // namespace consilium::metrics

#endif  // CONSILIUM_MODULES_METRICS_TEMPERATURE_H_
