#include "server/data/payload_check.h"

#include <algorithm>
#include <cmath>

#include "fmt/core.h"
#include "server/data/image.h"

namespace consilium::data {
namespace {

size_t RowsExpected(const Feature& feature) {
  return feature.kind == FeatureKind::kImage ? static_cast<size_t>(feature.height) : 1;
}

std::optional<Refusal> CheckCount(const Feature& feature, size_t rows) {
  const bool series = feature.kind == FeatureKind::kSeries;
  if (series ? rows > 0 : rows == RowsExpected(feature)) return std::nullopt;
  return Refusal{RefusalReason::kWrongLength, fmt::format("{}: {} rows of numbers, expected {}",
                                                          feature.key, rows, Accepted(feature))};
}

std::optional<Refusal> CheckRow(const Feature& feature, size_t row,
                                const std::vector<double>& numbers) {
  if (numbers.size() != static_cast<size_t>(feature.width)) {
    return Refusal{RefusalReason::kWrongLength,
                   fmt::format("{}: {} numbers in row {}, expected {}", feature.key, numbers.size(),
                               row + 1, Accepted(feature))};
  }
  for (int c = 0; c < feature.width; ++c) {
    const int component = feature.kind == FeatureKind::kImage ? 0 : c;
    const auto reason = CheckComponent(feature, component, numbers[static_cast<size_t>(c)]);
    if (!reason) continue;
    return Refusal{*reason, fmt::format("{}: number {} of row {} is {}, expected {}",
                                        ComponentKey(feature, component), c + 1, row + 1,
                                        Name(*reason), Accepted(feature, component))};
  }
  return std::nullopt;
}

}  // namespace

std::optional<RefusalReason> CheckComponent(const Feature& feature, int component, double value) {
  if (!std::isfinite(value)) return RefusalReason::kNotANumber;
  const Range& range = RangeOf(feature, component);
  if (value < range.min || value > range.max) return RefusalReason::kOutOfRange;
  return std::nullopt;
}

CheckedPayload CheckRows(const Feature& feature, std::span<const std::vector<double>> rows,
                         std::string_view unit) {
  if (!unit.empty() && unit != feature.unit && unit != feature.unit_label) {
    return Refusal{RefusalReason::kWrongUnit,
                   fmt::format("{}: another unit, expected {}", feature.key, Accepted(feature))};
  }
  if (std::optional<Refusal> refusal = CheckCount(feature, rows.size())) return *refusal;
  size_t first = 0;
  if (feature.kind == FeatureKind::kSeries) {
    first = rows.size() - std::min(rows.size(), static_cast<size_t>(feature.longest));
  }
  std::vector<float> numbers;
  for (size_t row = 0; row < rows.size(); ++row) {
    if (std::optional<Refusal> refusal = CheckRow(feature, row, rows[row])) return *refusal;
    if (row < first) continue;
    for (const double number : rows[row]) numbers.push_back(static_cast<float>(number));
  }
  return numbers;
}

CheckedPayload CheckImage(const Feature& feature, std::string_view bytes) {
  if (feature.kind != FeatureKind::kImage) {
    return Refusal{RefusalReason::kNoImage,
                   fmt::format("{}: an image, expected {}", feature.key, Accepted(feature))};
  }
  StatusOr<std::vector<float>> grey =
      DecodeImage(bytes, feature.width, feature.height, feature.key);
  if (grey.ok()) return std::move(grey).value();
  return Refusal{RefusalReason::kNoImage, std::string(Message(grey.status()))};
}

int VectorsIn(const Feature& feature, std::span<const float> payload) {
  if (feature.kind != FeatureKind::kSeries) return payload.empty() ? 0 : 1;
  return static_cast<int>(payload.size()) / feature.width;
}

}  // namespace consilium::data
