#ifndef CONSILIUM_LAB_EXPERIMENTS_QUADRATICS_H_
#define CONSILIUM_LAB_EXPERIMENTS_QUADRATICS_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace consilium::experiments {

// Random quadratics of RelaySGD (docs/papers.md, Random quadratics): site i has
// f_i(x) = |A_i x - b_i|^2 with the singular values of A_i evenly from 0.5 to 1; the federation
// minimises their mean. The optimum is at distance 1 from 0, and the sites' gradients there have a
// mean squared norm of `heterogeneity`. Immutable, so thread-safe.
class Quadratics {
 public:
  Quadratics(int sites, size_t size, double heterogeneity, uint64_t seed);

  int sites() const { return static_cast<int>(axes_.size()); }
  size_t size() const { return optimum_.size(); }

  // A_i'(A_i x - b_i), as the authors' code has it: without the factor 2.
  std::vector<double> Gradient(int site, std::span<const double> x) const;

  // f(mean of the models) - f(optimum), for one model of each site.
  double Above(const std::vector<std::vector<double>>& models) const;

 private:
  std::vector<double> Curved(size_t site, std::span<const double> x) const;

  std::vector<double> optimum_;
  std::vector<std::vector<std::vector<double>>> axes_;  // [site][k]: right singular vectors
  std::vector<std::vector<double>> pulls_;              // gradients at the optimum
};

}  // namespace consilium::experiments

#endif  // CONSILIUM_LAB_EXPERIMENTS_QUADRATICS_H_
