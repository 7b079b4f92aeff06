#include "modules/topology/eigenvalues.h"

#include <Eigen/Dense>
#include <Eigen/Eigenvalues>

namespace consilium::topology {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;
using Matrix = Eigen::Map<const MatrixXd>;
using Vector = Eigen::Map<const VectorXd>;
using SymmetricSolver = Eigen::SelfAdjointEigenSolver<MatrixXd>;

Vector Mapped(std::span<const double> values) {
  return {values.data(), static_cast<Eigen::Index>(values.size())};
}

std::vector<double> Copy(const VectorXd& values) { return {values.begin(), values.end()}; }

}  // namespace

std::vector<double> SymmetricEigenvalues(const std::vector<double>& matrix, int n) {
  return Copy(SymmetricSolver(Matrix(matrix.data(), n, n), Eigen::EigenvaluesOnly).eigenvalues());
}

Eigenmodes SymmetricEigenmodes(const std::vector<double>& matrix, int n) {
  const SymmetricSolver solver(Matrix(matrix.data(), n, n));
  const MatrixXd& vectors = solver.eigenvectors();
  return {Copy(solver.eigenvalues()), {vectors.data(), vectors.data() + vectors.size()}};
}

std::vector<double> OfEigenmodes(std::span<const double> vectors, std::span<const double> values) {
  const auto n = static_cast<Eigen::Index>(values.size());
  const Matrix columns(vectors.data(), n, n);
  std::vector<double> matrix(vectors.size());
  Eigen::Map<MatrixXd>(matrix.data(), n, n).noalias() =
      columns * Mapped(values).asDiagonal() * columns.transpose();
  return matrix;
}

std::vector<double> TridiagonalEigenvalues(std::span<const double> diagonal,
                                           std::span<const double> beside) {
  SymmetricSolver solver;
  solver.computeFromTridiagonal(Mapped(diagonal), Mapped(beside), Eigen::EigenvaluesOnly);
  return Copy(solver.eigenvalues());
}

std::vector<double> EigenvalueModuli(const std::vector<double>& matrix, int n) {
  const Eigen::EigenSolver<MatrixXd> solver(Matrix(matrix.data(), n, n),
                                            /*computeEigenvectors=*/false);
  std::vector<double> moduli;
  for (const auto& eigenvalue : solver.eigenvalues()) moduli.push_back(std::abs(eigenvalue));
  return moduli;
}

}  // namespace consilium::topology
