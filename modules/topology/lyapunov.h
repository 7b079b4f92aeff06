#ifndef CONSILIUM_MODULES_TOPOLOGY_LYAPUNOV_H_
#define CONSILIUM_MODULES_TOPOLOGY_LYAPUNOV_H_

#include <vector>

#include "modules/topology/mixing_scheme.h"

namespace consilium::topology {

// The fixed point of C <- W_t (decay C + I) W_t' over a period, for any scheme, as it is at the
// period's end; row-major n x n. Requires a decay in [0, 1).
std::vector<double> PeriodicLyapunov(const MixingScheme& scheme, double decay);

// Its diagonal after each phase: [phase][site].
std::vector<std::vector<double>> PeriodicVariances(const MixingScheme& scheme, double decay);

// The diagonal of the same for one symmetric matrix: of W^2 (I - decay W^2)^-1.
std::vector<double> SymmetricVariances(const SparseMixing& mixing, double decay);

// The second largest modulus of an eigenvalue of the product of a period's phases. Requires two
// sites or more.
double SecondEigenvalue(const MixingScheme& scheme);

}  // namespace consilium::topology

#endif  // CONSILIUM_MODULES_TOPOLOGY_LYAPUNOV_H_
