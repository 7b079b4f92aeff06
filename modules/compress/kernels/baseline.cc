#define CONSILIUM_VECTOR_BYTES 16

#include "modules/compress/kernels/factor_loops.h"

namespace consilium {
namespace {

inline float SquareRoot(float x) { return __builtin_sqrtf(x); }
inline double SquareRoot(double x) { return __builtin_sqrt(x); }

}  // namespace
}  // namespace consilium

#include "modules/compress/kernels/loops.inc"
// after loops.inc
#include "modules/compress/kernels/gram_schmidt.inc"

namespace consilium {

template <>
FactorLoops<float> BaselineFactorLoops() {
  return AllFactorLoops<float>();
}
template <>
FactorLoops<double> BaselineFactorLoops() {
  return AllFactorLoops<double>();
}

}  // namespace consilium
