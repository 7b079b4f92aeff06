#define CONSILIUM_VECTOR_BYTES 16
#define CONSILIUM_REGISTERS 16

#include "modules/compress/kernels/factor_loops.h"

namespace consilium::compress {
namespace {

inline float SquareRoot(float x) { return __builtin_sqrtf(x); }
inline double SquareRoot(double x) { return __builtin_sqrt(x); }

}  // namespace
}  // namespace consilium::compress

#include "modules/compress/kernels/exact_fused.inc"
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
FactorLoops<float> BaselineFactorLoops() {
  return AllFactorLoops<float>();
}
template <>
FactorLoops<double> BaselineFactorLoops() {
  return AllFactorLoops<double>();
}
template <>
RoundLoops<float> BaselineRoundLoops() {
  return AllRoundLoops<float>();
}
template <>
RoundLoops<double> BaselineRoundLoops() {
  return AllRoundLoops<double>();
}

}  // namespace consilium::compress
