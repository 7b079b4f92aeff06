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
inline Architecture SmallArchitecture(int state = 5, int hidden = 7) {
  Architecture architecture;
  architecture.state = state;
  architecture.hidden = hidden;
  architecture.features = {{"age", 1}, {"pain", 3}, {"sex", 2}, {"chol", 1}};
  architecture.outcomes = {{"disease", 2}, {"severity", 3}};
  return architecture;
}

// A third of the answers missing, a quarter of the labels unknown, the rest at random.
template <typename Scalar>
BasicExamples<Scalar> RandomExamples(const Architecture& architecture, int patients,
                                     uint64_t seed) {
  Random random(seed);
  BasicExamples<Scalar> examples = NoAnswers<Scalar>(architecture, patients);
  for (size_t f = 0; f < examples.values.size(); ++f) {
    const int width = architecture.features[f].width;
    for (Scalar& value : examples.values[f]) {
      if (random.Below(3) == 0) continue;
      value = width == 1 ? static_cast<Scalar>(random.Normal())
                         : static_cast<Scalar>(random.Below(static_cast<uint64_t>(width)));
    }
  }
  for (size_t o = 0; o < examples.labels.size(); ++o) {
    const auto classes = static_cast<uint64_t>(architecture.outcomes[o].classes);
    for (int32_t& label : examples.labels[o]) {
      if (random.Below(4) != 0) label = static_cast<int32_t>(random.Below(classes));
    }
  }
  return examples;
}

template <typename Scalar>
std::vector<Scalar> RandomParameters(const Architecture& architecture, uint64_t seed) {
  const Layout layout = MakeLayout(architecture);
  std::vector<Scalar> parameters(layout.size());
  Initialise<Scalar>(architecture, layout, seed, parameters);
  return parameters;
}

}  // namespace consilium::testing

#endif  // CONSILIUM_TESTS_MODULES_MODN_SMALL_CASE_H_
