#include "modules/topology/lyapunov.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>
#include <optional>

#include "modules/topology/conjugate.h"
#include "modules/topology/eigenvalues.h"

namespace consilium::topology {
namespace {

using Eigen::MatrixXd;

constexpr int kMostDoubled = 256;  // sites, of which work with dense matrices is no matter

// W M.
MatrixXd Mixed(const SparseMixing& mixing, const MatrixXd& matrix) {
  using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const RowMajor rows = matrix;
  RowMajor mixed = RowMajor::Zero(matrix.rows(), matrix.cols());
  for (int i = 0; i < mixing.size(); ++i) {
    for (const auto& [from, weight] : mixing.Row(i)) mixed.row(i) += weight * rows.row(from);
  }
  return mixed;
}

std::vector<double> DoubledLyapunov(const MixingScheme& scheme, double decay) {
  const int n = scheme.size();
  MatrixXd covariance = MatrixXd::Zero(n, n), step = MatrixXd::Identity(n, n);
  for (const SparseMixing& phase : scheme.phases()) {
    const MatrixXd left = Mixed(phase, decay * covariance + MatrixXd::Identity(n, n));
    covariance = Mixed(phase, left.transpose());
    step = std::sqrt(decay) * Mixed(phase, step);
  }
  // After k rounds `covariance` is the sum of the first 2^k terms step^m C step'^m.
  constexpr int kRounds = 60;
  for (int round = 0; round < kRounds; ++round) {
    const MatrixXd more = step * covariance * step.transpose();
    covariance += more;
    if (more.cwiseAbs().maxCoeff() < 1e-16 * covariance.cwiseAbs().maxCoeff()) break;
    step = (step * step).eval();
  }
  return {covariance.data(), covariance.data() + covariance.size()};
}

// C <- W (decay C + I) W'.
void Advance(const SparseMixing& mixing, double decay, Conjugation& conjugation,
             std::vector<double>& covariance) {
  const auto n = static_cast<size_t>(mixing.size());
  for (double& value : covariance) value *= decay;
  for (size_t i = 0; i < n; ++i) covariance[i * n + i] += 1;
  conjugation.Apply(mixing, covariance);
}

// The same by a period after the other, of the mean's noise from its fixed point on, each result
// driven `beyond` itself: 1 for not at all, more as suits a map of real eigenvalues (Golub and
// Varga 1961). To about 1e-7. Nothing where they are not and it does not converge.
std::optional<std::vector<double>> IteratedLyapunov(const MixingScheme& scheme, double decay,
                                                    double beyond) {
  constexpr int kMost = 1000;
  constexpr double kEnough = 1e-8;
  const auto n = static_cast<size_t>(scheme.size());
  Conjugation conjugation(n);
  std::vector<double> now(n * n, 1 / ((1 - decay) * static_cast<double>(n))), last = now, next;
  double moved_before = std::numeric_limits<double>::infinity();
  for (int round = 0; round < kMost; ++round) {
    next = now;
    for (const SparseMixing& phase : scheme.phases()) Advance(phase, decay, conjugation, next);
    double moved = 0, largest = 0;
    for (size_t k = 0; k < next.size(); ++k) {
      if (round > 0) next[k] = last[k] + beyond * (next[k] - last[k]);
      moved = std::max(moved, std::abs(next[k] - now[k]));
      largest = std::max(largest, std::abs(next[k]));
    }
    if (moved < kEnough * largest) return next;
    if (!(moved < 100 * moved_before)) return std::nullopt;
    moved_before = std::min(moved, moved_before);
    last.swap(now);
    now.swap(next);
  }
  return std::nullopt;
}

// Where (I - decay W^2)^-1 - I loses digits: the sum of decay^m (W^(2m+2))_ii, whose terms are
// squared norms of W^(m+1) e_i.
std::vector<double> SeriesVariances(const SparseMixing& mixing, double decay) {
  constexpr int kTerms = 5;
  const auto n = static_cast<size_t>(mixing.size());
  std::vector<double> variances(n, 0.0);
  for (size_t i = 0; i < n; ++i) {
    std::vector<double> now(n, 0.0), next(n);
    now[i] = 1;
    double factor = 1;
    for (int term = 0; term < kTerms; ++term, factor *= decay) {
      double square = 0;
      for (size_t j = 0; j < n; ++j) {
        next[j] = 0;
        for (const auto& [from, weight] : mixing.Row(static_cast<int>(j))) {
          next[j] += weight * now[static_cast<size_t>(from)];
        }
        square += next[j] * next[j];
      }
      variances[i] += factor * square;
      now.swap(next);
    }
  }
  return variances;
}

// Sites with few shares first: eliminated in that order, those of trees and stars leave no trace.
std::vector<int> ByShares(const SparseMixing& mixing) {
  std::vector<int> order(static_cast<size_t>(mixing.size()));
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](int a, int b) { return mixing.Row(a).size() < mixing.Row(b).size(); });
  return order;
}

