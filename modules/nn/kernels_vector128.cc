#include "modules/nn/kernels_vector.h"

namespace consilium::nn {
namespace {

constexpr int kLanes = 4;
constexpr int kTileRows = 6;

#include "modules/nn/kernels_vector.inc"

}  // namespace

const Kernels<float>& VectorKernels128() {
  static constexpr Kernels<float> kernels = MakeKernels("vector128");
  return kernels;
}

}  // namespace consilium::nn
