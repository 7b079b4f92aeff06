#ifndef CONSILIUM_MODULES_COMPRESS_POWER_SGD_H_
#define CONSILIUM_MODULES_COMPRESS_POWER_SGD_H_

#include <cstdint>
#include <memory>

#include "modules/compress/low_rank.h"
#include "modules/compress/mean_codec.h"

namespace consilium::compress {

enum class PowerSgdForm {
  kAlternating,  // the newer library's
  kTwoSided,     // the paper's
};

// Phases of the all-reduce in a round: one for each multiplication.
inline int PhasesOf(PowerSgdForm form, int iterations) {
  return form == PowerSgdForm::kTwoSided ? 2 * iterations : iterations;
}

// PowerSGD (docs/papers.md, PowerSGD); M_i is site i's values plus its error. Alternating: each
// iteration multiplies once, on alternating sides, and the next one sees what it left,
//   even:  A = orth(P);  Q_i = M_i' A;  M_i <- M_i - A Q_i';  Q = mean_i Q_i;  output += A Q'
//   odd:   A = orth(Q);  P_i = M_i A;   M_i <- M_i - P_i A';  P = mean_i P_i;  output += P A'
// Two-sided: each iteration multiplies on both sides, the last one is the output,
//   A = orth(Q);  P = mean_i M_i A;  B = orth(P);  Q_i = M_i' B;  Q = mean_i Q_i;
//   output = B Q';  M_i <- M_i - B Q_i'
// (A, not Q itself as in the paper: M_i A spans the same, and never overflows.) What is left of M_i
// is the error of the next round; the mean of P or Q is its start (warm start). Vectors and
// matrices that low rank would not make smaller go as they are, in phase 0. Orthonormal per matrix,
// by Orthonormalize.
//
// The state, for tests and checkpoints: the parity of the next iteration; then P and Q of each
// compressed matrix, as rank x rows and rank x cols; then the error, row-major without gaps.
template <typename Scalar>
std::unique_ptr<MeanCodec<Scalar>> MakePowerSgd(const LowRankLayout& layout, int iterations,
                                                uint64_t seed,
                                                PowerSgdForm form = PowerSgdForm::kAlternating);

}  // namespace consilium::compress

#endif  // CONSILIUM_MODULES_COMPRESS_POWER_SGD_H_
