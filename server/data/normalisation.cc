#include "server/data/normalisation.h"

#include <cmath>

namespace consilium {
namespace {

constexpr size_t kSums = 3;  // count, sum, sum of squares

// Below this share of its mean square a feature's variance is rounding: a thousandth of its size.
constexpr double kConstant = 1e-6;

double Middle(const Range& range) { return range.min + (range.max - range.min) / 2; }
double HalfWidth(const Range& range) { return (range.max - range.min) / 2; }

Scale FromRange(const Feature& feature) {
  if (feature.kind == FeatureKind::kCategorical) return {};
  if (feature.normalisation) return *feature.normalisation;
  return {Middle(feature.range), HalfWidth(feature.range) / 2};
}

StatusOr<Scale> FromSums(const Feature& feature, std::span<const double> sums) {
  const double count = sums[0], sum = sums[1], squares = sums[2];
  for (const double value : sums) {
    if (!std::isfinite(value)) {
      return InvalidArgument("statistics of feature '{}' are not finite, expected finite sums",
                             feature.key);
    }
  }
  // Values lie in [-1, 1], so |sum| <= count and squares <= count, but for rounding in transit.
  const double most = count * (1 + 1e-4) + 1e-6;
  if (count < 0 || squares < 0 || squares > most || std::fabs(sum) > most) {
    return InvalidArgument(
        "statistics of feature '{}': count {}, sum {}, squares {}, expected "
        "0 <= squares <= count and |sum| <= count: a site may have another schema",
        feature.key, count, sum, squares);
  }
  if (feature.kind == FeatureKind::kCategorical || feature.normalisation || count <= 0) {
    return FromRange(feature);
  }
  const double mean = sum / count;
  const double variance = squares / count - mean * mean;
  const Scale fallback = FromRange(feature);
  const bool constant = variance <= kConstant * squares / count;
  const double half = HalfWidth(feature.range);
  return Scale{Middle(feature.range) + half * mean,
               constant ? fallback.sd : half * std::sqrt(variance)};
}

}  // namespace

size_t StatisticsSize(const Schema& schema) { return kSums * schema.features.size(); }

std::vector<double> StatisticsOf(const Schema& schema, const Cohort& cohort) {
  std::vector<double> statistics(StatisticsSize(schema));
  for (size_t f = 0; f < schema.features.size(); ++f) {
    const Feature& feature = schema.features[f];
    if (feature.kind == FeatureKind::kCategorical) continue;
    for (const double value : cohort.values[f]) {
      if (std::isnan(value)) continue;
      const double x = (value - Middle(feature.range)) / HalfWidth(feature.range);
      statistics[kSums * f] += 1;
      statistics[kSums * f + 1] += x;
      statistics[kSums * f + 2] += x * x;
    }
  }
  return statistics;
}

StatusOr<Normalisation> NormalisationFrom(const Schema& schema, std::span<const double> summed) {
  if (summed.size() != StatisticsSize(schema)) {
    return InvalidArgument(
        "statistics of {} numbers, expected {} for the {} features of schema "
        "'{}'",
        summed.size(), StatisticsSize(schema), schema.features.size(), schema.name);
  }
  Normalisation normalisation;
  for (size_t f = 0; f < schema.features.size(); ++f) {
    ASSIGN_OR_RETURN(const Scale scale,
                     FromSums(schema.features[f], summed.subspan(kSums * f, kSums)));
    normalisation.scales.push_back(scale);
  }
  return normalisation;
}

Normalisation NormalisationFromSchema(const Schema& schema) {
  Normalisation normalisation;
  for (const Feature& feature : schema.features) normalisation.scales.push_back(FromRange(feature));
  return normalisation;
}

double Normalised(const Feature& feature, const Scale& scale, double value) {
  return feature.kind == FeatureKind::kContinuous ? (value - scale.mean) / scale.sd : value;
}

}  // namespace consilium