// row[j] -= sum over k in [first, last) of factors[k * stride] rows[k * n + j], for begin <= j < n:
// four rows at a time, those without a part left out. Of rows that are `kUpper` only the entries
// from k on are looked at.
enum class Rows { kFull, kUpper };
template <Rows kind>
void Subtract(const double* __restrict rows, const double* factors, size_t stride, size_t first,
              size_t last, size_t begin, size_t n, double* __restrict row) {
  size_t k = first;
  for (; k + 4 <= last; k += 4) {
    const double a = factors[k * stride], b = factors[(k + 1) * stride];
    const double c = factors[(k + 2) * stride], d = factors[(k + 3) * stride];
    if (a == 0 && b == 0 && c == 0 && d == 0) continue;
    const double* const r = rows + k * n;
    const size_t from = kind == Rows::kUpper ? std::max(begin, k) : begin;
    for (size_t j = from; j < n; ++j) {
      row[j] -= a * r[j] + b * r[n + j] + c * r[2 * n + j] + d * r[3 * n + j];
    }
  }
  for (; k < last; ++k) {
    const double a = factors[k * stride];
    if (a == 0) continue;
    const size_t from = kind == Rows::kUpper ? std::max(begin, k) : begin;
    for (size_t j = from; j < n; ++j) row[j] -= a * rows[k * n + j];
  }
}

// The upper half of I - decay W^2, row-major, site i in row place[i]; zeros below it.
std::vector<double> Resolvent(const SparseMixing& mixing, const std::vector<int>& place,
                              double decay) {
  const size_t n = place.size();
  std::vector<double> dense(n * n, 0.0), resolvent(n * n, 0.0), factors(n);
  for (size_t i = 0; i < n; ++i) {
    double* const row = dense.data() + static_cast<size_t>(place[i]) * n;
    for (const auto& [from, weight] : mixing.Row(static_cast<int>(i))) {
      row[place[static_cast<size_t>(from)]] = weight;
    }
  }
  for (size_t i = 0; i < n; ++i) {
    for (size_t k = 0; k < n; ++k) factors[k] = decay * dense[i * n + k];
    resolvent[i * n + i] = 1;
    Subtract<Rows::kFull>(dense.data(), factors.data(), 1, 0, n, i, n, resolvent.data() + i * n);
  }
  return resolvent;
}

// Turns the upper half of a positive definite matrix into U with U' U = matrix (Cholesky).
void Factor(size_t n, double* matrix) {
  for (size_t i = 0; i < n; ++i) {
    double* const row = matrix + i * n;
    Subtract<Rows::kUpper>(matrix, matrix + i, n, 0, i, i, n, row);
    const double scale = 1 / std::sqrt(row[i]);
    for (size_t j = i; j < n; ++j) row[j] *= scale;
  }
}

// The diagonal of (U' U)^-1: the squared norms of the rows of U^-1, which are made from the last
// on, each from those below it, in place of U.
std::vector<double> InverseDiagonal(size_t n, double* upper) {
  std::vector<double> factors(n), squares(n, 0.0);
  for (size_t i = n; i-- > 0;) {
    double* const row = upper + i * n;
    const double inverse = 1 / row[i];
    for (size_t k = i + 1; k < n; ++k) factors[k] = row[k] * inverse;
    std::fill(row + i, row + n, 0.0);
    row[i] = inverse;
    Subtract<Rows::kUpper>(upper, factors.data(), 1, i + 1, n, i, n, row);
    for (size_t j = i; j < n; ++j) squares[i] += row[j] * row[j];
  }
  return squares;
}

std::vector<double> ModuliOf(const MatrixXd& matrix) {
  return EigenvalueModuli({matrix.data(), matrix.data() + matrix.size()},
                          static_cast<int>(matrix.rows()));
}

// A period's product, less the mean.
void Turn(const MixingScheme& scheme, Eigen::VectorXd& x) {
  Eigen::VectorXd mixed(x.size());
  for (const SparseMixing& phase : scheme.phases()) {
    for (int i = 0; i < phase.size(); ++i) {
      double sum = 0;
      for (const auto& [from, weight] : phase.Row(i)) sum += weight * x[from];
      mixed[i] = sum;
    }
    x.swap(mixed);
  }
  x.array() -= x.mean();
}

