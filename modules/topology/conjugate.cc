#include "modules/topology/conjugate.h"

#include <algorithm>

namespace consilium::topology {
namespace {

void Mix(const SparseMixing& mixing, size_t n, const double* __restrict from,
         double* __restrict to) {
  for (size_t i = 0; i < n; ++i) {
    double* const row = to + i * n;
    std::fill(row, row + n, 0.0);
    for (const auto& [site, weight] : mixing.Row(static_cast<int>(i))) {
      const double* const other = from + static_cast<size_t>(site) * n;
      for (size_t j = 0; j < n; ++j) row[j] += weight * other[j];
    }
  }
}

void Transpose(const double* __restrict from, size_t n, double* __restrict to) {
  constexpr size_t kTile = 16;
  for (size_t i = 0; i < n; i += kTile) {
    for (size_t j = 0; j < n; j += kTile) {
      for (size_t a = i; a < std::min(n, i + kTile); ++a) {
        for (size_t b = j; b < std::min(n, j + kTile); ++b) to[b * n + a] = from[a * n + b];
      }
    }
  }
}

}  // namespace

void Conjugation::Apply(const SparseMixing& mixing, std::vector<double>& x) {
  if (mixing.IsIdentity()) return;
  Mix(mixing, n_, x.data(), out_.data());
  Transpose(out_.data(), n_, half_.data());
  Mix(mixing, n_, half_.data(), x.data());
}

}  // namespace consilium::topology
