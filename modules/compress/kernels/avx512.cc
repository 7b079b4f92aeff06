// Compiled for AVX-512 (F, VL, DQ) and FMA; used only where the CPU has it.
#include <immintrin.h>

#define CONSILIUM_VECTOR_BYTES 64
#define CONSILIUM_REGISTERS 32
#define CONSILIUM_WIDE_SUMS

#include "modules/compress/kernels/factor_loops.h"
// after the intrinsics
#include "modules/compress/kernels/fused.inc"
#include "modules/compress/kernels/wide_sums.inc"

namespace consilium::compress {
namespace {

inline float SquareRoot(float x) { return _mm_cvtss_f32(_mm_sqrt_ss(_mm_set_ss(x))); }
inline double SquareRoot(double x) {
  return _mm_cvtsd_f64(_mm_sqrt_sd(_mm_set_sd(x), _mm_set_sd(x)));
}

}  // namespace
}  // namespace consilium::compress

#include "modules/compress/kernels/packs.inc"
// after packs.inc
#include "modules/compress/kernels/gram_schmidt.inc"
#include "modules/compress/kernels/outer.inc"
#include "modules/compress/kernels/products.inc"
#include "modules/compress/kernels/rounding.inc"
// after them all
#include "modules/compress/kernels/all_loops.inc"

namespace consilium::compress {

template <>
FactorLoops<float> Avx512FactorLoops() {
  return AllFactorLoops<float>();
}
template <>
FactorLoops<double> Avx512FactorLoops() {
  return AllFactorLoops<double>();
}
template <>
RoundLoops<float> Avx512RoundLoops() {
  return AllRoundLoops<float>();
}
template <>
RoundLoops<double> Avx512RoundLoops() {
  return AllRoundLoops<double>();
}

}  // namespace consilium::compress
