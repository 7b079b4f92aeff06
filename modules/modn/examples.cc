#include "modules/modn/examples.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace consilium {
namespace {

template <typename Row>
Status ValidateRows(const char* what, const std::vector<Row>& rows, size_t expected, int patients) {
  if (rows.size() != expected) {
    return InvalidArgument("examples have {} rows of {}, the architecture {}", rows.size(), what,
                           expected);
  }
  for (const Row& row : rows) {
    if (row.size() != static_cast<size_t>(patients)) {
      return InvalidArgument("a row of {} has {} entries, expected one for each of {} patients",
                             what, row.size(), patients);
    }
  }
  return OkStatus();
}

template <typename Scalar>
bool IsAllowed(Scalar value, int width) {
  if (std::isnan(value)) return true;
  if (width == 1) return std::isfinite(value);
  return value >= 0 && value < static_cast<Scalar>(width) && value == std::floor(value);
}

}  // namespace

template <typename Scalar>
BasicExamples<Scalar> NoAnswers(const Architecture& architecture, int patients) {
  const auto n = static_cast<size_t>(patients);
  BasicExamples<Scalar> examples;
  examples.patients = patients;
  examples.values.assign(architecture.features.size(),
                         std::vector<Scalar>(n, std::numeric_limits<Scalar>::quiet_NaN()));
  examples.labels.assign(architecture.outcomes.size(), std::vector<int32_t>(n, kUnknownLabel));
  return examples;
}

template <typename Scalar>
Status Validate(const Architecture& architecture, const BasicExamples<Scalar>& examples) {
  RETURN_IF_ERROR(
      ValidateRows("values", examples.values, architecture.features.size(), examples.patients));
  RETURN_IF_ERROR(
      ValidateRows("labels", examples.labels, architecture.outcomes.size(), examples.patients));
  for (size_t f = 0; f < architecture.features.size(); ++f) {
    const FeatureShape& feature = architecture.features[f];
    for (const Scalar value : examples.values[f]) {
      if (IsAllowed(value, feature.width)) continue;
      return InvalidArgument("feature '{}' has a value that is {}", feature.key,
                             feature.width == 1 ? "infinite" : "no index of a category");
    }
  }
  for (size_t o = 0; o < architecture.outcomes.size(); ++o) {
    const OutcomeShape& outcome = architecture.outcomes[o];
    for (const int32_t label : examples.labels[o]) {
      if (label >= kUnknownLabel && label < outcome.classes) continue;
      return InvalidArgument("outcome '{}' has label {}, expected 0 to {}, or {} for unknown",
                             outcome.key, label, outcome.classes - 1, kUnknownLabel);
    }
  }
  return OkStatus();
}

int Observed(const Examples& examples, int feature) {
  const std::vector<float>& row = examples.values[static_cast<size_t>(feature)];
  return static_cast<int>(
      std::count_if(row.begin(), row.end(), [](float value) { return !std::isnan(value); }));
}

int Labelled(const Examples& examples, int outcome) {
  const std::vector<int32_t>& row = examples.labels[static_cast<size_t>(outcome)];
  return static_cast<int>(
      std::count_if(row.begin(), row.end(), [](int32_t label) { return label >= 0; }));
}

std::vector<int> AllOf(int n) {
  std::vector<int> all(static_cast<size_t>(n));
  std::iota(all.begin(), all.end(), 0);
  return all;
}

template BasicExamples<float> NoAnswers(const Architecture&, int);
template BasicExamples<double> NoAnswers(const Architecture&, int);
template Status Validate(const Architecture&, const BasicExamples<float>&);
template Status Validate(const Architecture&, const BasicExamples<double>&);

}  // namespace consilium
