#include "modules/topology/walk_modes.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <utility>

#include "modules/topology/eigenvalues.h"

namespace consilium::topology {
namespace {

// cos and sin of 2 pi m / n for m = 0 .. n-1.
struct Circle {
  explicit Circle(size_t n) : cosine(n), sine(n) {
    for (size_t m = 0; m < n; ++m) {
      const double angle = 2 * std::numbers::pi * static_cast<double>(m) / static_cast<double>(n);
      cosine[m] = std::cos(angle);
      sine[m] = std::sin(angle);
    }
  }
  std::vector<double> cosine, sine;
};

// |sum_j share_j exp(2 pi i j k / n)|^2 for all k; that of k and n-k is the same.
std::vector<double> FourierGains(const SparseMixing& mixing, const Circle& circle) {
  const auto n = static_cast<size_t>(mixing.size());
  std::vector<double> gains(n, 1.0);
  for (size_t k = 1; 2 * k <= n; ++k) {
    double real = 0, imaginary = 0;
    for (const auto& [from, weight] : mixing.Row(0)) {
      const size_t at = static_cast<size_t>(from) * k % n;
      real += weight * circle.cosine[at];
      imaginary += weight * circle.sine[at];
    }
    gains[k] = gains[n - k] = std::min(1.0, real * real + imaginary * imaginary);
  }
  return gains;
}

// The one symmetric matrix that every phase is, or else the identity; nullptr if there is none.
const SparseMixing* OnlySymmetric(const MixingScheme& scheme) {
  const SparseMixing* only = &scheme.Phase(0);
  for (const SparseMixing& phase : scheme.phases()) {
    if (phase.IsIdentity()) continue;
    if (!only->IsIdentity() && !(*only == phase)) return nullptr;
    only = &phase;
  }
  return only->IsSymmetric() ? only : nullptr;
}

// Column by column.
std::vector<double> Dense(const SparseMixing& mixing) {
  const auto n = static_cast<size_t>(mixing.size());
  std::vector<double> dense(n * n, 0.0);
  for (size_t i = 0; i < n; ++i) {
    for (const auto& [from, weight] : mixing.Row(static_cast<int>(i))) {
      dense[static_cast<size_t>(from) * n + i] = weight;
    }
  }
  return dense;
}

// A mean is kept, so an eigenvalue is 1; rounding must not make it more or a little less.
double Gain(double eigenvalue) {
  const double gain = eigenvalue * eigenvalue;
  return gain > 1 - 1e-13 ? 1 : gain;
}

}  // namespace

std::optional<WalkModes> WalkModes::Of(const MixingScheme& scheme) {
  WalkModes modes;
  const auto& phases = scheme.phases();
  if (std::all_of(phases.begin(), phases.end(), [](const auto& p) { return p.IsCirculant(); })) {
    const Circle circle(static_cast<size_t>(scheme.size()));
    for (const auto& phase : phases) modes.gains_.push_back(FourierGains(phase, circle));
    return modes;
  }
  const SparseMixing* only = OnlySymmetric(scheme);
  if (only == nullptr) return std::nullopt;
  Eigenmodes found = SymmetricEigenmodes(Dense(*only), only->size());
  std::vector<double> gains;
  for (const double eigenvalue : found.values) gains.push_back(Gain(eigenvalue));
  for (const auto& phase : phases) {
    modes.gains_.push_back(phase.IsIdentity() ? std::vector<double>(gains.size(), 1.0) : gains);
  }
  modes.vectors_ = std::move(found.vectors);
  return modes;
}

std::vector<double> WalkModes::Diagonal(std::span<const double> values) const {
  const size_t n = size();
  if (circulant()) {
    const double mean = std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(n);
    return std::vector<double>(n, mean);
  }
  std::vector<double> diagonal(n, 0.0);
  for (size_t k = 0; k < n; ++k) {
    const double value = values[k];
    const double* vector = vectors_.data() + k * n;
    for (size_t i = 0; i < n; ++i) diagonal[i] += value * vector[i] * vector[i];
  }
  return diagonal;
}

std::vector<double> WalkModes::Matrix(std::span<const double> values) const {
  if (!circulant()) return OfEigenmodes(vectors_, values);
  const size_t n = size();
  std::vector<double> matrix(n * n);
  const Circle circle(n);
  for (size_t apart = 0; apart < n; ++apart) {
    double sum = 0;
    for (size_t k = 0; k < n; ++k) sum += values[k] * circle.cosine[apart * k % n];
    for (size_t i = 0; i < n; ++i) matrix[i * n + (i + apart) % n] = sum / static_cast<double>(n);
  }
  return matrix;
}

}  // namespace consilium::topology
