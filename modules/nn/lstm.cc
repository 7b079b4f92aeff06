#include <algorithm>

#include "modules/nn/cell.h"

namespace consilium::nn {
namespace {

// A row's blocks: input, forget, cell, output.
template <typename Scalar>
void ForwardRow(const Kernels<Scalar>& kernels, int row, Scalar* gates, const Scalar* from_hidden,
                const Scalar* c_before, Scalar* h, Scalar* c, Scalar* kept) {
  for (int j = 0; j < 4 * row; ++j) gates[j] += from_hidden[j];
  kernels.sigmoid(static_cast<size_t>(2 * row), gates);
  kernels.tanh(static_cast<size_t>(row), gates + 2 * row);
  kernels.sigmoid(static_cast<size_t>(row), gates + 3 * row);
  const Scalar* f = gates + row;
  const Scalar* g = gates + 2 * row;
  const Scalar* o = gates + 3 * row;
  for (int j = 0; j < row; ++j) c[j] = f[j] * c_before[j] + gates[j] * g[j];
  std::copy_n(c, row, kept);
  kernels.tanh(static_cast<size_t>(row), kept);
  for (int j = 0; j < row; ++j) h[j] = o[j] * kept[j];
}

template <typename Scalar>
void Forward(const Kernels<Scalar>& kernels, const CellStep<Scalar>& s) {
  for (int i = 0; i < s.rows; ++i) {
    const ptrdiff_t at = static_cast<ptrdiff_t>(i) * s.row;
    ForwardRow(kernels, s.row, s.gates + 4 * at, s.from_hidden + 4 * at, s.c_before + at, s.h + at,
               s.c + at, s.kept + at);
  }
}

template <typename Scalar>
void Backward(const CellStep<Scalar>& s, const CellGradient<Scalar>& gradient) {
  for (int row = 0; row < s.rows; ++row) {
    const ptrdiff_t at = static_cast<ptrdiff_t>(row) * s.row;
    const Scalar* i = s.gates + 4 * at;
    const Scalar* f = i + s.row;
    const Scalar* g = f + s.row;
    const Scalar* o = g + s.row;
    Scalar* to = gradient.gates + 4 * at;
    for (int j = 0; j < s.row; ++j) {
      const Scalar dh = gradient.h[at + j], t = s.kept[at + j];
      const Scalar dc = gradient.c[at + j] + dh * o[j] * (1 - t * t);
      to[j] = dc * g[j] * i[j] * (1 - i[j]);
      to[s.row + j] = dc * s.c_before[at + j] * f[j] * (1 - f[j]);
      to[2 * s.row + j] = dc * i[j] * (1 - g[j] * g[j]);
      to[3 * s.row + j] = dh * t * o[j] * (1 - o[j]);
      gradient.c[at + j] = dc * f[j];
      gradient.h_before[at + j] = 0;
    }
    std::copy_n(to, 4 * s.row, gradient.from_hidden + 4 * at);
  }
}

template <typename Scalar>
constexpr Cell<Scalar> kLstm = {4, true, Forward<Scalar>, Backward<Scalar>};

}  // namespace

template <>
const Cell<float>& LstmCell<float>() {
  return kLstm<float>;
}

template <>
const Cell<double>& LstmCell<double>() {
  return kLstm<double>;
}

}  // namespace consilium::nn
