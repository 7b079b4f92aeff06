#ifndef CONSILIUM_MODULES_TOPOLOGY_EIGENVALUES_H_
#define CONSILIUM_MODULES_TOPOLOGY_EIGENVALUES_H_

#include <span>
#include <vector>

// Eigenvalues of dense matrices of n rows, given column by column. Each solver is a template that
// takes seconds to compile, and is compiled here only.
namespace consilium::topology {

// Of a symmetric matrix, ascending.
std::vector<double> SymmetricEigenvalues(const std::vector<double>& matrix, int n);

struct Eigenmodes {
  std::vector<double> values;   // ascending
  std::vector<double> vectors;  // column k: that of values[k], of length 1
};
Eigenmodes SymmetricEigenmodes(const std::vector<double>& matrix, int n);

// The symmetric matrix of these eigenvectors, a column each, and eigenvalues.
std::vector<double> OfEigenmodes(std::span<const double> vectors, std::span<const double> values);

// Of the symmetric matrix with this diagonal and these numbers, one fewer, beside it,
// ascending.
std::vector<double> TridiagonalEigenvalues(std::span<const double> diagonal,
                                           std::span<const double> beside);

// The moduli of the eigenvalues of any matrix, in no order.
std::vector<double> EigenvalueModuli(const std::vector<double>& matrix, int n);

}  // namespace consilium::topology

#endif  // CONSILIUM_MODULES_TOPOLOGY_EIGENVALUES_H_
