#ifndef CONSILIUM_MODULES_METRICS_DISAGREEMENT_H_
#define CONSILIUM_MODULES_METRICS_DISAGREEMENT_H_

#include <optional>

#include "modules/metrics/scores.h"

// How differently two models see the same patients (Morales-Brotons et al., TMLR 2024). Labels do
// not matter: patients with an unknown one count. Nothing without patients, or when the two are
// not of the same patients and classes.
namespace consilium::metrics {

// Share of the patients for whom the predicted classes differ.
std::optional<double> Churn(const Predictions& a, const Predictions& b);

// Mean over patients of the Jensen-Shannon divergence of the two probability vectors, in nats: from
// 0 to ln 2.
std::optional<double> JensenShannonDivergence(const Predictions& a, const Predictions& b);

}  // namespace consilium::metrics

#endif  // CONSILIUM_MODULES_METRICS_DISAGREEMENT_H_
