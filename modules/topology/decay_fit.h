#ifndef CONSILIUM_MODULES_TOPOLOGY_DECAY_FIT_H_
#define CONSILIUM_MODULES_TOPOLOGY_DECAY_FIT_H_

#include <span>

#include "base/status.h"
#include "modules/topology/random_walk.h"

namespace consilium::topology {

// How a problem fared on one scheme, its learning rate tuned: a loss, a rate, a number of steps.
struct SchemeResult {
  const RandomWalk* walk = nullptr;  // must outlive the call
  double result = 0;
};

struct DecayFit {
  double decay = 0;
  double explained = 0;  // share of the results' variance that the order by neighbours explains
};

// The one decay that stands for a problem (docs/papers.md, Beyond spectral gap): that at which the
// results are as nearly as can be a rising or falling function of the effective neighbours (mean),
// by isotonic regression; of decays that do equally well, that at which they are most nearly a
// straight line over the logarithm of the neighbours. Searched from 0 to 0.9999. Refuses fewer than
// three results, results that are all the same and those that are not finite.
StatusOr<DecayFit> FitDecay(std::span<const SchemeResult> results);

}  // namespace consilium::topology

#endif  // CONSILIUM_MODULES_TOPOLOGY_DECAY_FIT_H_
