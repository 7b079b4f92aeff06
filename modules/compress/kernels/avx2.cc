// Compiled for AVX2, without fused multiply-add; used only where the CPU has it.
#include <immintrin.h>

#define CONSILIUM_VECTOR_BYTES 32
#define CONSILIUM_WIDE_SUMS

#include "modules/compress/kernels/factor_loops.h"

namespace consilium {
namespace {

typedef float EightFloats __attribute__((vector_size(32)));

[[gnu::always_inline]] inline float SumOfLanes(const EightFloats& sum) {
  const __m256 four = _mm256_hadd_ps((__m256)sum, (__m256)sum);
  const __m256 two = _mm256_hadd_ps(four, four);
  return _mm_cvtss_f32(_mm_add_ss(_mm256_castps256_ps128(two), _mm256_extractf128_ps(two, 1)));
}

[[gnu::always_inline]] inline void StoreFourSums(const EightFloats* a, const EightFloats* b,
                                                 const EightFloats* c, const EightFloats* d,
                                                 float* out) {
  const __m256 ab = _mm256_hadd_ps((__m256)*a, (__m256)*b);
  const __m256 cd = _mm256_hadd_ps((__m256)*c, (__m256)*d);
  const __m256 halves = _mm256_hadd_ps(ab, cd);
  _mm_storeu_ps(out, _mm_add_ps(_mm256_castps256_ps128(halves), _mm256_extractf128_ps(halves, 1)));
}

inline float SquareRoot(float x) { return _mm_cvtss_f32(_mm_sqrt_ss(_mm_set_ss(x))); }
inline double SquareRoot(double x) {
  return _mm_cvtsd_f64(_mm_sqrt_sd(_mm_set_sd(x), _mm_set_sd(x)));
}

}  // namespace
}  // namespace consilium

#include "modules/compress/kernels/loops.inc"
// after loops.inc
#include "modules/compress/kernels/gram_schmidt.inc"

namespace consilium {

template <>
FactorLoops<float> Avx2FactorLoops() {
  return AllFactorLoops<float>();
}
template <>
FactorLoops<double> Avx2FactorLoops() {
  return AllFactorLoops<double>();
}

}  // namespace consilium
