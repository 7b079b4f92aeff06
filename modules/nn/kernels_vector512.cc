#include "modules/nn/kernels_vector.h"

namespace consilium::nn {
namespace {

constexpr int kLanes = 16;
constexpr int kTileRows = 12;

#include "modules/nn/kernels_vector.inc"

}  // namespace

const Kernels<float>& VectorKernels512() {
  static constexpr Kernels<float> kernels = MakeKernels("avx512");
  return kernels;
}

}  // namespace consilium::nn
