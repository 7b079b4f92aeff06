#ifndef CONSILIUM_MODULES_MODN_SOFTMAX_H_
#define CONSILIUM_MODULES_MODN_SOFTMAX_H_

#include <algorithm>
#include <cmath>
#include <span>

namespace consilium::modn {

// From the logits of one outcome to its probabilities, in place. Requires at least one.
template <typename Scalar>
void Softmax(std::span<Scalar> z) {
  const Scalar largest = *std::max_element(z.begin(), z.end());
  Scalar sum = 0;
  for (Scalar& value : z) sum += value = std::exp(value - largest);
  for (Scalar& value : z) value /= sum;
}

}  // namespace consilium::modn

#endif  // CONSILIUM_MODULES_MODN_SOFTMAX_H_
