#include "modules/nn/kernels.h"

#include "modules/nn/kernels_vector.h"

namespace consilium::nn {

std::vector<const Kernels<float>*> AvailableKernels() {
  std::vector<const Kernels<float>*> available = {&PlainKernels<float>(), &VectorKernels128()};
#ifdef CONSILIUM_X86_KERNELS
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
    available.push_back(&VectorKernels256());
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw")) {
      available.push_back(&VectorKernels512());
    }
  }
#endif
  return available;
}

template <>
const Kernels<float>& BestKernels<float>() {
  static const Kernels<float>* const best = AvailableKernels().back();
  return *best;
}

template <>
const Kernels<double>& BestKernels<double>() {
  return PlainKernels<double>();
}

}  // namespace consilium::nn
