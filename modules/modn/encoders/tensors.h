#ifndef CONSILIUM_MODULES_MODN_ENCODERS_TENSORS_H_
#define CONSILIUM_MODULES_MODN_ENCODERS_TENSORS_H_

#include <vector>

#include "modules/modn/architecture.h"

namespace consilium::modn {

// The tensors of a feature's encoder, in the order of the layout. S is the state, U the units; an
// input [x; s] has x first. The last two, w_out and b_out, give the state or its change from
// [h; s], or from h alone if the state joined at the first layer (J inputs).
//   answers:        w1 [hidden, width + S], b1, w2 [S, hidden], b2
//   mlp:            w1 [U1, width (+ S)], b1, w2 [U2, U1], b2, ..., w_out [S, J], b_out; without a
//                   hidden layer w_out and b_out alone, with x for h
//   elman/gru/lstm: w_input [G U, width (+ S)], b_input, w_hidden [G U, U], b_hidden, w_out, b_out
//                   with G = 1, 3 (reset, update, new), 4 (input, forget, cell, output) blocks, as
//                   PyTorch's weight_ih, bias_ih, weight_hh, bias_hh
//   convolution:    w1 [U, 9], b1, w2 [U, 9 U], b2, w3 [U, 9 U], b3, w_out [S, U + S], b_out; a row
//                   is input channel after input channel, each 3 x 3
std::vector<nn::TensorShape> EncoderTensors(const Architecture& architecture,
                                            const FeatureShape& feature);

// Blocks of the recurrent cells' gates: G above.
int Gates(EncoderKind kind);

}  // namespace consilium::modn

#endif  // CONSILIUM_MODULES_MODN_ENCODERS_TENSORS_H_
