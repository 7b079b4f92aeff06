#include "modules/compress/kernels/factor_loops.h"

namespace consilium {

#if defined(__x86_64__)
bool CanUseAvx2() { return __builtin_cpu_supports("avx2"); }
#else
bool CanUseAvx2() { return false; }
template <>
FactorLoops<float> Avx2FactorLoops() {
  return BaselineFactorLoops<float>();
}
template <>
FactorLoops<double> Avx2FactorLoops() {
  return BaselineFactorLoops<double>();
}
#endif

template <typename Scalar>
const FactorLoops<Scalar>& BestFactorLoops() {
  static const FactorLoops<Scalar> loops =
      CanUseAvx2() ? Avx2FactorLoops<Scalar>() : BaselineFactorLoops<Scalar>();
  return loops;
}

template const FactorLoops<float>& BestFactorLoops<float>();
template const FactorLoops<double>& BestFactorLoops<double>();

}  // namespace consilium
