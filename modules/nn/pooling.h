#ifndef CONSILIUM_MODULES_NN_POOLING_H_
#define CONSILIUM_MODULES_NN_POOLING_H_

#include "modules/nn/convolution.h"

namespace consilium::nn {

// Half the height and width, rounded down.
constexpr ImageShape Pooled(const ImageShape& shape) {
  return {shape.height / 2, shape.width / 2, shape.channels};
}

// The largest of every 2 x 2 pixels, channel by channel; an odd last row or column is left out.
template <typename Scalar>
void MaxPool(const ImageShape& shape, const Scalar* image, Scalar* pooled);

// Adds dL/d(image) from dL/d(pooled); where several pixels are largest the first has it all.
template <typename Scalar>
void MaxPoolGradient(const ImageShape& shape, const Scalar* image, const Scalar* pooled,
                     const Scalar* pooled_gradient, Scalar* image_gradient);

// The mean over all pixels: mean [shape.row()].
template <typename Scalar>
void MeanPool(const ImageShape& shape, const Scalar* image, Scalar* mean);

// Sets dL/d(image).
template <typename Scalar>
void MeanPoolGradient(const ImageShape& shape, const Scalar* mean_gradient, Scalar* image_gradient);

}  // namespace consilium::nn

#endif  // CONSILIUM_MODULES_NN_POOLING_H_
