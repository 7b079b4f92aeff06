#include "modules/modn/fusion_network.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "base/random.h"

namespace consilium::modn {
namespace {

template <typename Scalar>
AlignedVector<Scalar> Rows(int rows, int row) {
  return AlignedVector<Scalar>(static_cast<size_t>(rows) * static_cast<size_t>(row));
}

}  // namespace

template <typename Scalar>
FusionNetwork<Scalar>::FusionNetwork(int inputs, std::span<const int> hidden,
                                     std::vector<int> classes, const nn::Kernels<Scalar>& kernels)
    : kernels_(kernels), classes_(std::move(classes)) {
  std::vector<int> outputs(hidden.begin(), hidden.end());
  outputs.push_back(std::accumulate(classes_.begin(), classes_.end(), 0));
  for (const int width : outputs) {
    Layer& layer = layers_.emplace_back();
    layer.inputs = inputs;
    layer.outputs = width;
    layer.input_row = nn::PaddedRow(inputs + 1);
    layer.output_row = nn::PaddedRow(width + 1);
    layer.offset = size_;
    layer.weights = Rows<Scalar>(width, layer.input_row);
    layer.transposed = Rows<Scalar>(inputs + 1, layer.output_row);
    layer.sums = Rows<Scalar>(width, layer.input_row);
    size_ += static_cast<size_t>(width) * static_cast<size_t>(inputs + 1);
    inputs = width;
  }
}

template <typename Scalar>
void FusionNetwork<Scalar>::Initialise(uint64_t seed, std::span<Scalar> parameters) const {
  for (size_t l = 0; l < layers_.size(); ++l) {
    const Layer& layer = layers_[l];
    Random random = Random::Named(seed, "fusion network", l);
    const double bound = std::sqrt(6.0 / layer.inputs);
    Scalar* p = parameters.data() + layer.offset;
    for (int row = 0; row < layer.outputs; ++row) {
      for (int i = 0; i < layer.inputs; ++i) {
        *p++ = static_cast<Scalar>(bound * (2 * random.Uniform() - 1));
      }
      *p++ = 0;
    }
  }
}

template <typename Scalar>
void FusionNetwork<Scalar>::Load(std::span<const Scalar> parameters) {
  for (Layer& layer : layers_) {
    const Scalar* p = parameters.data() + layer.offset;
    for (int row = 0; row < layer.outputs; ++row) {
      for (int i = 0; i <= layer.inputs; ++i, ++p) {
        layer.weights[static_cast<size_t>(row * layer.input_row + i)] = *p;
        layer.transposed[static_cast<size_t>(i * layer.output_row + row)] = *p;
      }
    }
  }
}

template <typename Scalar>
void FusionNetwork<Scalar>::Forward(int n, const Scalar* x) {
  for (Layer& layer : layers_) {
    const size_t size = static_cast<size_t>(n) * static_cast<size_t>(layer.output_row);
    layer.values.assign(size, 0);
    kernels_.multiply_add({n, layer.output_row, layer.inputs + 1, x, layer.input_row, 1,
                           layer.transposed.data(), layer.output_row, layer.values.data(),
                           layer.output_row});
    if (&layer == &layers_.back()) break;
    kernels_.relu(size, layer.values.data());
    for (int i = 0; i < n; ++i) {
      layer.values[static_cast<size_t>(i * layer.output_row + layer.outputs)] = 1;
    }
    x = layer.values.data();
  }
}

// Leaves dL/d(logits) in the last layer's delta.
template <typename Scalar>
double FusionNetwork<Scalar>::SoftmaxLoss(int n, std::span<const int32_t> labels) {
  Layer& last = layers_.back();
  const int stride = nn::PaddedRow(n);
  logits_.assign(static_cast<size_t>(last.outputs) * static_cast<size_t>(stride), 0);
  last.delta.assign(last.values.size(), 0);
  for (int i = 0; i < n; ++i) {
    for (int c = 0; c < last.outputs; ++c) {
      logits_[static_cast<size_t>(c * stride + i)] =
          last.values[static_cast<size_t>(i * last.output_row + c)];
    }
  }
  double loss = 0;
  int first = 0;
  for (size_t o = 0; o < classes_.size(); ++o) {
    labels_.assign(static_cast<size_t>(stride), -1);
    std::copy_n(labels.begin() + static_cast<ptrdiff_t>(o) * n, n, labels_.begin());
    const auto known = std::ranges::count_if(labels_, [](int32_t label) { return label >= 0; });
    weights_.assign(static_cast<size_t>(stride), 0);
    for (size_t i = 0; i < static_cast<size_t>(n); ++i) {
      if (labels_[i] >= 0) weights_[i] = 1 / static_cast<Scalar>(known);
    }
    loss += kernels_.softmax_loss({classes_[o], stride, stride,
                                   &logits_[static_cast<size_t>(first * stride)], labels_.data(),
                                   weights_.data()});
    first += classes_[o];
  }
  for (int i = 0; i < n; ++i) {
    for (int c = 0; c < last.outputs; ++c) {
      last.delta[static_cast<size_t>(i * last.output_row + c)] =
          logits_[static_cast<size_t>(c * stride + i)];
    }
  }
  return loss;
}

template <typename Scalar>
void FusionNetwork<Scalar>::AddLayerGradient(int n, const Scalar* x, Layer& layer,
                                             std::span<Scalar> gradient) {
  std::fill(layer.sums.begin(), layer.sums.end(), Scalar{0});
  kernels_.multiply_add({layer.outputs, layer.input_row, n, layer.delta.data(), 1, layer.output_row,
                         x, layer.input_row, layer.sums.data(), layer.input_row});
  Scalar* p = gradient.data() + layer.offset;
  for (int row = 0; row < layer.outputs; ++row) {
    const Scalar* sums = &layer.sums[static_cast<size_t>(row * layer.input_row)];
    for (int i = 0; i <= layer.inputs; ++i) *p++ += sums[i];
  }
}

template <typename Scalar>
void FusionNetwork<Scalar>::Backward(int n, const Scalar* x, std::span<Scalar> gradient) {
  for (size_t l = layers_.size(); l-- > 0;) {
    Layer& layer = layers_[l];
    AddLayerGradient(n, l == 0 ? x : layers_[l - 1].values.data(), layer, gradient);
    if (l == 0) break;
    Layer& below = layers_[l - 1];
    below.delta.assign(below.values.size(), 0);
    kernels_.multiply_add({n, layer.input_row, layer.outputs, layer.delta.data(), layer.output_row,
                           1, layer.weights.data(), layer.input_row, below.delta.data(),
                           below.output_row});
    kernels_.relu_gradient(below.values.size(), below.values.data(), below.delta.data());
  }
}

template <typename Scalar>
double FusionNetwork<Scalar>::AddGradient(std::span<const Scalar> parameters, int n,
                                          const Scalar* x, std::span<const int32_t> labels,
                                          std::span<Scalar> gradient) {
  Load(parameters);
  Forward(n, x);
  const double loss = SoftmaxLoss(n, labels);
  Backward(n, x, gradient);
  return loss;
}

template <typename Scalar>
std::vector<std::vector<float>> FusionNetwork<Scalar>::Predict(std::span<const Scalar> parameters,
                                                               int n, const Scalar* x) {
  Load(parameters);
  Forward(n, x);
  const Layer& last = layers_.back();
  std::vector<std::vector<float>> probabilities;
  int first = 0;
  for (const int classes : classes_) {
    std::vector<float>& all = probabilities.emplace_back();
    for (int i = 0; i < n; ++i) {
      const Scalar* z = &last.values[static_cast<size_t>(i * last.output_row + first)];
      const Scalar largest = *std::max_element(z, z + classes);
      double sum = 0;
      for (int c = 0; c < classes; ++c) sum += std::exp(static_cast<double>(z[c] - largest));
      for (int c = 0; c < classes; ++c) {
        all.push_back(static_cast<float>(std::exp(static_cast<double>(z[c] - largest)) / sum));
      }
    }
    first += classes;
  }
  return probabilities;
}

template class FusionNetwork<float>;
template class FusionNetwork<double>;

}  // namespace consilium::modn
