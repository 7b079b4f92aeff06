#ifndef CONSILIUM_SERVER_TRAINING_DIGESTS_H_
#define CONSILIUM_SERVER_TRAINING_DIGESTS_H_

#include <span>
#include <string>

#include "modules/nn/layout.h"

namespace consilium::training {

// SHA-256 of the parameters as little-endian floats, in hexadecimal: what sites compare to know
// that they hold the same model.
std::string ParametersDigest(std::span<const float> parameters);

// The same of every module's name and tensors and of the values they start from. Sites whose
// digests are equal mean the same by every number they exchange, and start alike to the last bit.
std::string LayoutDigest(const nn::Layout& layout, std::span<const float> initial);

}  // namespace consilium::training

#endif  // CONSILIUM_SERVER_TRAINING_DIGESTS_H_
