#ifndef CONSILIUM_MODULES_NN_KERNELS_VECTOR_H_
#define CONSILIUM_MODULES_NN_KERNELS_VECTOR_H_

#include "modules/nn/kernels.h"

namespace consilium::nn {

// The same source (kernels_vector.inc) compiled for vectors of 128 bits (any CPU), 256 (AVX2 with
// FMA) and 512 (AVX-512 F, DQ, VL, BW). Calling one the CPU cannot run is undefined.
const Kernels<float>& VectorKernels128();
const Kernels<float>& VectorKernels256();
const Kernels<float>& VectorKernels512();

}  // namespace consilium::nn

#endif  // CONSILIUM_MODULES_NN_KERNELS_VECTOR_H_
