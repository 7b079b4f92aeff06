#include <cmath>

#include "lab/air/over_the_air.h"

namespace consilium::air {

Status CheckOverTheAir(const OverTheAirOptions& options) {
  const int n = options.graph.size();
  if (options.self < 0 || options.self >= n || options.root < 0 || options.root >= n) {
    return InvalidArgument("site {} and root {}: the graph's sites are numbered 0 to {}",
                           options.self, options.root, n - 1);
  }
  if (options.graph.Neighbors(options.root).size() + 1 != static_cast<size_t>(n)) {
    return InvalidArgument(
        "site {} has {} neighbours of {} other sites: over the air the root must hear every site, "
        "as in a star",
        options.root, options.graph.Neighbors(options.root).size(), n - 1);
  }
  if (options.weights.size() != static_cast<size_t>(n)) {
    return InvalidArgument("weights of {} sites for a graph of {}", options.weights.size(), n);
  }
  for (const std::vector<double>& weights : options.weights) {
    if (weights.size() != options.shape.blocks.size()) {
      return InvalidArgument("weights for {} modules, expected {}", weights.size(),
                             options.shape.blocks.size());
    }
    for (const double weight : weights) {
      if (!(weight >= 0) || !std::isfinite(weight)) {
        return InvalidArgument("weight {}: it must be 0 or more", weight);
      }
    }
  }
  RETURN_IF_ERROR(CheckChannel(options.channel));
  RETURN_IF_ERROR(CheckAirScheme(options.scheme));
  return CheckAllocation(options.allocation);
}

}  // namespace consilium::air
