#ifndef CONSILIUM_MODULES_TOPOLOGY_EFFECTIVE_NEIGHBORS_H_
#define CONSILIUM_MODULES_TOPOLOGY_EFFECTIVE_NEIGHBORS_H_

#include <vector>

#include "base/status.h"
#include "modules/topology/random_walk.h"

namespace consilium::topology {

// With how many sites a site in effect averages, if old noise decays so fast (docs/papers.md,
// Beyond spectral gap): the variance 1/(1 - decay) of a site alone, over that of a site of the
// scheme. 1 alone, n if all average with all; at decay 0 those heard in one step, towards decay 1
// all that can be reached.
struct EffectiveNeighbors {
  double mean = 0;           // by the mean of the sites' variances
  double worst = 0;          // by the largest: what rates depend on
  std::vector<double> each;  // by the site's own
};

// At the end of a period. Refuses decays outside [0, 1); so below.
StatusOr<EffectiveNeighbors> EffectiveNeighborsOf(const RandomWalk& walk, double decay);

struct PeriodNeighbors {
  // By the means of variances over the steps of a period, and `worst` by the largest in any of
  // them. Local steps leave a site alone for most of the time, whatever it knows after the mean.
  EffectiveNeighbors over;
  EffectiveNeighbors at_end;
};

StatusOr<PeriodNeighbors> PeriodNeighborsOf(const RandomWalk& walk, double decay);

// The same for a single decay, faster (VariancesAt).
StatusOr<EffectiveNeighbors> EffectiveNeighborsOf(const MixingScheme& scheme, double decay);

}  // namespace consilium::topology

#endif  // CONSILIUM_MODULES_TOPOLOGY_EFFECTIVE_NEIGHBORS_H_
