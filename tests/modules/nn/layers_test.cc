#include <vector>

#include "base/random.h"
#include "gmock/gmock.h"
#include "modules/nn/pooling.h"
#include "tests/support/gradient_check.h"

namespace consilium::nn {
namespace {

using Numbers = std::vector<double>;

Numbers RandomNumbers(size_t n, uint64_t seed) {
  Random random(seed);
  Numbers numbers(n);
  for (double& x : numbers) x = random.Normal();
  return numbers;
}

TEST(LinearTest, TakesTheOutputsOfEveryBlockApart) {
  Linear<double> linear(3, 2, 2);
  const Numbers w = RandomNumbers(12, 1), b = RandomNumbers(4, 2);
  linear.Load(w, b);
  EXPECT_EQ(linear.output_row(), 32);
  Numbers x(16), y(32, 7);
  x[0] = 1, x[1] = -2, x[2] = 3;
  linear.Forward(PlainKernels<double>(), 1, x.data(), y.data());
  for (size_t o = 0; o < 4; ++o) {
    EXPECT_NEAR(y[o / 2 * 16 + o % 2], w[3 * o] - 2 * w[3 * o + 1] + 3 * w[3 * o + 2] + b[o],
                1e-12);
  }
  EXPECT_EQ(y[2], 0);
}

// w, b and the image in one vector; the loss is a fixed weighted sum of the outputs.
TEST(ConvolutionTest, HasTheGradientOfWeightsAndImage) {
  const ImageShape shape = {3, 4, 2};
  constexpr size_t kWeights = 3 * 2 * 9, kBiases = 3;
  Convolution<double> layer(shape, 3);
  const size_t image_size = 12 * 16;
  Numbers all = RandomNumbers(kWeights + kBiases + 12 * 2, 1);
  const Numbers of_outputs = RandomNumbers(12 * 16, 2);
  Numbers image(image_size), patches(layer.patches_size()), output(12 * 16);
  const auto load = [&](std::span<const double> at) {
    layer.Load(at.first(kWeights), at.subspan(kWeights, kBiases));
    for (size_t p = 0; p < 12; ++p) {
      for (size_t c = 0; c < 2; ++c) image[p * 16 + c] = at[kWeights + kBiases + p * 2 + c];
    }
  };
  const auto loss = [&](std::span<const double> at) {
    load(at);
    layer.Forward(PlainKernels<double>(), image.data(), patches.data(), output.data());
    double sum = 0;
    for (size_t p = 0; p < 12; ++p) {
      for (size_t c = 0; c < 3; ++c) sum += of_outputs[p * 16 + c] * output[p * 16 + c];
    }
    return sum;
  };
  load(all);
  Numbers packed(layer.linear().weight_gradient_size()), image_gradient(image_size);
  layer.Backward(PlainKernels<double>(), image.data(), of_outputs.data(), patches.data(),
                 packed.data(), image_gradient.data());
  Numbers gradient(all.size());
  layer.linear().Unpack(packed.data(), std::span(gradient).first(kWeights),
                        std::span(gradient).subspan(kWeights, kBiases));
  for (size_t p = 0; p < 12; ++p) {
    for (size_t c = 0; c < 2; ++c) {
      gradient[kWeights + kBiases + p * 2 + c] = image_gradient[p * 16 + c];
    }
  }
  testing::ExpectGradient(loss, all, gradient);
}

TEST(ConvolutionTest, SumsEachPixelsNeighboursWithinTheImage) {
  Convolution<double> layer({2, 3, 1}, 1);
  layer.Load(Numbers(9, 1), Numbers(1, 0));
  Numbers image(6 * 16), patches(layer.patches_size()), output(6 * 16);
  for (size_t p = 0; p < 6; ++p) image[p * 16] = static_cast<double>(p + 1);
  layer.Forward(PlainKernels<double>(), image.data(), patches.data(), output.data());
  EXPECT_EQ(output[0], 1 + 2 + 4 + 5);
  EXPECT_EQ(output[16], 21);
}

// Of two channels, so that w is seen to be [outputs, channels, 3, 3].
TEST(ConvolutionTest, WeighsEachChannelsNeighboursAsPlaced) {
  Convolution<double> layer({1, 2, 2}, 1);
  Numbers w(18);
  for (size_t i = 0; i < w.size(); ++i) w[i] = static_cast<double>(i);
  layer.Load(w, Numbers(1, 0.5));
  Numbers image(2 * 16), patches(layer.patches_size()), output(2 * 16);
  image[0] = 1, image[1] = 10, image[16] = 100, image[17] = 1000;
  layer.Forward(PlainKernels<double>(), image.data(), patches.data(), output.data());
  EXPECT_EQ(output[0], 0.5 + 1 * 4 + 100 * 5 + 10 * 13 + 1000 * 14);
  EXPECT_EQ(output[16], 0.5 + 1 * 3 + 100 * 4 + 10 * 12 + 1000 * 13);
}

TEST(PoolingTest, HasTheGradientsOfMaximumAndMean) {
  const ImageShape shape = {5, 4, 16}, half = Pooled(shape);
  EXPECT_EQ(half.pixels(), 4);
  const Numbers image = RandomNumbers(20 * 16, 1), weights = RandomNumbers(16, 2);
  const auto loss = [&](std::span<const double> at) {
    Numbers pooled(4 * 16), mean(16);
    MaxPool(shape, at.data(), pooled.data());
    MeanPool(half, pooled.data(), mean.data());
    double sum = 0;
    for (size_t c = 0; c < 16; ++c) sum += weights[c] * mean[c];
    return sum;
  };
  Numbers pooled(4 * 16), pooled_gradient(4 * 16), gradient(20 * 16);
  MaxPool(shape, image.data(), pooled.data());
  MeanPoolGradient(half, weights.data(), pooled_gradient.data());
  MaxPoolGradient(shape, image.data(), pooled.data(), pooled_gradient.data(), gradient.data());
  testing::ExpectGradient(loss, image, gradient);
}

}  // namespace
}  // namespace consilium::nn
