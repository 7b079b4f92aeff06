#ifndef CONSILIUM_MODULES_METRICS_RANK_CORRELATION_H_
#define CONSILIUM_MODULES_METRICS_RANK_CORRELATION_H_

#include <optional>
#include <span>

namespace consilium::metrics {

// Spearman's rank correlation: Pearson's of the midranks. Nothing for fewer than two pairs, spans
// of different length, a NaN, or when all values of either are equal.
std::optional<double> SpearmanCorrelation(std::span<const double> a, std::span<const double> b);

}  // namespace consilium::metrics

#endif  // CONSILIUM_MODULES_METRICS_RANK_CORRELATION_H_
