#ifndef CONSILIUM_MODULES_MODN_EXAMPLES_H_
#define CONSILIUM_MODULES_MODN_EXAMPLES_H_

#include <cstdint>
#include <span>
#include <vector>

#include "base/status.h"
#include "modules/modn/architecture.h"

namespace consilium {

inline constexpr int32_t kUnknownLabel = -1;

// Patients as the network sees them. Rows stand in the order of the architecture.
template <typename Scalar>
struct BasicExamples {
  int patients = 0;
  // values[feature][patient]: normalised number, or index of the category; NaN: missing.
  std::vector<std::vector<Scalar>> values;
  // labels[outcome][patient]: class, or kUnknownLabel.
  std::vector<std::vector<int32_t>> labels;
};

using Examples = BasicExamples<float>;

// Rows for `patients` patients: every answer missing, every label unknown.
template <typename Scalar>
BasicExamples<Scalar> NoAnswers(const Architecture& architecture, int patients);

// Every row there and of the right length, categories and labels in range, no infinity.
template <typename Scalar>
Status Validate(const Architecture& architecture, const BasicExamples<Scalar>& examples);

// How many patients have the feature, or a known label.
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
};

}  // namespace consilium

#endif  // CONSILIUM_MODULES_MODN_EXAMPLES_H_
