#include <algorithm>

#include "modules/nn/cell.h"

namespace consilium::nn {
namespace {

template <typename Scalar>
void Forward(const Kernels<Scalar>& kernels, const CellStep<Scalar>& s) {
  const auto n = static_cast<size_t>(s.rows) * static_cast<size_t>(s.row);
  for (size_t i = 0; i < n; ++i) s.h[i] = s.gates[i] + s.from_hidden[i];
  kernels.tanh(n, s.h);
  std::copy_n(s.h, n, s.kept);
}

template <typename Scalar>
void Backward(const CellStep<Scalar>& s, const CellGradient<Scalar>& g) {
  const auto n = static_cast<size_t>(s.rows) * static_cast<size_t>(s.row);
  for (size_t i = 0; i < n; ++i) {
    g.gates[i] = g.from_hidden[i] = g.h[i] * (1 - s.kept[i] * s.kept[i]);
    g.h_before[i] = 0;
  }
}

template <typename Scalar>
constexpr Cell<Scalar> kElman = {1, false, Forward<Scalar>, Backward<Scalar>};

}  // namespace

template <>
const Cell<float>& ElmanCell<float>() {
  return kElman<float>;
}

template <>
const Cell<double>& ElmanCell<double>() {
  return kElman<double>;
}

}  // namespace consilium::nn
