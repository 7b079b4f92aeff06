#include "server/federation/convergence.h"

#include <cmath>

#include "modules/numbers.h"

namespace consilium::federation {

Status CheckConverges(std::string_view site, int round, std::span<const float> parameters,
                      double loss) {
  if (AllWithin(parameters, kLargestParameter) && std::isfinite(loss)) return OkStatus();
  return Internal(
      "the training diverged: at {} in round {} the loss is {:g} and the largest parameter {:g}, "
      "expected at most {:g}. Take a lower learning rate, a schedule or topology that suits, less "
      "compression or loss",
      site, round, loss, LargestOf(parameters), kLargestParameter);
}

}  // namespace consilium::federation
