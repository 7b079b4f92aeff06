#include "server/data/normalisation.h"

#include <cmath>

namespace consilium::data {
namespace {

constexpr size_t kSums = 3;  // count, sum, sum of squares

// Below this share of its mean square a feature's variance is rounding: a thousandth of its size.
constexpr double kConstant = 1e-6;

double Middle(const Range& range) { return range.min + (range.max - range.min) / 2; }
double HalfWidth(const Range& range) { return (range.max - range.min) / 2; }

Scale MiddleAndQuarter(const Range& range) { return {Middle(range), HalfWidth(range) / 2}; }

Scale FromRange(const Feature& feature, int component) {
  if (feature.kind == FeatureKind::kCategorical) return {};
  if (feature.normalisation) return *feature.normalisation;
  return MiddleAndQuarter(RangeOf(feature, component));
}

bool HasSums(const Feature& feature) {
  return feature.kind != FeatureKind::kCategorical && feature.kind != FeatureKind::kImage;
}

StatusOr<Scale> FromSums(const Feature& feature, int component, std::span<const double> sums) {
  const double count = sums[0], sum = sums[1], squares = sums[2];
  for (const double value : sums) {
    if (!std::isfinite(value)) {
      return InvalidArgument("statistics of feature '{}' are not finite, expected finite sums",
                             ComponentKey(feature, component));
    }
  }
  // Values lie in [-1, 1], so |sum| <= count and squares <= count, but for rounding in transit.
  const double most = count * (1 + 1e-4) + 1e-6;
  if (count < 0 || squares < 0 || squares > most || std::fabs(sum) > most) {
    return InvalidArgument(
        "statistics of feature '{}': count {}, sum {}, squares {}, expected "
        "0 <= squares <= count and |sum| <= count: a site may have another schema",
        ComponentKey(feature, component), count, sum, squares);
  }
  const Scale fallback = FromRange(feature, component);
  if (!HasSums(feature) || feature.normalisation || count <= 0) return fallback;
  const double mean = sum / count;
  const double variance = squares / count - mean * mean;
  const bool constant = variance <= kConstant * squares / count;
  const Range& range = RangeOf(feature, component);
  const double half = HalfWidth(range);
  return Scale{Middle(range) + half * mean, constant ? fallback.sd : half * std::sqrt(variance)};
}

void AddTo(std::span<double> sums, const Range& range, double value) {
  const double x = (value - Middle(range)) / HalfWidth(range);
  sums[0] += 1;
  sums[1] += x;
  sums[2] += x * x;
}

// The count of images; of vectors and series the sums of each component.
void AddPayloads(const Feature& feature, const modn::RaggedRows<float>& payloads,
                 std::span<double> sums) {
  if (feature.kind == FeatureKind::kImage) {
    for (int p = 0; p < payloads.rows(); ++p) sums[0] += payloads[p].empty() ? 0 : 1;
    return;
  }
  const auto width = static_cast<size_t>(feature.width);
  for (size_t i = 0; i < payloads.numbers.size(); ++i) {
    const size_t c = i % width;
    AddTo(sums.subspan(kSums * c, kSums), RangeOf(feature, static_cast<int>(c)),
          static_cast<double>(payloads.numbers[i]));
  }
}

// `scale` gives the scale of a feature's component.
template <typename ScaleOfComponent>
Status AddFeature(const Feature& feature, ScaleOfComponent scale, Normalisation& normalisation) {
  const bool each = HasPayload(feature.kind) && feature.kind != FeatureKind::kImage;
  std::vector<Scale> scales;
  for (int c = 0; c < ComponentsOf(feature); ++c) {
    ASSIGN_OR_RETURN(const Scale of_component, scale(c));
    scales.push_back(of_component);
  }
  normalisation.scales.push_back(each ? Scale() : scales.front());
  normalisation.components.push_back(each ? std::move(scales) : std::vector<Scale>());
  return OkStatus();
}

}  // namespace

size_t StatisticsSize(const Schema& schema) {
  return StatisticsBegin(schema, static_cast<int>(schema.features.size()));
}

size_t StatisticsBegin(const Schema& schema, int feature) {
  size_t begin = 0;
  for (int f = 0; f < feature; ++f) {
    begin += kSums * static_cast<size_t>(ComponentsOf(schema.features[static_cast<size_t>(f)]));
  }
  return begin;
}

std::vector<double> StatisticsOf(const Schema& schema, const Cohort& cohort) {
  std::vector<double> statistics(StatisticsSize(schema));
  for (size_t f = 0; f < schema.features.size(); ++f) {
    const Feature& feature = schema.features[f];
    const auto sums = std::span(statistics).subspan(StatisticsBegin(schema, static_cast<int>(f)));
    if (HasPayload(feature.kind)) {
      if (f < cohort.payloads.size()) AddPayloads(feature, cohort.payloads[f], sums);
      continue;
    }
    const bool categorical = feature.kind == FeatureKind::kCategorical;
    for (const double value : cohort.values[f]) {
      if (std::isnan(value)) continue;
      if (categorical) {
        sums[0] += 1;
      } else {
        AddTo(sums, feature.range, value);
      }
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
  for (const Feature& feature : schema.features) {
    const auto from_sums = [&](int c) {
      return FromSums(feature, c, summed.subspan(kSums * static_cast<size_t>(c), kSums));
    };
    RETURN_IF_ERROR(AddFeature(feature, from_sums, normalisation));
    summed = summed.subspan(kSums * static_cast<size_t>(ComponentsOf(feature)));
  }
  return normalisation;
}

Normalisation NormalisationFromSchema(const Schema& schema) {
  Normalisation normalisation;
  for (const Feature& feature : schema.features) {
    const auto from_range = [&](int c) { return StatusOr<Scale>(FromRange(feature, c)); };
    AddFeature(feature, from_range, normalisation).IgnoreError();  // there is none
  }
  return normalisation;
}

double Normalised(const Feature& feature, const Scale& scale, double value) {
  return feature.kind == FeatureKind::kContinuous ? (value - scale.mean) / scale.sd : value;
}

std::vector<float> Normalised(const Feature& feature, const Normalisation& normalisation, int index,
                              std::span<const float> payload) {
  const auto f = static_cast<size_t>(index);
  const auto components = static_cast<size_t>(ComponentsOf(feature));
  const bool image = feature.kind == FeatureKind::kImage;
  std::vector<float> normalised;
  normalised.reserve(payload.size());
  for (size_t i = 0; i < payload.size(); ++i) {
    const Scale& scale =
        image ? normalisation.scales[f] : normalisation.components[f][i % components];
    normalised.push_back(
        static_cast<float>((static_cast<double>(payload[i]) - scale.mean) / scale.sd));
  }
  return normalised;
}

Scale ScaleOf(const Outcome& outcome) {
  return outcome.normalisation ? *outcome.normalisation : MiddleAndQuarter(outcome.range);
}

}  // namespace consilium::data