// The largest modulus of an eigenvalue where the mean of all is kept and left out: Arnoldi's
// iteration (1951), from a vector in which most of what decays fast has gone.
double ArnoldiRadius(const MixingScheme& scheme) {
  constexpr int kTurns = 400, kMost = 200;
  Eigen::VectorXd x(scheme.size());
  for (int i = 0; i < x.size(); ++i) x[i] = std::cos(1.0 + i * std::sqrt(static_cast<double>(i)));
  for (int turn = 0; turn < kTurns; ++turn) {
    Turn(scheme, x);
    const double norm = x.norm();
    if (norm < 1e-280) return 0;
    x /= norm;
  }
  MatrixXd basis(x.size(), kMost + 1), small = MatrixXd::Zero(kMost + 1, kMost);
  basis.col(0) = x;
  int size = 0;
  while (size < kMost) {
    Turn(scheme, x);
    for (int pass = 0; pass < 2; ++pass) {
      const Eigen::VectorXd along = basis.leftCols(size + 1).transpose() * x;
      x -= basis.leftCols(size + 1) * along;
      small.col(size).head(size + 1) += along;
    }
    const double left = x.norm();
    small(size + 1, size) = left;
    ++size;
    if (left < 1e-13) break;
    x /= left;
    basis.col(size) = x;
  }
  const std::vector<double> moduli = ModuliOf(small.topLeftCorner(size, size));
  return std::min(*std::max_element(moduli.begin(), moduli.end()), 1.0);
}

}  // namespace

std::vector<double> PeriodicLyapunov(const MixingScheme& scheme, double decay) {
  if (scheme.size() > kMostDoubled) {
    const double slowest = std::pow(SecondEigenvalue(scheme), 2);
    const double radius = std::pow(decay, scheme.period()) * slowest;
    const double driven = 2 / (1 + std::sqrt(std::max(0.0, 1 - radius * radius)));
    for (const double beyond : {driven, 1.0}) {
      if (auto iterated = IteratedLyapunov(scheme, decay, beyond)) return *std::move(iterated);
    }
  }
  return DoubledLyapunov(scheme, decay);
}

std::vector<std::vector<double>> PeriodicVariances(const MixingScheme& scheme, double decay) {
  const auto n = static_cast<size_t>(scheme.size());
  std::vector<double> covariance = PeriodicLyapunov(scheme, decay);
  Conjugation conjugation(n);
  std::vector<std::vector<double>> variances;
  for (const SparseMixing& phase : scheme.phases()) {
    Advance(phase, decay, conjugation, covariance);
    std::vector<double>& diagonal = variances.emplace_back(n);
    for (size_t i = 0; i < n; ++i) diagonal[i] = covariance[i * n + i];
  }
  return variances;
}

// decay C + I = (I - decay W^2)^-1.
std::vector<double> SymmetricVariances(const SparseMixing& mixing, double decay) {
  constexpr double kSmall = 1e-3;
  if (decay < kSmall) return SeriesVariances(mixing, decay);
  const auto n = static_cast<size_t>(mixing.size());
  const std::vector<int> order = ByShares(mixing);
  std::vector<int> place(n);
  for (size_t at = 0; at < n; ++at) place[static_cast<size_t>(order[at])] = static_cast<int>(at);
  std::vector<double> matrix = Resolvent(mixing, place, decay), variances(n);
  Factor(n, matrix.data());
  const std::vector<double> inverse = InverseDiagonal(n, matrix.data());
  for (size_t i = 0; i < n; ++i) {
    variances[i] = (inverse[static_cast<size_t>(place[i])] - 1) / decay;
  }
  return variances;
}

double SecondEigenvalue(const MixingScheme& scheme) {
  const bool keeps = std::all_of(scheme.phases().begin(), scheme.phases().end(),
                                 [](const auto& phase) { return phase.IsDoublyStochastic(); });
  if (scheme.size() > kMostDoubled && keeps) return ArnoldiRadius(scheme);
  MatrixXd product = MatrixXd::Identity(scheme.size(), scheme.size());
  for (const SparseMixing& phase : scheme.phases()) product = Mixed(phase, product);
  std::vector<double> moduli = ModuliOf(product);
  std::nth_element(moduli.begin(), moduli.begin() + 1, moduli.end(), std::greater<>());
  return std::min(moduli[1], 1.0);
}

}  // namespace consilium::topology
