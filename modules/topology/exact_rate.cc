#include <algorithm>
#include <cmath>
#include <numeric>

#include "modules/topology/conjugate.h"
#include "modules/topology/eigenvalues.h"
#include "modules/topology/quadratic_rate.h"

namespace consilium::topology {
namespace {

constexpr double kTolerance = 1e-13;
constexpr int kMostAtOnce = 256;  // sites for which time matters less than the last digit

// (1 - eta)^2 X + (zeta - 1) eta^2 diag(X).
struct Step {
  double kept, noise;
};

// The limit of what `apply` returns: the growth of x in a step of power iteration.
template <typename Apply>
double PowerRadius(const Apply& apply) {
  constexpr int kMost = 100000;
  double before = 0;
  for (int step = 0; step < kMost; ++step) {
    const double radius = apply();
    if (step > 3 && std::abs(radius - before) < kTolerance * radius) return radius;
    before = radius;
  }
  return before;
}

// Divides by the sum, which it returns. Requires non-negative values, not all 0.
double Normalise(std::vector<double>& values) {
  const double sum = std::accumulate(values.begin(), values.end(), 0.0);
  for (double& value : values) value /= sum;
  return sum;
}

// X stays circulant, so its Fourier coefficients are all there is; its diagonal is their mean.
double FourierRadius(const WalkModes& modes, const Step& step) {
  std::vector<double> x(modes.size(), 1.0);
  Normalise(x);
  return PowerRadius([&] {
    for (const auto& gains : modes.gains()) {
      const double mean = std::accumulate(x.begin(), x.end(), 0.0) / static_cast<double>(x.size());
      for (size_t k = 0; k < x.size(); ++k) {
        x[k] = gains[k] * (step.kept * x[k] + step.noise * mean);
      }
    }
    return Normalise(x);
  });
}

// Row-major n x n.
using Matrix = std::vector<double>;

// One period.
void Apply(const MixingScheme& scheme, const Step& step, Conjugation& conjugation, Matrix& x) {
  const auto n = static_cast<size_t>(scheme.size());
  for (const SparseMixing& phase : scheme.phases()) {
    for (double& value : x) value *= step.kept;
    for (size_t i = 0; i < n; ++i) x[i * n + i] *= 1 + step.noise / step.kept;
    conjugation.Apply(phase, x);
  }
}

double DensePowerRadius(const MixingScheme& scheme, const Step& step) {
  const auto n = static_cast<size_t>(scheme.size());
  Conjugation conjugation(n);
  Matrix x(n * n, 1.0);
  Normalise(x);
  return PowerRadius([&] {
    Apply(scheme, step, conjugation, x);
    return Normalise(x);
  });
}

// Power iteration with momentum (Xu et al. 2018), to about 1e-6: without the noise on the diagonal
// no eigenvalue is beyond kept^period, and near there most of the others are, on the real axis but
// for small ones. Nothing where that is not so and it does not converge.
std::optional<double> MomentumRadius(const MixingScheme& scheme, const Step& step) {
  constexpr int kMost = 200;
  constexpr double kEnough = 1e-7, kPoor = 1e-5;
  const auto n = static_cast<size_t>(scheme.size());
  const double band = std::pow(step.kept, scheme.period()), beta = band * band / 4;
  Conjugation conjugation(n);
  Matrix now(n * n, 1.0), last(n * n, 0.0), next;
  Normalise(now);
  double growth = 1, before = 0;
  for (int round = 0; round < kMost; ++round) {
    next = now;
    Apply(scheme, step, conjugation, next);
    for (size_t k = 0; k < next.size(); ++k) next[k] -= beta / growth * last[k];
    growth = Normalise(next);
    if (!(growth > 0) || !std::isfinite(growth)) return std::nullopt;
    last.swap(now);
    now.swap(next);
    const double radius = growth + beta / growth;
    const double moved = std::abs(radius - before);
    if (moved < kEnough * radius || (round + 1 == kMost && moved < kPoor * radius)) return radius;
    before = radius;
  }
  return std::nullopt;
}

// The map is a S K S with K = W x W and S = 1, but sqrt(1 + b/a) on the diagonal of X: symmetric.
// Lost orthogonality gives copies of an eigenvalue only, so the largest stays right.
double LanczosRadius(const SparseMixing& mixing, const Step& step) {
  constexpr int kMost = 3000, kEvery = 6;
  const auto n = static_cast<size_t>(mixing.size());
  const double scale = std::sqrt(1 + step.noise / step.kept);
  Matrix now(n * n, 1.0), last(n * n, 0.0), out;
  Conjugation conjugation(n);
  for (size_t i = 0; i < n; ++i) now[i * n + i] = 1 + static_cast<double>(n) * scale;
  double norm = std::sqrt(std::inner_product(now.begin(), now.end(), now.begin(), 0.0));
  for (double& value : now) value /= norm;
  std::vector<double> diagonal, beside;
  double largest = 0;
  for (int round = 1; round <= kMost; ++round) {
    out = now;
    for (size_t i = 0; i < n; ++i) out[i * n + i] *= scale;
    conjugation.Apply(mixing, out);
    for (size_t i = 0; i < n; ++i) out[i * n + i] *= scale;
    const double alpha = std::inner_product(out.begin(), out.end(), now.begin(), 0.0);
    const double beta = beside.empty() ? 0 : beside.back();
    double square = 0;
    for (size_t k = 0; k < out.size(); ++k) {
      out[k] -= alpha * now[k] + beta * last[k];
      square += out[k] * out[k];
    }
    diagonal.push_back(alpha);
    norm = std::sqrt(square);
    const bool exhausted = norm < 1e-14;
    if (round % kEvery == 0 || exhausted) {
      const double found = TridiagonalEigenvalues(diagonal, beside).back();
      if (exhausted || found - largest < kTolerance * found) return step.kept * found;
      largest = found;
    }
    beside.push_back(norm);
    for (double& value : out) value /= norm;
    last.swap(now);
    now.swap(out);
  }
  return step.kept * largest;
}

double Radius(const RandomWalk& walk, const Step& step) {
  const MixingScheme& scheme = walk.scheme();
  if (walk.modes() && walk.modes()->circulant()) return FourierRadius(*walk.modes(), step);
  if (scheme.period() == 1 && (walk.modes() || walk.spectra())) {
    return LanczosRadius(scheme.Phase(0), step);
  }
  if (scheme.size() > kMostAtOnce) {
    if (const auto radius = MomentumRadius(scheme, step)) return *radius;
  }
  return DensePowerRadius(scheme, step);
}

}  // namespace

std::optional<double> ExactRate(const RandomWalk& walk, const QuadraticStep& step) {
  const double away = 1 - step.learning_rate;
  // At a learning rate of 1 nothing is kept: a little more, to divide by.
  const Step map = {std::max(away * away, 1e-12),
                    (step.zeta - 1) * step.learning_rate * step.learning_rate};
  if (walk.scheme().period() == 1 && walk.modes() && walk.modes()->circulant()) {
    return PredictedRate(walk, step);  // all sites are alike
  }
  const double rate = 1 - std::pow(Radius(walk, map), 1.0 / walk.scheme().period());
  if (!(rate >= 0)) return std::nullopt;
  return rate;
}

}  // namespace consilium::topology
