#ifndef CONSILIUM_MODULES_COMPRESS_POWER_SGD_H_
#define CONSILIUM_MODULES_COMPRESS_POWER_SGD_H_

#include <cstdint>
#include <memory>

#include "modules/compress/low_rank.h"
#include "modules/compress/mean_codec.h"

namespace consilium {

// PowerSGD in the newer library's form (papers.md section 10): with M the values plus the error,
// each iteration multiplies once, on alternating sides,
//   even:  A = orth(P);  Q_i = M_i' A;  M_i <- M_i - A Q_i';  Q = mean_i Q_i;  output += A Q'
//   odd:   A = orth(Q);  P_i = M_i A;   M_i <- M_i - P_i A';  P = mean_i P_i;  output += P A'
// and what is left of M_i is the error of the next round. The mean of P or Q is the start of the
// next iteration (warm start). Vectors and matrices that low rank would not make smaller go as they
// are, in phase 0. Orthonormal per matrix, by Orthonormalize.
//
// The state, for tests and checkpoints: the parity of the next iteration; then P and Q of each
// compressed matrix, as rank x rows and rank x cols; then the error, row-major without gaps.
template <typename Scalar>
std::unique_ptr<MeanCodec<Scalar>> MakePowerSgd(const LowRankLayout& layout, int iterations,
                                                uint64_t seed);

}  // namespace consilium

#endif  // CONSILIUM_MODULES_COMPRESS_POWER_SGD_H_
