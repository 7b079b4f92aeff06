#ifndef CONSILIUM_MODULES_COMPRESS_TOP_K_H_
#define CONSILIUM_MODULES_COMPRESS_TOP_K_H_

#include <memory>

#include "modules/compress/matrix_codec.h"

namespace consilium::compress {

// Of the n numbers of a matrix the k of largest magnitude, k = keep n rounded up; the first of
// equal ones. A contraction with d = k / n; biased. Requires 0 < keep <= 1.
//
// k numbers, then their indices (index_pack.h).
template <typename Scalar>
std::unique_ptr<MatrixCodec<Scalar>> MakeTopK(double keep);

}  // namespace consilium::compress

#endif  // CONSILIUM_MODULES_COMPRESS_TOP_K_H_
