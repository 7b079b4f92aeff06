#ifndef CONSILIUM_MODULES_COMPRESS_QUANTIZED_H_
#define CONSILIUM_MODULES_COMPRESS_QUANTIZED_H_

#include <memory>

#include "modules/compress/matrix_codec.h"

namespace consilium::compress {

// A step s for the matrix, and for each number the nearest integer q with |q| <= 2^(bits-1) - 1:
// each number becomes s q. The sender takes of a few steps the one that leaves least; numbers that
// round to 0 stay 0, so no number is off by more than itself. With the widest step the largest
// number is exact: a contraction with d >= 1 / n; biased.
//
// Where differences are not of low rank this follows a moving vector far better than a low rank of
// the same size. Requires 2 <= bits <= 8.
//
// The step as a number, then the integers (bit_pack.h).
template <typename Scalar>
std::unique_ptr<MatrixCodec<Scalar>> MakeQuantized(int bits);

}  // namespace consilium::compress

#endif  // CONSILIUM_MODULES_COMPRESS_QUANTIZED_H_
