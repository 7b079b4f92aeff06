#include "server/consultation/answer_shares.h"

#include <algorithm>
#include <cmath>

namespace consilium::consultation {
namespace {

constexpr int kBinsOfRange = 10;

int BinsOf(const data::Feature& feature) {
  if (feature.kind == data::FeatureKind::kCategorical)
    return static_cast<int>(feature.categories.size());
  return kBinsOfRange;
}

int BinOf(const data::Feature& feature, double value) {
  if (feature.kind == data::FeatureKind::kCategorical) return static_cast<int>(value);
  const double width = feature.range.max - feature.range.min;
  return static_cast<int>(kBinsOfRange * (value - feature.range.min) / width);
}

std::vector<float> SharesOf(const data::Feature& feature, const std::vector<double>& values) {
  const int bins = BinsOf(feature);
  std::vector<int> counts(static_cast<size_t>(bins), 0);
  int answered = 0;
  for (const double value : values) {
    if (std::isnan(value)) continue;
    ++counts[static_cast<size_t>(std::clamp(BinOf(feature, value), 0, bins - 1))];
    ++answered;
  }
  std::vector<float> shares;
  for (const int count : counts) {
    if (answered > 0) shares.push_back(static_cast<float>(count) / static_cast<float>(answered));
  }
  return shares;
}

}  // namespace

std::vector<std::vector<float>> AnswerShares(const data::Schema& schema,
                                             const data::Cohort& cohort) {
  std::vector<std::vector<float>> shares;
  for (size_t f = 0; f < schema.features.size(); ++f) {
    if (data::HasPayload(schema.features[f].kind)) {
      shares.emplace_back();
      continue;
    }
    shares.push_back(SharesOf(schema.features[f], cohort.values[f]));
  }
  return shares;
}

}  // namespace consilium::consultation
