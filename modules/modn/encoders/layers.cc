#include "modules/modn/encoders/layers.h"

#include <algorithm>

namespace consilium::modn {

template <typename Scalar>
void Layer<Scalar>::Backward(int n, const Scalar* x, const Scalar* y_gradient, int y_row,
                             Tape<Scalar>& tape, std::span<Scalar> gradient,
                             Scalar* x_gradient) const {
  const size_t size = linear_.weight_gradient_size();
  Scalar* packed = tape.Room(TapeSlot::kWeights, size);
  std::fill_n(packed, size, Scalar{0});
  linear_.AddWeightGradient(kernels_, n, x, y_gradient, y_row, packed);
  linear_.Unpack(packed, gradient.first(weights_), gradient.subspan(weights_, biases_));
  if (x_gradient != nullptr) linear_.AddInputGradient(kernels_, n, y_gradient, y_row, x_gradient);
}

template <typename Scalar>
void Join<Scalar>::Forward(const EncoderRows<Scalar>& rows, Tape<Scalar>& tape, const Scalar* h,
                           int h_row, Scalar* after) const {
  const int row = layer_.linear().input_row();
  Scalar* joined = tape.Room(TapeSlot::kJoined, Numbers(rows.rows, row));
  for (int i = 0; i < rows.rows; ++i) {
    Scalar* to = joined + Numbers(i, row);
    std::copy_n(h + Numbers(i, h_row), units_, to);
    if (with_state_) std::copy_n(rows.states + Numbers(i, rows.state_row), state_, to + units_);
  }
  layer_.linear().Add(kernels_, rows.rows, joined, after, rows.state_row);
}

template <typename Scalar>
void Join<Scalar>::Backward(const EncoderRows<Scalar>& rows, Tape<Scalar>& tape,
                            const Scalar* after_gradient, std::span<Scalar> gradient,
                            Scalar* h_gradient, int h_row, Scalar* states_gradient) const {
  const int row = layer_.linear().input_row();
  const size_t size = Numbers(rows.rows, row);
  const Scalar* joined = tape.Room(TapeSlot::kJoined, size);
  Scalar* back = tape.Room(TapeSlot::kJoinedGradient, size);
  std::fill_n(back, size, Scalar{0});
  layer_.Backward(rows.rows, joined, after_gradient, rows.state_row, tape,
                  gradient.last(layer_.size()), back);
  for (int i = 0; i < rows.rows; ++i, back += row) {
    Scalar* h = h_gradient + Numbers(i, h_row);
    std::copy_n(back, units_, h);
    std::fill(h + units_, h + h_row, Scalar{0});
    if (!with_state_) continue;
    Scalar* s = states_gradient + Numbers(i, rows.state_row);
    for (int j = 0; j < state_; ++j) s[j] += back[units_ + j];
  }
}

template class Layer<float>;
template class Layer<double>;
template class Join<float>;
template class Join<double>;

}  // namespace consilium::modn
