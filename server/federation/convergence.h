#ifndef CONSILIUM_SERVER_FEDERATION_CONVERGENCE_H_
#define CONSILIUM_SERVER_FEDERATION_CONVERGENCE_H_

#include <span>
#include <string_view>

#include "base/status.h"

namespace consilium::federation {

// A number of the model beyond this is no model of anything: inputs and outputs are near 1.
constexpr float kLargestParameter = 1e6f;

// Refuses a model that training, or an exchange, of `round` led to if it has diverged: a parameter
// that is not finite or beyond kLargestParameter, or a loss that is not finite.
Status CheckConverges(std::string_view site, int round, std::span<const float> parameters,
                      double loss);

}  // namespace consilium::federation

#endif  // CONSILIUM_SERVER_FEDERATION_CONVERGENCE_H_
