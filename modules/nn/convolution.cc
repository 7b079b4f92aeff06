#include "modules/nn/convolution.h"

#include <algorithm>

namespace consilium::nn {
namespace {

// Calls visit(offset of the neighbour's pixel in the image, offset of its numbers in the pixel's
// patch) for every pixel's neighbours within the image; a patch is channel after channel, 3 x 3
// numbers each.
template <typename Visit>
void ForEveryNeighbour(const ImageShape& shape, ptrdiff_t patch_row, const Visit& visit) {
  ptrdiff_t patch = 0;
  for (int y = 0; y < shape.height; ++y) {
    for (int x = 0; x < shape.width; ++x, patch += patch_row) {
      for (int dy = std::max(-1, -y); dy <= std::min(1, shape.height - 1 - y); ++dy) {
        for (int dx = std::max(-1, -x); dx <= std::min(1, shape.width - 1 - x); ++dx) {
          const ptrdiff_t pixel = static_cast<ptrdiff_t>(y + dy) * shape.width + x + dx;
          visit(pixel * shape.row(), patch + 3 * (dy + 1) + dx + 1);
        }
      }
    }
  }
}

}  // namespace

template <typename Scalar>
void Convolution<Scalar>::Gather(const Scalar* image, Scalar* patches) const {
  std::fill_n(patches, patches_size(), Scalar{0});
  ForEveryNeighbour(shape_, linear_.input_row(), [&](ptrdiff_t pixel, ptrdiff_t patch) {
    for (int c = 0; c < shape_.channels; ++c) patches[patch + 9 * c] = image[pixel + c];
  });
}

template <typename Scalar>
void Convolution<Scalar>::Scatter(const Scalar* patches, Scalar* image) const {
  ForEveryNeighbour(shape_, linear_.input_row(), [&](ptrdiff_t pixel, ptrdiff_t patch) {
    for (int c = 0; c < shape_.channels; ++c) image[pixel + c] += patches[patch + 9 * c];
  });
}

template <typename Scalar>
void Convolution<Scalar>::Forward(const Kernels<Scalar>& kernels, const Scalar* image,
                                  Scalar* patches, Scalar* output) const {
  Gather(image, patches);
  linear_.Forward(kernels, shape_.pixels(), patches, output);
}

template <typename Scalar>
void Convolution<Scalar>::Backward(const Kernels<Scalar>& kernels, const Scalar* image,
                                   const Scalar* output_gradient, Scalar* patches, Scalar* weights,
                                   Scalar* image_gradient) const {
  Gather(image, patches);
  const int n = shape_.pixels(), row = linear_.output_row();
  linear_.AddWeightGradient(kernels, n, patches, output_gradient, row, weights);
  if (image_gradient == nullptr) return;
  std::fill_n(patches, patches_size(), Scalar{0});
  linear_.AddInputGradient(kernels, n, output_gradient, row, patches);
  Scatter(patches, image_gradient);
}

template class Convolution<float>;
template class Convolution<double>;

}  // namespace consilium::nn
