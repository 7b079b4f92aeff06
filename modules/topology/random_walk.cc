#include "modules/topology/random_walk.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "modules/topology/lyapunov.h"

namespace consilium::topology {
namespace {

// Of each mode, the fixed point of c <- gain (decay c + 1) over the phases.
std::vector<double> Stationary(const WalkModes& modes, double decay) {
  std::vector<double> values(modes.size());
  for (size_t k = 0; k < values.size(); ++k) {
    double slope = 1, offset = 0;
    for (const auto& phase : modes.gains()) {
      slope *= phase[k] * decay;
      offset = phase[k] * (decay * offset + 1);
    }
    values[k] = offset / (1 - slope);
  }
  return values;
}

std::vector<double> DiagonalOf(const std::vector<double>& matrix, size_t n) {
  std::vector<double> diagonal(n);
  for (size_t i = 0; i < n; ++i) diagonal[i] = matrix[i * n + i];
  return diagonal;
}

}  // namespace

Status CheckDecay(double decay) {
  if (decay >= 0 && decay < 1) return OkStatus();
  return InvalidArgument("decay {}: expected 0 or more and less than 1", decay);
}

RandomWalk::RandomWalk(MixingScheme scheme) : scheme_(std::move(scheme)) {
  if (!scheme_.Phase(0).IsCirculant()) spectra_ = SiteSpectra::Of(scheme_);
  if (!spectra_) modes_ = WalkModes::Of(scheme_);
}

double RandomWalk::MeanVariance(double decay) const {
  const std::vector<double> parts = modes_ ? Stationary(*modes_, decay) : Variances(decay);
  return std::accumulate(parts.begin(), parts.end(), 0.0) / static_cast<double>(parts.size());
}

std::vector<double> RandomWalk::Variances(double decay) const {
  if (modes_) return modes_->Diagonal(Stationary(*modes_, decay));
  if (spectra_) return spectra_->Variances(decay);
  return DiagonalOf(Covariance(decay), static_cast<size_t>(size()));
}

std::vector<double> RandomWalk::Covariance(double decay) const {
  if (modes_) return modes_->Matrix(Stationary(*modes_, decay));
  return PeriodicLyapunov(scheme_, decay);
}

std::vector<std::vector<double>> RandomWalk::PhaseVariances(double decay) const {
  if (scheme_.period() == 1) return {Variances(decay)};
  if (!modes_) return PeriodicVariances(scheme_, decay);
  std::vector<std::vector<double>> variances;
  std::vector<double> values = Stationary(*modes_, decay);
  for (const auto& gains : modes_->gains()) {
    for (size_t k = 0; k < values.size(); ++k) values[k] = gains[k] * (decay * values[k] + 1);
    variances.push_back(modes_->Diagonal(values));
  }
  return variances;
}

double RandomWalk::SpectralGap() const {
  if (size() == 1) return 1;
  const double root = 1.0 / scheme_.period();
  if (spectra_) return 1 - spectra_->SecondEigenvalue();
  if (!modes_) return 1 - std::pow(SecondEigenvalue(scheme_), root);
  std::vector<double> moduli(modes_->size(), 1.0);
  for (const auto& phase : modes_->gains()) {
    for (size_t k = 0; k < moduli.size(); ++k) moduli[k] *= std::sqrt(phase[k]);
  }
  std::nth_element(moduli.begin(), moduli.begin() + 1, moduli.end(), std::greater<>());
  constexpr double kRounding = 1e-12;  // of a period that ends in the exact mean
  return moduli[1] < kRounding ? 1 : 1 - std::pow(moduli[1], root);
}

std::vector<double> VariancesAt(const MixingScheme& scheme, double decay) {
  const SparseMixing& first = scheme.Phase(0);
  if (scheme.period() == 1 && !first.IsCirculant() && first.IsSymmetric()) {
    return SymmetricVariances(first, decay);
  }
  if (const auto modes = WalkModes::Of(scheme)) return modes->Diagonal(Stationary(*modes, decay));
  return DiagonalOf(PeriodicLyapunov(scheme, decay), static_cast<size_t>(scheme.size()));
}

std::vector<double> SimulatedVariances(const MixingScheme& scheme, double decay, int walks,
                                       int periods, Random& random) {
  constexpr double kForgotten = 1e-4;
  const auto n = static_cast<size_t>(scheme.size()), width = static_cast<size_t>(walks);
  const int forget =
      decay > 0 ? static_cast<int>(std::log(kForgotten) / std::log(decay) / scheme.period()) + 1
                : 1;
  std::vector<double> now(n * width, 0.0), next(n * width), squares(n, 0.0);
  for (int step = 0; step < (forget + periods) * scheme.period(); ++step) {
    for (double& value : now) value = std::sqrt(decay) * value + random.Normal();
    std::fill(next.begin(), next.end(), 0.0);
    const SparseMixing& mixing = scheme.Phase(step);
    for (size_t i = 0; i < n; ++i) {
      for (const auto& [from, weight] : mixing.Row(static_cast<int>(i))) {
        const double* other = now.data() + static_cast<size_t>(from) * width;
        for (size_t w = 0; w < width; ++w) next[i * width + w] += weight * other[w];
      }
    }
    now.swap(next);
    if ((step + 1) % scheme.period() != 0 || step < forget * scheme.period()) continue;
    for (size_t at = 0; at < now.size(); ++at) squares[at / width] += now[at] * now[at];
  }
  for (double& square : squares) square /= static_cast<double>(walks) * periods;
  return squares;
}

}  // namespace consilium::topology
