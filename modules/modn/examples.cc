#include "modules/modn/examples.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace consilium::modn {
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

template <typename Scalar>
Status ValidateAnswers(const FeatureShape& feature, const std::vector<Scalar>& values) {
  for (const Scalar value : values) {
    if (IsAllowed(value, feature.width)) continue;
    return InvalidArgument("feature '{}' has a value that is {}", feature.key,
                           feature.width == 1 ? "infinite" : "no index of a category");
  }
  return OkStatus();
}

template <typename Scalar>
Status ValidatePayload(const FeatureShape& feature, Scalar vectors,
                       std::span<const Scalar> numbers) {
  const auto unit = static_cast<size_t>(PayloadUnit(feature));
  const bool series = feature.modality == Modality::kSeries;
  if (std::isnan(vectors)) {
    if (numbers.empty()) return OkStatus();
    return InvalidArgument("{} '{}' is missing for a patient but has {} numbers, expected none",
                           Name(feature.modality), feature.key, numbers.size());
  }
  if (numbers.empty() || numbers.size() % unit != 0 || (!series && numbers.size() != unit)) {
    return InvalidArgument("{} '{}' has {} numbers for a patient, expected {}{}",
                           Name(feature.modality), feature.key, numbers.size(),
                           series ? "one or more times " : "", unit);
  }
  if (vectors != static_cast<Scalar>(numbers.size() / unit)) {
    return InvalidArgument("{} '{}' has {} vectors for a patient, but its row of values says other",
                           Name(feature.modality), feature.key, numbers.size() / unit);
  }
  const auto finite = [](Scalar number) { return std::isfinite(number); };
  if (std::all_of(numbers.begin(), numbers.end(), finite)) return OkStatus();
  return InvalidArgument("{} '{}' has a number that is missing or infinite; leave the whole {} out",
                         Name(feature.modality), feature.key, Name(feature.modality));
}

template <typename Scalar>
Status ValidatePayloads(const FeatureShape& feature, const std::vector<Scalar>& values,
                        const RaggedRows<Scalar>& payloads) {
  const bool ordered = !payloads.begin.empty() && payloads.begin.front() == 0 &&
                       payloads.begin.back() == payloads.numbers.size() &&
                       std::is_sorted(payloads.begin.begin(), payloads.begin.end());
  if (!ordered || payloads.begin.size() != values.size() + 1) {
    return InvalidArgument("{} '{}' has {} payloads, expected one for each of {} patients",
                           Name(feature.modality), feature.key, payloads.rows(), values.size());
  }
  for (size_t i = 0; i < values.size(); ++i) {
    RETURN_IF_ERROR(ValidatePayload(feature, values[i], payloads[static_cast<int>(i)]));
  }
  return OkStatus();
}

template <typename Scalar>
Status ValidateFeatures(const Architecture& architecture, const BasicExamples<Scalar>& examples) {
  for (size_t f = 0; f < architecture.features.size(); ++f) {
    const FeatureShape& feature = architecture.features[f];
    if (feature.modality == Modality::kAnswer) {
      RETURN_IF_ERROR(ValidateAnswers(feature, examples.values[f]));
    } else if (f < examples.payloads.size()) {
      RETURN_IF_ERROR(ValidatePayloads(feature, examples.values[f], examples.payloads[f]));
    } else {
      return InvalidArgument("examples have {} rows of payloads, but feature {}, '{}', is a {}",
                             examples.payloads.size(), f, feature.key, Name(feature.modality));
    }
  }
  return OkStatus();
}

template <typename Scalar>
Status ValidateOutcome(const OutcomeShape& outcome, const std::vector<int32_t>& labels,
                       std::span<const Scalar> targets) {
  for (const int32_t label : labels) {
    if (label >= kUnknownLabel && label < outcome.classes) continue;
    return InvalidArgument("outcome '{}' has label {}, expected {}", outcome.key, label,
                           outcome.classes == 0 ? "none, for it is a number"
                                                : fmt::format("0 to {}, or {} for unknown",
                                                              outcome.classes - 1, kUnknownLabel));
  }
  const size_t expected = outcome.classes == 0 ? labels.size() : 0;
  if (targets.size() != expected) {
    return InvalidArgument("outcome '{}' has {} targets, expected {}", outcome.key, targets.size(),
                           expected);
  }
  for (const Scalar target : targets) {
    if (std::isinf(target)) return InvalidArgument("outcome '{}' is infinite", outcome.key);
  }
  return OkStatus();
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
  for (const FeatureShape& feature : architecture.features) {
    RaggedRows<Scalar>& rows = examples.payloads.emplace_back();
    if (feature.modality != Modality::kAnswer) rows.begin.resize(n + 1);
  }
  for (const OutcomeShape& outcome : architecture.outcomes) {
    examples.targets.emplace_back(outcome.classes == 0 ? n : 0,
                                  std::numeric_limits<Scalar>::quiet_NaN());
  }
  return examples;
}

template <typename Scalar>
Status Validate(const Architecture& architecture, const BasicExamples<Scalar>& examples) {
  RETURN_IF_ERROR(
      ValidateRows("values", examples.values, architecture.features.size(), examples.patients));
  RETURN_IF_ERROR(
      ValidateRows("labels", examples.labels, architecture.outcomes.size(), examples.patients));
  RETURN_IF_ERROR(ValidateFeatures(architecture, examples));
  for (size_t o = 0; o < architecture.outcomes.size(); ++o) {
    RETURN_IF_ERROR(ValidateOutcome<Scalar>(
        architecture.outcomes[o], examples.labels[o],
        o < examples.targets.size() ? examples.targets[o] : std::span<const Scalar>()));
  }
  return OkStatus();
}

int Observed(const Examples& examples, int feature) {
  const std::vector<float>& row = examples.values[static_cast<size_t>(feature)];
  return static_cast<int>(
      std::count_if(row.begin(), row.end(), [](float value) { return !std::isnan(value); }));
}

int Labelled(const Examples& examples, int outcome) {
  const auto o = static_cast<size_t>(outcome);
  const std::vector<int32_t>& row = examples.labels[o];
  if (o < examples.targets.size() && !examples.targets[o].empty()) {
    const std::vector<float>& targets = examples.targets[o];
    return static_cast<int>(std::count_if(targets.begin(), targets.end(),
                                          [](float target) { return !std::isnan(target); }));
  }
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

}  // namespace consilium::modn
