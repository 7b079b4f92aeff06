#include "modules/topology/site_spectra.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "modules/topology/eigenvalues.h"

namespace consilium::topology {
namespace {

constexpr int kFewest = 1000;       // sites, up to which eigenvectors are found in a second
constexpr size_t kMostShares = 64;  // a site
constexpr int kSteps = 100;
constexpr int kGapSteps = 3000;

// Less the mean, which is kept: its eigenvalue is known. Returns the norm that is left.
double LessMean(std::vector<double>& x) {
  const double mean = std::accumulate(x.begin(), x.end(), 0.0) / static_cast<double>(x.size());
  double square = 0;
  for (double& value : x) value -= mean, square += value * value;
  return std::sqrt(square);
}

// The first entry of (I - root T)^-1.
double FirstOfInverse(const std::vector<double>& diagonal, const std::vector<double>& beside,
                      double root) {
  double rest = 1 - root * diagonal.back();
  for (size_t k = diagonal.size() - 1; k-- > 0;) {
    rest = 1 - root * diagonal[k] - root * root * beside[k] / rest;
  }
  return 1 / rest;
}

// The first entry of T^2 (I - decay T^2)^-1; of its series, where the inverse loses digits.
double FirstVariance(const std::vector<double>& diagonal, const std::vector<double>& beside,
                     double decay) {
  constexpr double kSmall = 1e-5;
  if (decay < kSmall) {
    const double first = beside.empty() ? 0 : beside[0];
    const double second = beside.size() < 2 ? 0 : beside[1];
    const double trace = diagonal[0] + (beside.empty() ? 0 : diagonal[1]);
    const double square = diagonal[0] * diagonal[0] + first;
    return square + decay * (square * square + first * trace * trace + first * second);
  }
  const double root = std::sqrt(decay);
  const double sum =
      FirstOfInverse(diagonal, beside, root) + FirstOfInverse(diagonal, beside, -root);
  return (sum / 2 - 1) / decay;
}

}  // namespace

// Without orthogonalising again: lost orthogonality repeats eigenvalues, which harms neither
// continued fractions nor the largest.
SiteSpectra::Coefficients SiteSpectra::Lanczos(const SparseMixing& mixing, std::vector<double> now,
                                               int most) {
  const size_t n = now.size();
  std::vector<double> last(n, 0.0), next(n);
  Coefficients made;
  const double first = LessMean(now);
  for (double& value : now) value /= first;
  double beta = 0;
  for (int step = 0; step < most; ++step) {
    double alpha = 0;
    for (size_t i = 0; i < n; ++i) {
      double sum = 0;
      for (const auto& [from, weight] : mixing.Row(static_cast<int>(i))) {
        sum += weight * now[static_cast<size_t>(from)];
      }
      next[i] = sum - beta * last[i];
      alpha += next[i] * now[i];
    }
    made.diagonal.push_back(alpha);
    for (size_t i = 0; i < n; ++i) next[i] -= alpha * now[i];
    beta = LessMean(next);
    if (step + 1 == most || beta < 1e-10) break;
    made.beside.push_back(beta * beta);
    for (double& value : next) value /= beta;
    last.swap(now);
    now.swap(next);
  }
  return made;
}

std::optional<SiteSpectra> SiteSpectra::Of(const MixingScheme& scheme) {
  const auto n = static_cast<size_t>(scheme.size());
  const SparseMixing& mixing = scheme.Phase(0);
  if (scheme.period() != 1 || scheme.size() <= kFewest ||
      mixing.shares().size() > kMostShares * n || !mixing.IsSymmetric()) {
    return std::nullopt;
  }
  SiteSpectra spectra;
  std::vector<double> start(n);
  for (size_t i = 0; i < n; ++i) {
    std::fill(start.begin(), start.end(), 0.0);
    start[i] = 1;
    spectra.sites_.push_back(Lanczos(mixing, start, kSteps));
  }
  for (size_t i = 0; i < n; ++i) start[i] = std::cos(1.0 + 3.7 * static_cast<double>(i * i % 1009));
  const Coefficients all = Lanczos(mixing, start, std::min(2 * scheme.size(), kGapSteps));
  std::vector<double> beside(all.beside.begin(),
                             all.beside.begin() + static_cast<ptrdiff_t>(all.diagonal.size()) - 1);
  for (double& each : beside) each = std::sqrt(each);
  const std::vector<double> eigenvalues = TridiagonalEigenvalues(all.diagonal, beside);
  spectra.second_ = std::min(1.0, std::max(-eigenvalues.front(), eigenvalues.back()));
  return spectra;
}

std::vector<double> SiteSpectra::Variances(double decay) const {
  const double n = static_cast<double>(sites_.size());
  std::vector<double> variances;
  variances.reserve(sites_.size());
  for (const auto& [diagonal, beside] : sites_) {
    const double apart = FirstVariance(diagonal, beside, decay);
    variances.push_back((1 - 1 / n) * apart + 1 / (n * (1 - decay)));
  }
  return variances;
}

}  // namespace consilium::topology
