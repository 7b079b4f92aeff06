#include <algorithm>

#include "modules/modn/encoders/kinds.h"
#include "modules/modn/encoders/layers.h"
#include "modules/nn/pooling.h"

namespace consilium::modn {
namespace {

// a = relu(conv1 x); p = max pool a; r = relu(p + conv3 relu(conv2 p)) (a residual block of He et
// al. 2016 without normalisation, for batches may be of one); h = mean of r over the image; join.
template <typename Scalar>
class ImageEncoder final : public ModalityEncoder<Scalar> {
 public:
  ImageEncoder(const Architecture& architecture, const FeatureShape& feature,
               const EncoderShape& shape, const nn::Kernels<Scalar>& kernels)
      : channels_(shape.hidden.back()),
        grey_{feature.height, feature.width, 1},
        full_{feature.height, feature.width, channels_},
        half_(nn::Pooled(full_)),
        kernels_(kernels),
        first_(grey_, channels_),
        second_(half_, channels_),
        third_(half_, channels_),
        join_(channels_, architecture.state, true, kernels) {}

  void Load(std::span<const Scalar> parameters) override {
    for (nn::Convolution<Scalar>* layer : {&first_, &second_, &third_}) {
      const size_t weights = Weights(layer), biases = static_cast<size_t>(channels_);
      layer->Load(parameters.first(weights), parameters.subspan(weights, biases));
      parameters = parameters.subspan(weights + biases);
    }
    join_.Load(parameters);
  }

  void Forward(const EncoderRows<Scalar>& rows, Tape<Scalar>& tape, Scalar* after) const override {
    Scalar* means = Means(rows, tape);
    for (int i = 0; i < rows.rows; ++i) {
      const Rooms rooms(*this, rows.rows, i, tape);
      const std::span<const Scalar> grey = rows.payloads[i];
      for (size_t p = 0; p < grey.size(); ++p) rooms.grey[p * Row(grey_)] = grey[p];
      first_.Forward(kernels_, rooms.grey, rooms.patches, rooms.full);
      kernels_.relu(Size(full_), rooms.full);
      nn::MaxPool(full_, rooms.full, rooms.pooled);
      second_.Forward(kernels_, rooms.pooled, rooms.patches, rooms.inner);
      kernels_.relu(Size(half_), rooms.inner);
      third_.Forward(kernels_, rooms.inner, rooms.patches, rooms.block);
      for (size_t p = 0; p < Size(half_); ++p) rooms.block[p] += rooms.pooled[p];
      kernels_.relu(Size(half_), rooms.block);
      nn::MeanPool(half_, rooms.block, means + static_cast<size_t>(i) * Row(half_));
    }
    join_.Forward(rows, tape, means, half_.row(), after);
  }

  void Backward(const EncoderRows<Scalar>& rows, Tape<Scalar>& tape, const Scalar* after_gradient,
                std::span<Scalar> gradient, Scalar* states_gradient) const override {
    Scalar* means = Means(rows, tape);
    join_.Backward(rows, tape, after_gradient, gradient, means, half_.row(), states_gradient);
    const WeightRooms weights(*this, tape);
    for (int i = 0; i < rows.rows; ++i) {
      ImageBackward(Rooms(*this, rows.rows, i, tape), means + static_cast<size_t>(i) * Row(half_),
                    weights);
    }
    TakeWeights(first_, weights.first, gradient);
    TakeWeights(second_, weights.second, gradient);
    TakeWeights(third_, weights.third, gradient);
  }

 private:
  static size_t Row(const nn::ImageShape& shape) { return static_cast<size_t>(shape.row()); }
  static size_t Size(const nn::ImageShape& shape) { return Numbers(shape.pixels(), shape.row()); }

  size_t Weights(const nn::Convolution<Scalar>* layer) const {
    return Numbers(9 * channels_, layer == &first_ ? 1 : channels_);
  }

  Scalar* Means(const EncoderRows<Scalar>& rows, Tape<Scalar>& tape) const {
    return tape.Room(TapeSlot::kFirstOwn, static_cast<size_t>(rows.rows) * Row(half_));
  }

