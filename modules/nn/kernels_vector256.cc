#include "modules/nn/kernels_vector.h"

namespace consilium::nn {
namespace {

constexpr int kLanes = 8;
constexpr int kTileRows = 6;

#include "modules/nn/kernels_vector.inc"

}  // namespace

const Kernels<float>& VectorKernels256() {
  static constexpr Kernels<float> kernels = MakeKernels("avx2");
  return kernels;
}

}  // namespace consilium::nn
