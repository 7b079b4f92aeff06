#ifndef CONSILIUM_MODULES_COMPRESS_BFLOAT16_H_
#define CONSILIUM_MODULES_COMPRESS_BFLOAT16_H_

#include <memory>

#include "modules/compress/matrix_codec.h"

namespace consilium::compress {

// Each number as the upper half of its float: 8 exponent bits and 8 of precision, rounded to the
// nearest, halves to even; beyond the largest finite one to that. Off by at most 2^-8 of itself
// where it is a normal float, so a contraction with d = 1 - 2^-16.
//
// Two bytes a number.
template <typename Scalar>
std::unique_ptr<MatrixCodec<Scalar>> MakeBfloat16();

}  // namespace consilium::compress

#endif  // CONSILIUM_MODULES_COMPRESS_BFLOAT16_H_
