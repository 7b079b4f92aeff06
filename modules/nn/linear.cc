#include "modules/nn/linear.h"

#include <algorithm>

namespace consilium::nn {
namespace {

size_t Area(int rows, int columns) {
  return static_cast<size_t>(rows) * static_cast<size_t>(columns);
}

}  // namespace

template <typename Scalar>
Linear<Scalar>::Linear(int inputs, int outputs, int blocks, int input_row)
    : inputs_(inputs),
      outputs_(outputs),
      blocks_(blocks),
      input_row_(input_row > 0 ? input_row : PaddedRow(inputs)),
      block_row_(PaddedRow(outputs)),
      output_row_(blocks * block_row_),
      w_(Area(output_row_, input_row_)),
      w_transposed_(Area(inputs, output_row_)),
      b_(static_cast<size_t>(output_row_)) {}

template <typename Scalar>
void Linear<Scalar>::Load(std::span<const Scalar> w, std::span<const Scalar> b) {
  for (int o = 0; o < blocks_ * outputs_; ++o) {
    const Scalar* from = &w[Area(o, inputs_)];
    const int row = PackedRow(o);
    std::copy_n(from, inputs_, &w_[Area(row, input_row_)]);
    for (int i = 0; i < inputs_; ++i) {
      w_transposed_[Area(i, output_row_) + static_cast<size_t>(row)] = from[i];
    }
    b_[static_cast<size_t>(row)] = b[static_cast<size_t>(o)];
  }
}

template <typename Scalar>
void Linear<Scalar>::Add(const Kernels<Scalar>& kernels, int n, const Scalar* x, Scalar* y,
                         int y_row) const {
  for (int i = 0; i < n; ++i) {
    Scalar* row = y + Area(i, y_row);
    for (int o = 0; o < output_row_; ++o) row[o] += b_[static_cast<size_t>(o)];
  }
  kernels.multiply_add(
      {n, output_row_, inputs_, x, input_row_, 1, w_transposed_.data(), output_row_, y, y_row});
}

template <typename Scalar>
void Linear<Scalar>::Forward(const Kernels<Scalar>& kernels, int n, const Scalar* x,
                             Scalar* y) const {
  for (int i = 0; i < n; ++i) std::copy(b_.begin(), b_.end(), y + Area(i, output_row_));
  kernels.multiply_add({n, output_row_, inputs_, x, input_row_, 1, w_transposed_.data(),
                        output_row_, y, output_row_});
}

template <typename Scalar>
void Linear<Scalar>::AddInputGradient(const Kernels<Scalar>& kernels, int n,
                                      const Scalar* y_gradient, int y_row,
                                      Scalar* x_gradient) const {
  const int outputs = blocks_ == 1 ? outputs_ : output_row_;
  kernels.multiply_add({n, input_row_, outputs, y_gradient, y_row, 1, w_.data(), input_row_,
                        x_gradient, input_row_});
}

template <typename Scalar>
void Linear<Scalar>::AddWeightGradient(const Kernels<Scalar>& kernels, int n, const Scalar* x,
                                       const Scalar* y_gradient, int y_row,
                                       Scalar* gradient) const {
  const int outputs = blocks_ == 1 ? outputs_ : output_row_;
  kernels.multiply_add(
      {outputs, input_row_, n, y_gradient, 1, y_row, x, input_row_, gradient, input_row_});
  const Scalar one = 1;
  kernels.multiply_add(
      {1, output_row_, n, &one, 0, 0, y_gradient, y_row, gradient + w_.size(), output_row_});
}

template <typename Scalar>
void Linear<Scalar>::Unpack(const Scalar* gradient, std::span<Scalar> w,
                            std::span<Scalar> b) const {
  for (int o = 0; o < blocks_ * outputs_; ++o) {
    const int row = PackedRow(o);
    const Scalar* from = gradient + Area(row, input_row_);
    Scalar* to = &w[Area(o, inputs_)];
    for (int i = 0; i < inputs_; ++i) to[i] += from[i];
    b[static_cast<size_t>(o)] += gradient[w_.size() + static_cast<size_t>(row)];
  }
}

template class Linear<float>;
template class Linear<double>;

}  // namespace consilium::nn
