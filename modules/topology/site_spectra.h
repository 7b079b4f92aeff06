#ifndef CONSILIUM_MODULES_TOPOLOGY_SITE_SPECTRA_H_
#define CONSILIUM_MODULES_TOPOLOGY_SITE_SPECTRA_H_

#include <optional>
#include <vector>

#include "modules/topology/mixing_scheme.h"

namespace consilium::topology {

// What a random walk on a large sparse graph needs of its symmetric matrix, without eigenvectors:
// of each site the first coefficients of Lanczos' iteration (1950) from that site, from which its
// variance follows by a continued fraction (Golub and Meurant 1994). To 1e-9 for decays up to 0.99,
// to about 1e-3 at 0.999 on graphs that mix as slowly as a chain.
class SiteSpectra {
 public:
  // Nothing for schemes of several phases, that are not symmetric, have no more than 1,000 sites or
  // more than 64 shares a site on average.
  static std::optional<SiteSpectra> Of(const MixingScheme& scheme);

  std::vector<double> Variances(double decay) const;

  // The second largest modulus.
  double SecondEigenvalue() const { return second_; }

 private:
  // Of the tridiagonal matrix: its diagonal and the squares beside it.
  struct Coefficients {
    std::vector<double> diagonal, beside;
  };

  static Coefficients Lanczos(const SparseMixing& mixing, std::vector<double> now, int most);

  std::vector<Coefficients> sites_;
  double second_ = 0;
};

}  // namespace consilium::topology

#endif  // CONSILIUM_MODULES_TOPOLOGY_SITE_SPECTRA_H_
