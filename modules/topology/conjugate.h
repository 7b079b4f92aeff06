#ifndef CONSILIUM_MODULES_TOPOLOGY_CONJUGATE_H_
#define CONSILIUM_MODULES_TOPOLOGY_CONJUGATE_H_

#include <vector>

#include "modules/topology/mixing_scheme.h"

namespace consilium::topology {

// x <- W x W' for a symmetric matrix x, row-major n x n. It costs n times as much as W has shares.
// An object keeps room for its work, so use it from one thread at a time.
class Conjugation {
 public:
  explicit Conjugation(size_t n) : n_(n), half_(n * n), out_(n * n) {}

  // Requires mixing.size() == n and x.size() == n * n.
  void Apply(const SparseMixing& mixing, std::vector<double>& x);

 private:
  size_t n_;
  std::vector<double> half_, out_;
};

}  // namespace consilium::topology

#endif  // CONSILIUM_MODULES_TOPOLOGY_CONJUGATE_H_
