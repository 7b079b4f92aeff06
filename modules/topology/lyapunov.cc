#include "modules/topology/lyapunov.h"

#include <Eigen/Dense>
#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <functional>

namespace consilium {
namespace {

using Eigen::MatrixXd;

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

// Row-major I + factor W.
void Fill(const SparseMixing& mixing, double factor, std::vector<double>& matrix) {
  const auto n = static_cast<size_t>(mixing.size());
  std::fill(matrix.begin(), matrix.end(), 0.0);
  for (size_t i = 0; i < n; ++i) {
    double* const row = matrix.data() + i * n;
    for (const auto& [from, weight] : mixing.Row(static_cast<int>(i))) {
      row[from] = factor * weight;
    }
    row[i] += 1;
  }
}

// Turns the upper half of a positive definite matrix into U with U' U = matrix (Cholesky).
void Factor(size_t n, double* matrix) {
  for (size_t k = 0; k < n; ++k) {
    double* const pivot = matrix + k * n;
    const double scale = 1 / std::sqrt(pivot[k]);
    for (size_t j = k; j < n; ++j) pivot[j] *= scale;
    for (size_t i = k + 1; i < n; ++i) {
      const double entry = pivot[i];
      if (entry == 0) continue;
      double* const row = matrix + i * n;
      for (size_t j = i; j < n; ++j) row[j] -= entry * pivot[j];
    }
  }
}

// Adds half of the diagonal of (U' U)^-1: half of the squared norm of each row of U^-1, which are
// made from the last on, each from those below it, in place of U.
void AddInverseDiagonal(size_t n, double* upper, std::vector<double>& sum) {
  std::vector<double> made(n);
  for (size_t k = n; k-- > 0;) {
    double* const row = upper + k * n;
    const double inverse = 1 / row[k];
    std::fill(made.begin() + static_cast<std::ptrdiff_t>(k), made.end(), 0.0);
    made[k] = inverse;
    for (size_t i = k + 1; i < n; ++i) {
      const double entry = row[i] * inverse;
      if (entry == 0) continue;
      const double* const below = upper + i * n;
      for (size_t j = i; j < n; ++j) made[j] -= entry * below[j];
    }
    double square = 0;
    for (size_t j = k; j < n; ++j) {
      row[j] = made[j];
      square += made[j] * made[j];
    }
    sum[k] += 0.5 * square;
  }
}

}  // namespace

std::vector<double> PeriodicLyapunov(const MixingScheme& scheme, double decay) {
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

// decay C + I = (I - decay W^2)^-1 = ((I - sqrt(decay) W)^-1 + (I + sqrt(decay) W)^-1) / 2.
std::vector<double> SymmetricVariances(const SparseMixing& mixing, double decay) {
  constexpr double kSmall = 1e-3;
  if (decay < kSmall) return SeriesVariances(mixing, decay);
  const auto n = static_cast<size_t>(mixing.size());
  std::vector<double> variances(n, 0.0), work(n * n);
  for (const double factor : {std::sqrt(decay), -std::sqrt(decay)}) {
    Fill(mixing, factor, work);
    Factor(n, work.data());
    AddInverseDiagonal(n, work.data(), variances);
  }
  for (double& variance : variances) variance = (variance - 1) / decay;
  return variances;
}

double SecondEigenvalue(const MixingScheme& scheme) {
  MatrixXd product = MatrixXd::Identity(scheme.size(), scheme.size());
  for (const SparseMixing& phase : scheme.phases()) product = Mixed(phase, product);
  const Eigen::EigenSolver<MatrixXd> solver(product, /*computeEigenvectors=*/false);
  std::vector<double> moduli;
  for (const auto& eigenvalue : solver.eigenvalues()) moduli.push_back(std::abs(eigenvalue));
  std::nth_element(moduli.begin(), moduli.begin() + 1, moduli.end(), std::greater<>());
  return std::min(moduli[1], 1.0);
}

}  // namespace consilium
