#ifndef CONSILIUM_MODULES_TOPOLOGY_REACH_H_
#define CONSILIUM_MODULES_TOPOLOGY_REACH_H_

#include "modules/topology/mixing_scheme.h"

namespace consilium::topology {

// Who hears of whom in a mixing scheme, in the direction in which its shares go.
struct Reach {
  int links = 0;             // ordered pairs whose second hears its first in some step of a period
  int fewest = 0, most = 0;  // to how many others a site sends
  bool all = false;          // in the end every site has heard of every other; 0 below if not
  int diameter = 0;          // hops along links, at most
  double mean_hops = 0;      // over all n^2 ordered pairs
  int steps = 0;             // until every site has heard of every other, from the first phase on
};

Reach ReachOf(const MixingScheme& scheme);

}  // namespace consilium::topology

#endif  // CONSILIUM_MODULES_TOPOLOGY_REACH_H_
