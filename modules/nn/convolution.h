#ifndef CONSILIUM_MODULES_NN_CONVOLUTION_H_
#define CONSILIUM_MODULES_NN_CONVOLUTION_H_

#include "modules/nn/linear.h"

namespace consilium::nn {

// An image lies pixel after pixel, row by row, each a row of its channels: [height * width,
// PaddedRow(channels)].
struct ImageShape {
  int height = 0, width = 0, channels = 0;
  int pixels() const { return height * width; }
  int row() const { return PaddedRow(channels); }
};

// A 3x3 convolution with zeros around the image, so that it keeps its size. Immutable but for Load.
template <typename Scalar>
class Convolution {
 public:
  // From `shape` to `outputs` channels.
  Convolution(ImageShape shape, int outputs)
      : shape_(shape), linear_(9 * shape.channels, outputs) {}

  int output_row() const { return linear_.output_row(); }
  // Numbers of working memory the calls below want.
  size_t patches_size() const {
    return static_cast<size_t>(shape_.pixels()) * static_cast<size_t>(linear_.input_row());
  }

  // w [outputs, channels, 3, 3], b [outputs]
  void Load(std::span<const Scalar> w, std::span<const Scalar> b) { linear_.Load(w, b); }

  void Forward(const Kernels<Scalar>& kernels, const Scalar* image, Scalar* patches,
               Scalar* output) const;

  // Adds the gradients of the weights (see Linear) and, unless null, of the image. Overwrites
  // `patches`, which need not be those of the way there.
  void Backward(const Kernels<Scalar>& kernels, const Scalar* image, const Scalar* output_gradient,
                Scalar* patches, Scalar* weights, Scalar* image_gradient) const;

  const Linear<Scalar>& linear() const { return linear_; }

 private:
  void Gather(const Scalar* image, Scalar* patches) const;
  void Scatter(const Scalar* patches, Scalar* image) const;

  ImageShape shape_;
  Linear<Scalar> linear_;
};

}  // namespace consilium::nn

#endif  // CONSILIUM_MODULES_NN_CONVOLUTION_H_
