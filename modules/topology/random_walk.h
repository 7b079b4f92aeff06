#ifndef CONSILIUM_MODULES_TOPOLOGY_RANDOM_WALK_H_
#define CONSILIUM_MODULES_TOPOLOGY_RANDOM_WALK_H_

#include <optional>
#include <vector>

#include "base/random.h"
#include "base/status.h"
#include "modules/topology/mixing_scheme.h"
#include "modules/topology/site_spectra.h"
#include "modules/topology/walk_modes.h"

namespace consilium::topology {

// The random walk of Vogels, Hendrikx and Jaggi 2022 (docs/papers.md, Beyond spectral gap):
//   x(t+1) = W_t (sqrt(decay) x(t) + noise),  noise ~ N(0, I).
// Its covariance C at the end of a period says how well a scheme averages noise that decays so
// fast: C <- W_t (decay C + I) W_t' from phase to phase. Immutable, so thread-safe. The
// decomposition is done once, for any number of decays: 1,000 sites take about a second; of more
// there are site_spectra.h. Schemes without a common basis of their phases (walk_modes.h) are
// solved anew for each decay, by doubling (Smith 1968) or, if they are large, by iteration.
//
// Requires decays in [0, 1): ask CheckDecay.
class RandomWalk {
 public:
  explicit RandomWalk(MixingScheme scheme);

  int size() const { return scheme_.size(); }
  const MixingScheme& scheme() const { return scheme_; }
  const std::optional<WalkModes>& modes() const { return modes_; }
  const std::optional<SiteSpectra>& spectra() const { return spectra_; }

  // Another decay costs little.
  bool decomposed() const { return modes_ || spectra_; }

  double MeanVariance(double decay) const;             // over the sites
  std::vector<double> Variances(double decay) const;   // of each site
  std::vector<double> Covariance(double decay) const;  // row-major n x n

  // Of each site after each step of a period: [phase][site]. The last are Variances.
  std::vector<std::vector<double>> PhaseVariances(double decay) const;

  // 1 - |second largest eigenvalue| of the product of a period's phases, as a mean over its steps:
  // 1 - |lambda|^(1/period). 1 for one site.
  double SpectralGap() const;

 private:
  MixingScheme scheme_;
  std::optional<SiteSpectra> spectra_;  // either these or modes, or neither
  std::optional<WalkModes> modes_;
};

// Refuses decays outside [0, 1).
Status CheckDecay(double decay);

// The variances at one decay, without a decomposition where that is faster: for 32 sites a few
// microseconds. The same as RandomWalk's to about 1e-12. Requires a decay in [0, 1).
std::vector<double> VariancesAt(const MixingScheme& scheme, double decay);

// Each site's mean square at the ends of `periods` periods, over `walks` walks at a time that have
// forgotten their beginning. Requires a decay in [0, 1) and positive counts.
std::vector<double> SimulatedVariances(const MixingScheme& scheme, double decay, int walks,
                                       int periods, Random& random);

}  // namespace consilium::topology

#endif  // CONSILIUM_MODULES_TOPOLOGY_RANDOM_WALK_H_
