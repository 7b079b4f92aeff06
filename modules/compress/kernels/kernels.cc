#include "modules/compress/kernels/kernels.h"

namespace consilium {

#if defined(__x86_64__)
bool HasAvx2() { return __builtin_cpu_supports("avx2"); }
#else
bool HasAvx2() { return false; }
template <>
Kernels<float> Avx2Kernels() {
  return BaselineKernels<float>();
}
template <>
Kernels<double> Avx2Kernels() {
  return BaselineKernels<double>();
}
#endif

template <typename Scalar>
const Kernels<Scalar>& BestKernels() {
  static const Kernels<Scalar> kernels =
      HasAvx2() ? Avx2Kernels<Scalar>() : BaselineKernels<Scalar>();
  return kernels;
}

template const Kernels<float>& BestKernels<float>();
template const Kernels<double>& BestKernels<double>();

}  // namespace consilium
