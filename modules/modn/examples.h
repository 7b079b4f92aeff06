#ifndef CONSILIUM_MODULES_MODN_EXAMPLES_H_
#define CONSILIUM_MODULES_MODN_EXAMPLES_H_

#include <cstdint>
#include <span>
#include <vector>

#include "base/status.h"
#include "modules/modn/architecture.h"

namespace consilium::modn {

inline constexpr int32_t kUnknownLabel = -1;

// Rows of different lengths: row i is numbers[begin[i]] .. numbers[begin[i + 1] - 1].
template <typename Scalar>
struct RaggedRows {
  std::vector<Scalar> numbers;
  std::vector<size_t> begin = {0};

  int rows() const { return static_cast<int>(begin.size()) - 1; }
  std::span<const Scalar> operator[](int row) const {
    const auto i = static_cast<size_t>(row);
    return std::span(numbers).subspan(begin[i], begin[i + 1] - begin[i]);
  }
  void Append(std::span<const Scalar> row) {
    numbers.insert(numbers.end(), row.begin(), row.end());
    begin.push_back(numbers.size());
  }
};

// Patients as the network sees them. Rows stand in the order of the architecture.
template <typename Scalar>
struct BasicExamples {
  int patients = 0;
  // values[feature][patient]: NaN: missing. An answer: normalised number, or index of the category.
  // Other modalities: how many vectors the patient has in `payloads`: 1 of a vector or image.
  std::vector<std::vector<Scalar>> values;
  // labels[outcome][patient]: class, or kUnknownLabel; all unknown where the outcome is a number.
  std::vector<std::vector<int32_t>> labels;
  // payloads[feature] row by patient: normalised numbers, a series vector after vector, an image
  // row after row; empty where missing. No rows for answers. May be empty if all are answers.
  std::vector<RaggedRows<Scalar>> payloads = {};
  // targets[outcome][patient] of outcomes that are numbers, normalised; NaN: unknown. No entries
  // for outcomes of classes. May be empty if there are no others.
  std::vector<std::vector<Scalar>> targets = {};
};

using Examples = BasicExamples<float>;

// Rows for `patients` patients: every answer missing, every label and target unknown.
template <typename Scalar>
BasicExamples<Scalar> NoAnswers(const Architecture& architecture, int patients);

// Every row there and of the right length, categories and labels in range, no infinity, no number
// missing within a payload. Messages never quote a patient's values.
template <typename Scalar>
Status Validate(const Architecture& architecture, const BasicExamples<Scalar>& examples);

// How many patients have the feature, or a known label or target.
int Observed(const Examples& examples, int feature);
int Labelled(const Examples& examples, int outcome);

// 0, 1, ..., n-1: all patients of a view.
std::vector<int> AllOf(int n);

// What one training step sees. The spans borrow for the call.
struct Batch {
  std::span<const int> patients;  // indices into the examples
  std::span<const int> order;     // features, each at most once, in the order of asking
  // Answers treated as missing: hidden[feature * patients.size() + i] != 0. Empty: none.
  std::span<const uint8_t> hidden = {};
  // The last so many of `order` ask a question again: only LossOptions::features counts them.
  int repeated = 0;
  uint64_t sample = 0;  // decides what is drawn within the step (FeatureLossOptions)
  // If not empty, every patient's own order instead: own_orders[i * order.size() + t] is the t-th
  // feature asked of patients[i], or -1. Not with `repeated`.
  std::span<const int> own_orders = {};

  // The t-th feature asked of patients[i], or -1.
  int Question(size_t i, size_t t) const {
    return own_orders.empty() ? order[t] : own_orders[i * order.size() + t];
  }
};

}  // namespace consilium::modn

#endif  // CONSILIUM_MODULES_MODN_EXAMPLES_H_
