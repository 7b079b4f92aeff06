#include "modules/compress/kernels/factor_loops.h"

#include "modules/compress/kernels/round_loops.h"

namespace consilium::compress {

#if defined(__x86_64__)
bool CanUseAvx2() { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }
bool CanUseAvx512() {
  return CanUseAvx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
         __builtin_cpu_supports("avx512dq");
}
#else
bool CanUseAvx2() { return false; }
bool CanUseAvx512() { return false; }
template <>
FactorLoops<float> Avx2FactorLoops() {
  return BaselineFactorLoops<float>();
}
template <>
FactorLoops<double> Avx2FactorLoops() {
  return BaselineFactorLoops<double>();
}
template <>
FactorLoops<float> Avx512FactorLoops() {
  return BaselineFactorLoops<float>();
}
template <>
FactorLoops<double> Avx512FactorLoops() {
  return BaselineFactorLoops<double>();
}
template <>
RoundLoops<float> Avx2RoundLoops() {
  return BaselineRoundLoops<float>();
}
template <>
RoundLoops<double> Avx2RoundLoops() {
  return BaselineRoundLoops<double>();
}
template <>
RoundLoops<float> Avx512RoundLoops() {
  return BaselineRoundLoops<float>();
}
template <>
RoundLoops<double> Avx512RoundLoops() {
  return BaselineRoundLoops<double>();
}
#endif

template <typename Scalar>
const FactorLoops<Scalar>& BestFactorLoops() {
  static const FactorLoops<Scalar> loops = CanUseAvx512() ? Avx512FactorLoops<Scalar>()
                                           : CanUseAvx2() ? Avx2FactorLoops<Scalar>()
                                                          : BaselineFactorLoops<Scalar>();
  return loops;
}

template <typename Scalar>
const RoundLoops<Scalar>& BestRoundLoops() {
  static const RoundLoops<Scalar> loops = CanUseAvx512() ? Avx512RoundLoops<Scalar>()
                                          : CanUseAvx2() ? Avx2RoundLoops<Scalar>()
                                                         : BaselineRoundLoops<Scalar>();
  return loops;
}

template const FactorLoops<float>& BestFactorLoops<float>();
template const FactorLoops<double>& BestFactorLoops<double>();
template const RoundLoops<float>& BestRoundLoops<float>();
template const RoundLoops<double>& BestRoundLoops<double>();

}  // namespace consilium::compress
