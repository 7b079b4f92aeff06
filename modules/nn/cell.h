#ifndef CONSILIUM_MODULES_NN_CELL_H_
#define CONSILIUM_MODULES_NN_CELL_H_

#include "modules/nn/kernels.h"

namespace consilium::nn {

// One step of a recurrent network, for `rows` sequences at once. A block is `row` numbers, a
// multiple of kRowMultiple, the units and zeros behind them, which stay zeros.
template <typename Scalar>
struct CellStep {
  int rows = 0, row = 0;
  Scalar* gates = nullptr;              // [rows, blocks]: in: V x + c, out: for the way back
  const Scalar* from_hidden = nullptr;  // [rows, blocks]: W h + b
  const Scalar* h_before = nullptr;     // [rows, row]
  const Scalar* c_before = nullptr;     // [rows, row], of an LSTM
  Scalar* h = nullptr;                  // [rows, row]: out
  Scalar* c = nullptr;                  // [rows, row]: out, of an LSTM
  Scalar* kept = nullptr;               // [rows, row]: out, for the way back
};

template <typename Scalar>
struct CellGradient {
  const Scalar* h = nullptr;      // [rows, row]: dL/dh
  Scalar* c = nullptr;            // [rows, row]: in: dL/dc, out: dL/d(c before); of an LSTM
  Scalar* gates = nullptr;        // [rows, blocks]: out: of V x + c
  Scalar* from_hidden = nullptr;  // [rows, blocks]: out: of W h + b
  Scalar* h_before = nullptr;     // [rows, row]: out: what does not pass through W
};

// A kind of cell: sizes, and the step both ways. The way back wants the step as the way there left
// it; `h` and `c` are not read.
template <typename Scalar>
struct Cell {
  int blocks = 1;
  bool has_c = false;
  void (*forward)(const Kernels<Scalar>&, const CellStep<Scalar>&);
  void (*backward)(const CellStep<Scalar>&, const CellGradient<Scalar>&);
};

// h' = tanh(V x + c + W h + b) (Elman 1990)
template <typename Scalar>
const Cell<Scalar>& ElmanCell();

// r, z = sigmoid(...); n = tanh(V_n x + c_n + r (W_n h + b_n)); h' = (1 - z) n + z h
// (Cho et al. 2014, with the reset gate after the product, as PyTorch has it)
template <typename Scalar>
const Cell<Scalar>& GruCell();

// i, f, o = sigmoid(...); g = tanh(...); c' = f c + i g; h' = o tanh(c')
// (Hochreiter and Schmidhuber 1997; Gers et al. 2000); blocks in the order i, f, g, o
template <typename Scalar>
const Cell<Scalar>& LstmCell();

}  // namespace consilium::nn

#endif  // CONSILIUM_MODULES_NN_CELL_H_
