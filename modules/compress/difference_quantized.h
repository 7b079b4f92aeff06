#ifndef CONSILIUM_MODULES_COMPRESS_DIFFERENCE_QUANTIZED_H_
#define CONSILIUM_MODULES_COMPRESS_DIFFERENCE_QUANTIZED_H_

#include <memory>

#include "modules/compress/link_codec.h"
#include "modules/slices.h"

namespace consilium {

// A relay link that carries the difference D between the sender's vector and what the receiver has,
// R, rounded to a few bits: for each matrix a step s, and for each number an integer q with
// |q| <= 2^(bits-1) - 1;  R += s q  at both ends, with the same bits. What rounding leaves out is
// in the next difference. The sender takes of a few steps the one that leaves least; numbers that
// round to 0 stay untouched, so no number ever moves away from its aim by more than it was off.
// Matrices of fewer than 4 numbers are sent as they are.
//
// Where differences are not of low rank this follows a moving vector far better than a low rank of
// the same size. Requires 2 <= bits <= 8.
//
// The state: the number of messages; R.
template <typename Scalar>
std::unique_ptr<LinkCodec<Scalar>> MakeDifferenceQuantized(const FlatShape& shape, int bits);

}  // namespace consilium

#endif  // CONSILIUM_MODULES_COMPRESS_DIFFERENCE_QUANTIZED_H_
