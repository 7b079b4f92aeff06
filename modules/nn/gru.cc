#include "modules/nn/cell.h"

namespace consilium::nn {
namespace {

// A row's blocks: reset, update, new.
template <typename Scalar>
void ForwardRow(const Kernels<Scalar>& kernels, int row, Scalar* gates, const Scalar* from_hidden,
                const Scalar* h_before, Scalar* h, Scalar* kept) {
  Scalar* n = gates + 2 * row;
  for (int j = 0; j < 2 * row; ++j) gates[j] += from_hidden[j];
  kernels.sigmoid(static_cast<size_t>(2 * row), gates);
  for (int j = 0; j < row; ++j) {
    kept[j] = from_hidden[2 * row + j];
    n[j] += gates[j] * kept[j];
  }
  kernels.tanh(static_cast<size_t>(row), n);
  const Scalar* z = gates + row;
  for (int j = 0; j < row; ++j) h[j] = n[j] + z[j] * (h_before[j] - n[j]);
}

template <typename Scalar>
void Forward(const Kernels<Scalar>& kernels, const CellStep<Scalar>& s) {
  for (int i = 0; i < s.rows; ++i) {
    const ptrdiff_t at = static_cast<ptrdiff_t>(i) * s.row;
    ForwardRow(kernels, s.row, s.gates + 3 * at, s.from_hidden + 3 * at, s.h_before + at, s.h + at,
               s.kept + at);
  }
}

template <typename Scalar>
void Backward(const CellStep<Scalar>& s, const CellGradient<Scalar>& g) {
  for (int i = 0; i < s.rows; ++i) {
    const ptrdiff_t at = static_cast<ptrdiff_t>(i) * s.row;
    const Scalar* r = s.gates + 3 * at;
    const Scalar* z = r + s.row;
    const Scalar* n = z + s.row;
    Scalar* input = g.gates + 3 * at;
    Scalar* hidden = g.from_hidden + 3 * at;
    for (int j = 0; j < s.row; ++j) {
      const Scalar dh = g.h[at + j];
      const Scalar dn = dh * (1 - z[j]) * (1 - n[j] * n[j]);
      input[j] = hidden[j] = dn * s.kept[at + j] * r[j] * (1 - r[j]);
      input[s.row + j] = hidden[s.row + j] = dh * (s.h_before[at + j] - n[j]) * z[j] * (1 - z[j]);
      input[2 * s.row + j] = dn;
      hidden[2 * s.row + j] = dn * r[j];
      g.h_before[at + j] = dh * z[j];
    }
  }
}

template <typename Scalar>
constexpr Cell<Scalar> kGru = {3, false, Forward<Scalar>, Backward<Scalar>};

}  // namespace

template <>
const Cell<float>& GruCell<float>() {
  return kGru<float>;
}

template <>
const Cell<double>& GruCell<double>() {
  return kGru<double>;
}

}  // namespace consilium::nn
