#include "modules/topology/differing_sites.h"

#include <algorithm>
#include <cmath>

#include "modules/topology/eigenvalues.h"
#include "modules/topology/mixing.h"

namespace consilium::topology {
namespace {

constexpr double kFloor = -0.3;  // modules/schedule/make_exchange.h
constexpr int kSteps = 400;
constexpr int kCounted = 100;  // the last of them
constexpr int kGrid = 32;

// The second moments of D-squared in one eigenvector: of x, and of p = x + update of the step
// before, x(t+1) = lambda (2 x + update - p).
struct Moments {
  double xx = 1, xp = 1, pp = 1;

  Moments Next(double lambda, double eta, double noise) const {
    const double keeps = 1 - eta, doubled = 2 - eta;
    return {lambda * lambda * (doubled * doubled * xx - 2 * doubled * xp + pp + noise),
            lambda * (doubled * keeps * xx - keeps * xp + noise), keeps * keeps * xx + noise};
  }
  // The mean moves as without correction: p is x.
  Moments NextOfMean(double eta, double noise) const {
    const double next = (1 - eta) * (1 - eta) * xx + noise;
    return {next, next, next};
  }
  Moments Over(double scale) const { return {xx / scale, xp / scale, pp / scale}; }
};

}  // namespace

std::vector<double> MixingEigenvalues(const Graph& graph) {
  std::vector<double> eigenvalues = SymmetricEigenvalues(MetropolisMatrix(graph), graph.size());
  eigenvalues.back() = 1;
  return eigenvalues;
}

std::vector<double> DSquaredEigenvalues(const Graph& graph) {
  const std::vector<double> matrix = MetropolisMatrix(graph);
  const auto n = static_cast<size_t>(graph.size());
  const auto shared = [&](int site) { return 1 - matrix[static_cast<size_t>(site) * (n + 1)]; };
  double most = 0;
  for (const auto& [a, b] : graph.Edges()) most = std::max(most, shared(a) + shared(b));
  const double part = most > 0 ? std::min(1.0, (1 - kFloor) / most) : 1;
  std::vector<double> eigenvalues = MixingEigenvalues(graph);
  for (double& lambda : eigenvalues) lambda = 1 - part * (1 - lambda);
  return eigenvalues;
}

double LeftApart(double second, double learning_rate) {
  return learning_rate * second / (1 - (1 - learning_rate) * second);
}

double LearningRateLeaving(double second, double most) {
  if (second <= most) return 1;
  return std::min(1.0, most * (1 - second) / ((1 - most) * second));
}

std::optional<double> DSquaredRate(std::span<const double> eigenvalues, const QuadraticStep& step) {
  const double eta = step.learning_rate;
  const auto n = static_cast<double>(eigenvalues.size());
  std::vector<Moments> modes(eigenvalues.size());
  double log_growth = 0, square = 1;  // of x, mean over the sites
  for (int t = 0; t < kSteps; ++t) {
    const double noise = (step.zeta - 1) * eta * eta * square;
    double next = 0;
    for (size_t k = 0; k < modes.size(); ++k) {
      const bool is_mean = k + 1 == modes.size();
      modes[k] =
          is_mean ? modes[k].NextOfMean(eta, noise) : modes[k].Next(eigenvalues[k], eta, noise);
      next += modes[k].xx / n;
    }
    if (!(next > 0) || !std::isfinite(next)) return std::nullopt;
    if (t >= kSteps - kCounted) log_growth += std::log(next / square);
    for (Moments& mode : modes) mode = mode.Over(next);
    square = 1;
  }
  const double rate = 1 - std::exp(log_growth / kCounted);
  return rate > 0 ? std::optional<double>(rate) : std::nullopt;
}

BestRate BestDSquaredRate(std::span<const double> eigenvalues, double zeta) {
  const auto n = static_cast<double>(eigenvalues.size());
  const double low = 0.1 / zeta, high = std::min(1.0, n / (n - 1 + zeta));
  BestRate best{low, 0};
  for (int i = 0; i <= kGrid; ++i) {
    const double eta = low * std::pow(high / low, static_cast<double>(i) / kGrid);
    const double rate = DSquaredRate(eigenvalues, {eta, zeta}).value_or(0);
    if (rate > best.rate) best = {eta, rate};
  }
  return best;
}

}  // namespace consilium::topology