  // What is kept of the i-th of n images, and working memory.
  struct Rooms {
    Rooms(const ImageEncoder& e, int n, int i, Tape<Scalar>& tape) {
      size_t slot = TapeSlot::kFirstOwn + 1;
      const auto kept = [&](const nn::ImageShape& shape) {
        return tape.Room(slot++, static_cast<size_t>(n) * Size(shape)) +
               static_cast<size_t>(i) * Size(shape);
      };
      grey = kept(e.grey_);
      full = kept(e.full_);
      pooled = kept(e.half_);
      inner = kept(e.half_);
      block = kept(e.half_);
      patches = tape.Room(slot++, std::max(e.first_.patches_size(), e.second_.patches_size()));
      full_gradient = tape.Room(slot++, Size(e.full_));
      pooled_gradient = tape.Room(slot++, Size(e.half_));
      inner_gradient = tape.Room(slot++, Size(e.half_));
      block_gradient = tape.Room(slot++, Size(e.half_));
    }
    Scalar *grey, *full, *pooled, *inner, *block, *patches;
    Scalar *full_gradient, *pooled_gradient, *inner_gradient, *block_gradient;
  };

  struct WeightRooms {
    WeightRooms(const ImageEncoder& e, Tape<Scalar>& tape) {
      size_t slot = TapeSlot::kFirstOwn + 11;
      const auto zeros = [&](const nn::Convolution<Scalar>& layer) {
        const size_t size = layer.linear().weight_gradient_size();
        Scalar* room = tape.Room(slot++, size);
        std::fill_n(room, size, Scalar{0});
        return room;
      };
      first = zeros(e.first_);
      second = zeros(e.second_);
      third = zeros(e.third_);
    }
    Scalar *first, *second, *third;
  };

  void ImageBackward(const Rooms& rooms, const Scalar* mean_gradient,
                     const WeightRooms& weights) const {
    const size_t size = Size(half_);
    nn::MeanPoolGradient(half_, mean_gradient, rooms.block_gradient);
    kernels_.relu_gradient(size, rooms.block, rooms.block_gradient);
    std::fill_n(rooms.inner_gradient, size, Scalar{0});
    third_.Backward(kernels_, rooms.inner, rooms.block_gradient, rooms.patches, weights.third,
                    rooms.inner_gradient);
    kernels_.relu_gradient(size, rooms.inner, rooms.inner_gradient);
    std::copy_n(rooms.block_gradient, size, rooms.pooled_gradient);
    second_.Backward(kernels_, rooms.pooled, rooms.inner_gradient, rooms.patches, weights.second,
                     rooms.pooled_gradient);
    std::fill_n(rooms.full_gradient, Size(full_), Scalar{0});
    nn::MaxPoolGradient(full_, rooms.full, rooms.pooled, rooms.pooled_gradient,
                        rooms.full_gradient);
    kernels_.relu_gradient(Size(full_), rooms.full, rooms.full_gradient);
    first_.Backward(kernels_, rooms.grey, rooms.full_gradient, rooms.patches, weights.first,
                    nullptr);
  }

  // Adds a layer's gradient to the front of `gradient` and steps over it.
  void TakeWeights(const nn::Convolution<Scalar>& layer, const Scalar* packed,
                   std::span<Scalar>& gradient) const {
    const size_t weights = Weights(&layer), biases = static_cast<size_t>(channels_);
    layer.linear().Unpack(packed, gradient.first(weights), gradient.subspan(weights, biases));
    gradient = gradient.subspan(weights + biases);
  }

  int channels_;
  nn::ImageShape grey_, full_, half_;
  const nn::Kernels<Scalar>& kernels_;
  nn::Convolution<Scalar> first_, second_, third_;
  Join<Scalar> join_;
};

}  // namespace

template <typename Scalar>
std::unique_ptr<ModalityEncoder<Scalar>> NewImageEncoder(const Architecture& architecture,
                                                         const FeatureShape& feature,
                                                         const nn::Kernels<Scalar>& kernels) {
  return std::make_unique<ImageEncoder<Scalar>>(architecture, feature,
                                                Resolved(feature, architecture.hidden), kernels);
}

template std::unique_ptr<ModalityEncoder<float>> NewImageEncoder(const Architecture&,
                                                                 const FeatureShape&,
                                                                 const nn::Kernels<float>&);
template std::unique_ptr<ModalityEncoder<double>> NewImageEncoder(const Architecture&,
                                                                  const FeatureShape&,
                                                                  const nn::Kernels<double>&);

}  // namespace consilium::modn
