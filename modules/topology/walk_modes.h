#ifndef CONSILIUM_MODULES_TOPOLOGY_WALK_MODES_H_
#define CONSILIUM_MODULES_TOPOLOGY_WALK_MODES_H_

#include <optional>
#include <span>
#include <vector>

#include "modules/topology/mixing_scheme.h"

namespace consilium::topology {

// The phases of a mixing scheme in an orthonormal basis that diagonalises all of them, where there
// is one: the Fourier basis if all are circulant, the eigenvectors of W if all are W = W' or the
// identity. A random walk then consists of n numbers that know nothing of each other.
class WalkModes {
 public:
  // Nothing for schemes without such a basis.
  static std::optional<WalkModes> Of(const MixingScheme& scheme);

  size_t size() const { return gains_.front().size(); }

  // |eigenvalue|^2 of each phase: [phase][mode].
  const std::vector<std::vector<double>>& gains() const { return gains_; }

  // The eigenvectors are of unit entries: a mode is equally strong at every site.
  bool circulant() const { return vectors_.empty(); }

  // sum over the modes of values[k] |v_k(i)|^2, for every site i: the diagonal of the matrix that
  // has these eigenvalues. Requires values.size() == size(); so below.
  std::vector<double> Diagonal(std::span<const double> values) const;

  // The whole matrix, row-major.
  std::vector<double> Matrix(std::span<const double> values) const;

 private:
  std::vector<std::vector<double>> gains_;
  std::vector<double> vectors_;  // mode k at site i: [k * n + i]; empty: the Fourier basis
};

}  // namespace consilium::topology

#endif  // CONSILIUM_MODULES_TOPOLOGY_WALK_MODES_H_
