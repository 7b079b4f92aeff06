#ifndef CONSILIUM_MODULES_COMPRESS_INT8_H_
#define CONSILIUM_MODULES_COMPRESS_INT8_H_

#include <memory>

#include "modules/compress/matrix_codec.h"

namespace consilium::compress {

// Each number as an integer of -127 to 127 times a step s: the largest magnitude, of at most
// kNumbersOfAScale numbers one after the other, is 127 s. Rounded up or down by chance, so that the
// expectation is the number itself (to 2^-32 of a step): unbiased, and as an error is at most s^2/4
// in expectation, a contraction with d = 1 - n / (4 127^2) for n numbers of a scale.
//
// A number for each scale and a byte for each number.
constexpr size_t kNumbersOfAScale = 4096;
template <typename Scalar>
std::unique_ptr<MatrixCodec<Scalar>> MakeInt8();

}  // namespace consilium::compress

#endif  // CONSILIUM_MODULES_COMPRESS_INT8_H_
