#ifndef CONSILIUM_MODULES_COMPRESS_SIGN_NORM_H_
#define CONSILIUM_MODULES_COMPRESS_SIGN_NORM_H_

#include <memory>

#include "modules/compress/matrix_codec.h"

namespace consilium::compress {

// The signs of a matrix's n numbers times the mean of their magnitudes, |x|_1 / n: what is left out
// is |x|_2^2 - |x|_1^2 / n, a contraction with d >= 1 / n (2 / pi for normal numbers); biased.
//
// The mean as a number, then a bit for each number, 1 where it is negative, the lowest bits of a
// byte first, the last byte filled with zeros.
template <typename Scalar>
std::unique_ptr<MatrixCodec<Scalar>> MakeSignNorm();

}  // namespace consilium::compress

#endif  // CONSILIUM_MODULES_COMPRESS_SIGN_NORM_H_
