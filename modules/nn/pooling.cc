#include "modules/nn/pooling.h"

#include <algorithm>

namespace consilium::nn {
namespace {

// Calls visit(offset of the pooled pixel, offset of the first of its four).
template <typename Visit>
void ForEveryPooled(const ImageShape& shape, const Visit& visit) {
  const ImageShape pooled = Pooled(shape);
  for (int y = 0; y < pooled.height; ++y) {
    for (int x = 0; x < pooled.width; ++x) {
      const ptrdiff_t to = static_cast<ptrdiff_t>(y) * pooled.width + x;
      const ptrdiff_t from = static_cast<ptrdiff_t>(2 * y) * shape.width + 2 * x;
      visit(to * shape.row(), from * shape.row());
    }
  }
}

}  // namespace

template <typename Scalar>
void MaxPool(const ImageShape& shape, const Scalar* image, Scalar* pooled) {
  const ptrdiff_t right = shape.row(), below = static_cast<ptrdiff_t>(shape.width) * shape.row();
  ForEveryPooled(shape, [&](ptrdiff_t to, ptrdiff_t from) {
    for (ptrdiff_t c = 0; c < shape.row(); ++c) {
      const Scalar* p = image + from + c;
      pooled[to + c] = std::max(std::max(p[0], p[right]), std::max(p[below], p[below + right]));
    }
  });
}

template <typename Scalar>
void MaxPoolGradient(const ImageShape& shape, const Scalar* image, const Scalar* pooled,
                     const Scalar* pooled_gradient, Scalar* image_gradient) {
  const ptrdiff_t right = shape.row(), below = static_cast<ptrdiff_t>(shape.width) * shape.row();
  ForEveryPooled(shape, [&](ptrdiff_t to, ptrdiff_t from) {
    for (ptrdiff_t c = 0; c < shape.row(); ++c) {
      for (const ptrdiff_t at : {ptrdiff_t{0}, right, below, below + right}) {
        if (image[from + at + c] != pooled[to + c]) continue;
        image_gradient[from + at + c] += pooled_gradient[to + c];
        break;
      }
    }
  });
}

template <typename Scalar>
void MeanPool(const ImageShape& shape, const Scalar* image, Scalar* mean) {
  std::fill_n(mean, shape.row(), Scalar{0});
  for (int i = 0; i < shape.pixels(); ++i, image += shape.row()) {
    for (int c = 0; c < shape.row(); ++c) mean[c] += image[c];
  }
  for (int c = 0; c < shape.row(); ++c) mean[c] /= static_cast<Scalar>(shape.pixels());
}

template <typename Scalar>
void MeanPoolGradient(const ImageShape& shape, const Scalar* mean_gradient,
                      Scalar* image_gradient) {
  const Scalar share = 1 / static_cast<Scalar>(shape.pixels());
  for (int i = 0; i < shape.pixels(); ++i, image_gradient += shape.row()) {
    for (int c = 0; c < shape.row(); ++c) image_gradient[c] = mean_gradient[c] * share;
  }
}

template void MaxPool(const ImageShape&, const float*, float*);
template void MaxPool(const ImageShape&, const double*, double*);
template void MaxPoolGradient(const ImageShape&, const float*, const float*, const float*, float*);
template void MaxPoolGradient(const ImageShape&, const double*, const double*, const double*,
                              double*);
template void MeanPool(const ImageShape&, const float*, float*);
template void MeanPool(const ImageShape&, const double*, double*);
template void MeanPoolGradient(const ImageShape&, const float*, float*);
template void MeanPoolGradient(const ImageShape&, const double*, double*);

}  // namespace consilium::nn
