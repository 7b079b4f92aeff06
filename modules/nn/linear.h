#ifndef CONSILIUM_MODULES_NN_LINEAR_H_
#define CONSILIUM_MODULES_NN_LINEAR_H_

#include <span>

#include "modules/aligned.h"
#include "modules/nn/kernels.h"

namespace consilium::nn {

// y = W x + b for many rows x at once. Rows have input_row() and output_row() numbers, multiples of
// kRowMultiple with zeros behind; outputs may stand in several blocks, each with zeros behind, so
// that the gates of a recurrent cell can be taken apart. Immutable but for Load.
template <typename Scalar>
class Linear {
 public:
  // `input_row`: if inputs stand in longer rows than they need, whatever is behind them; else 0.
  Linear(int inputs, int outputs, int blocks = 1, int input_row = 0);

  int input_row() const { return input_row_; }
  int output_row() const { return output_row_; }

  // w [blocks * outputs, inputs], b [blocks * outputs]
  void Load(std::span<const Scalar> w, std::span<const Scalar> b);

  // y [n, y_row] += W x + b; y_row is at least output_row().
  void Add(const Kernels<Scalar>& kernels, int n, const Scalar* x, Scalar* y, int y_row) const;
  // y [n, output_row] = W x + b
  void Forward(const Kernels<Scalar>& kernels, int n, const Scalar* x, Scalar* y) const;

  // x_gradient [n, input_row] += W^T y_gradient [n, y_row]
  void AddInputGradient(const Kernels<Scalar>& kernels, int n, const Scalar* y_gradient, int y_row,
                        Scalar* x_gradient) const;

  // A gradient of W and b as these loops want it: weight_gradient_size() numbers, 0 at first.
  size_t weight_gradient_size() const { return w_.size() + b_.size(); }
  void AddWeightGradient(const Kernels<Scalar>& kernels, int n, const Scalar* x,
                         const Scalar* y_gradient, int y_row, Scalar* gradient) const;
  // Adds it to w and b laid out as in Load.
  void Unpack(const Scalar* gradient, std::span<Scalar> w, std::span<Scalar> b) const;

 private:
  int PackedRow(int output) const { return output / outputs_ * block_row_ + output % outputs_; }

  int inputs_, outputs_, blocks_, input_row_, block_row_, output_row_;
  AlignedVector<Scalar> w_;             // [output_row, input_row]
  AlignedVector<Scalar> w_transposed_;  // [inputs, output_row]
  AlignedVector<Scalar> b_;             // [output_row]
};

}  // namespace consilium::nn

#endif  // CONSILIUM_MODULES_NN_LINEAR_H_
