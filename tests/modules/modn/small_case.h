#ifndef CONSILIUM_TESTS_MODULES_MODN_SMALL_CASE_H_
#define CONSILIUM_TESTS_MODULES_MODN_SMALL_CASE_H_

#include <string>
#include <vector>

#include "base/random.h"
#include "modules/modn/architecture.h"
#include "modules/modn/examples.h"
#include "modules/nn/layout.h"

namespace consilium::testing {

// Two numbers, a category of three and one of two; an outcome of two classes and one of three.
inline modn::Architecture SmallArchitecture(int state = 5, int hidden = 7) {
  modn::Architecture architecture;
  architecture.state = state;
  architecture.hidden = hidden;
  architecture.features = {{"age", 1}, {"pain", 3}, {"sex", 2}, {"chol", 1}};
  architecture.outcomes = {{"disease", 2}, {"severity", 3}};
  return architecture;
}

// A third missing, series of one to five vectors.
template <typename Scalar>
void FillPayloads(const modn::FeatureShape& feature, Random& random, std::vector<Scalar>& values,
                  modn::RaggedRows<Scalar>& payloads) {
  payloads = {};
  for (Scalar& value : values) {
    std::vector<Scalar> numbers;
    if (random.Below(3) != 0) {
      value = feature.modality == modn::Modality::kSeries ? static_cast<Scalar>(1 + random.Below(5))
                                                          : 1;
      numbers.resize(static_cast<size_t>(value) * static_cast<size_t>(modn::PayloadUnit(feature)));
    }
    for (Scalar& number : numbers) number = static_cast<Scalar>(random.Normal());
    payloads.Append(numbers);
  }
}

// A third of the answers missing, a quarter of the labels unknown, the rest at random.
template <typename Scalar>
modn::BasicExamples<Scalar> RandomExamples(const modn::Architecture& architecture, int patients,
                                           uint64_t seed) {
  Random random(seed);
  modn::BasicExamples<Scalar> examples = modn::NoAnswers<Scalar>(architecture, patients);
  for (size_t f = 0; f < examples.values.size(); ++f) {
    const modn::FeatureShape& feature = architecture.features[f];
    if (feature.modality != modn::Modality::kAnswer) {
      FillPayloads(feature, random, examples.values[f], examples.payloads[f]);
      continue;
    }
    const int width = feature.width;
    for (Scalar& value : examples.values[f]) {
      if (random.Below(3) == 0) continue;
      value = width == 1 ? static_cast<Scalar>(random.Normal())
                         : static_cast<Scalar>(random.Below(static_cast<uint64_t>(width)));
    }
  }
  for (size_t o = 0; o < examples.labels.size(); ++o) {
    const auto classes = static_cast<uint64_t>(architecture.outcomes[o].classes);
    for (Scalar& target : examples.targets[o]) {
      if (random.Below(4) != 0) target = static_cast<Scalar>(random.Normal());
    }
    if (classes == 0) continue;
    for (int32_t& label : examples.labels[o]) {
      if (random.Below(4) != 0) label = static_cast<int32_t>(random.Below(classes));
    }
  }
  return examples;
}

template <typename Scalar>
std::vector<Scalar> RandomParameters(const modn::Architecture& architecture, uint64_t seed) {
  const nn::Layout layout = modn::MakeLayout(architecture);
  std::vector<Scalar> parameters(layout.size());
  modn::Initialise<Scalar>(architecture, layout, seed, parameters);
  return parameters;
}

}  // namespace consilium::testing

#endif  // CONSILIUM_TESTS_MODULES_MODN_SMALL_CASE_H_
