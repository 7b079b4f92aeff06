#include "modules/modn/standardised_inputs.h"

#include <algorithm>
#include <cmath>

namespace consilium::modn {

StandardisedInputs::StandardisedInputs(const Architecture& architecture, const Examples& examples,
                                       std::span<const int> patients, bool indicators)
    : indicators_(indicators ? architecture.features.size() : 0) {
  for (size_t f = 0; f < architecture.features.size(); ++f) {
    for (Column& column : ColumnsOf(architecture.features[f], static_cast<int>(f))) {
      double count = 0, sum = 0, squares = 0;
      for (const int patient : patients) {
        if (std::isnan(examples.values[f][static_cast<size_t>(patient)])) continue;
        const double x = Raw(column, examples, patient);
        ++count;
        sum += x;
        squares += x * x;
      }
      column.mean = count > 0 ? sum / count : 0;
      // Filled values lie at the mean and add nothing to the sum of squared deviations.
      const double variance = std::max(0.0, squares - count * column.mean * column.mean) /
                              static_cast<double>(patients.size());
      column.inverse_deviation = variance > 1e-12 ? 1 / std::sqrt(variance) : 0;
      columns_.push_back(column);
    }
  }
}

std::vector<StandardisedInputs::Column> StandardisedInputs::ColumnsOf(const FeatureShape& shape,
                                                                      int feature) {
  std::vector<Column> columns;
  const auto add = [&](Kind kind, int count) {
    for (int part = 0; part < count; ++part) {
      columns.push_back({feature, kind, part, shape.width});
    }
  };
  switch (shape.modality) {
    case Modality::kAnswer:
      add(shape.width == 1 ? Kind::kNumber : Kind::kCategory, shape.width);
      break;
    case Modality::kSeries:
      add(Kind::kMean, shape.width);
      add(Kind::kLast, shape.width);
      break;
    default:
      add(Kind::kPayload, PayloadUnit(shape));
  }
  return columns;
}

double StandardisedInputs::Raw(const Column& column, const Examples& examples, int patient) {
  const auto f = static_cast<size_t>(column.feature), p = static_cast<size_t>(patient);
  const float value = examples.values[f][p];
  if (column.kind == Kind::kNumber) return value;
  if (column.kind == Kind::kCategory) return static_cast<int>(value) == column.part;
  const std::span<const float> payload = examples.payloads[f][patient];
  const auto part = static_cast<size_t>(column.part), width = static_cast<size_t>(column.width);
  if (column.kind == Kind::kPayload) return payload[part];
  if (column.kind == Kind::kLast) return payload[payload.size() - width + part];
  double sum = 0;
  for (size_t at = part; at < payload.size(); at += width) sum += payload[at];
  return sum / (static_cast<double>(payload.size()) / column.width);
}

template <typename Scalar>
void StandardisedInputs::Write(const Examples& examples, int patient,
                               std::span<Scalar> inputs) const {
  const auto p = static_cast<size_t>(patient);
  for (size_t j = 0; j < columns_.size(); ++j) {
    const Column& column = columns_[j];
    const bool missing = std::isnan(examples.values[static_cast<size_t>(column.feature)][p]);
    inputs[j] = missing ? 0
                        : static_cast<Scalar>((Raw(column, examples, patient) - column.mean) *
                                              column.inverse_deviation);
  }
  for (size_t f = 0; f < indicators_; ++f) {
    inputs[columns_.size() + f] = std::isnan(examples.values[f][p]) ? Scalar{1} : Scalar{0};
  }
}

template void StandardisedInputs::Write(const Examples&, int, std::span<float>) const;
template void StandardisedInputs::Write(const Examples&, int, std::span<double>) const;

}  // namespace consilium::modn
