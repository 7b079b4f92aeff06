#include "modules/modn/feature_decoding.h"

#include <algorithm>
#include <cmath>

#include "modules/modn/packed_network.h"

namespace consilium::modn {
namespace {

size_t Numbers(int rows, int length) {
  return static_cast<size_t>(rows) * static_cast<size_t>(length);
}

template <typename Scalar>
void AtLeast(AlignedVector<Scalar>& values, size_t size) {
  if (values.size() < size) values.resize(size);
}

}  // namespace

template <typename Scalar>
FeatureDecoding<Scalar>::FeatureDecoding(const Architecture& architecture,
                                         const nn::Kernels<Scalar>& kernels)
    : stack_(architecture),
      state_(architecture.state),
      state_row_(RowLengths(architecture).state),
      kernels_(kernels) {}

template <typename Scalar>
void FeatureDecoding<Scalar>::PrepareStates(int n) {
  n_ = n;
  padded_ = nn::PaddedRow(n);
  AtLeast(states_, Numbers(n, state_row_));
  AtLeast(states_transposed_, Numbers(state_row_, padded_));
  AtLeast(hidden_, Numbers(stack_.units, padded_));
  AtLeast(outputs_, Numbers(stack_.outputs, padded_));
}

template <typename Scalar>
void FeatureDecoding<Scalar>::Forward(const PackedFeatureDecoders<Scalar>& decoders) {
  std::fill_n(states_transposed_.begin(), Numbers(state_row_, padded_), Scalar{0});
  for (int i = 0; i < n_; ++i) {
    const Scalar* from = State(i);
    for (int s = 0; s <= state_; ++s) {
      states_transposed_[Numbers(s, padded_) + static_cast<size_t>(i)] = from[s];
    }
  }
  std::fill_n(hidden_.begin(), Numbers(stack_.units, padded_), Scalar{0});
  kernels_.multiply_add({stack_.units, padded_, state_ + 1, decoders.w1.data(), state_row_, 1,
                         states_transposed_.data(), padded_, hidden_.data(), padded_});
  kernels_.relu(Numbers(stack_.units, padded_), hidden_.data());
  for (int o = 0; o < stack_.outputs; ++o) {
    std::fill_n(outputs(o), padded_, decoders.b2[static_cast<size_t>(o)]);
  }
  for (const FeatureDecoderPlace& place : stack_.places) {
    const int at_once = place.categorical ? place.outputs : 1;
    for (int o = 0; o < place.outputs; o += at_once) {
      kernels_.multiply_add({at_once, padded_, stack_.hidden,
                             &decoders.w2[Numbers(place.first_output + o, stack_.hidden)],
                             stack_.hidden, 1,
                             &hidden_[Numbers(stack_.FirstUnit(place, o), padded_)], padded_,
                             outputs(place.first_output + o), padded_});
    }
  }
}

template <typename Scalar>
void FeatureDecoding<Scalar>::Backward(const PackedFeatureDecoders<Scalar>& decoders,
                                       FeatureDecodersGradient<Scalar>& gradient) {
  AtLeast(hidden_gradient_, Numbers(stack_.units, padded_));
  AtLeast(states_gradient_, Numbers(n_, state_row_));
  std::fill_n(hidden_gradient_.begin(), Numbers(stack_.units, padded_), Scalar{0});
  for (size_t p = 0; p < stack_.places.size(); ++p) SecondLayerBackward(decoders, p, gradient);
  kernels_.relu_gradient(Numbers(stack_.units, padded_), hidden_.data(), hidden_gradient_.data());
  kernels_.multiply_add({stack_.units, state_row_, n_, hidden_gradient_.data(), padded_, 1,
                         states_.data(), state_row_, gradient.w1.data(), state_row_});
  std::fill_n(states_gradient_.begin(), Numbers(n_, state_row_), Scalar{0});
  kernels_.multiply_add({n_, state_row_, stack_.units, hidden_gradient_.data(), 1, padded_,
                         decoders.w1.data(), state_row_, states_gradient_.data(), state_row_});
}

template <typename Scalar>
void FeatureDecoding<Scalar>::SecondLayerBackward(const PackedFeatureDecoders<Scalar>& decoders,
                                                  size_t p,
                                                  FeatureDecodersGradient<Scalar>& gradient) {
  const FeatureDecoderPlace& place = stack_.places[p];
  const int row = nn::PaddedRow(place.outputs);
  transposed_.assign(Numbers(n_, row), Scalar{0});
  for (int o = 0; o < place.outputs; ++o) {
    const Scalar* from = outputs(place.first_output + o);
    Scalar sum = 0;
    for (int i = 0; i < n_; ++i) {
      transposed_[Numbers(i, row) + static_cast<size_t>(o)] = from[i];
      sum += from[i];
    }
    gradient.b2[static_cast<size_t>(place.first_output + o)] += sum;
  }
  kernels_.multiply_add({place.units, row, n_, &hidden_[Numbers(place.first_unit, padded_)],
                         padded_, 1, transposed_.data(), row, gradient.w2[p].data(), row});
  const int at_once = place.categorical ? place.outputs : 1;
  for (int o = 0; o < place.outputs; o += at_once) {
    kernels_.multiply_add({stack_.hidden, padded_, at_once,
                           &decoders.w2[Numbers(place.first_output + o, stack_.hidden)], 1,
                           stack_.hidden, outputs(place.first_output + o), padded_,
                           &hidden_gradient_[Numbers(stack_.FirstUnit(place, o), padded_)],
                           padded_});
  }
}

template <typename Scalar>
double NormalLoss(int n, const Scalar* values, const Scalar* weights, Scalar* mu,
                  Scalar* log_sigma) {
  constexpr auto kMost = static_cast<Scalar>(kMostLogDeviation);
  double loss = 0;
  for (int i = 0; i < n; ++i) {
    const Scalar weight = weights[i];
    if (weight == 0) {
      mu[i] = log_sigma[i] = 0;
      continue;
    }
    const Scalar bounded = std::clamp(log_sigma[i], -kMost, kMost);
    const Scalar precision = std::exp(-2 * bounded);
    const Scalar distance = values[i] - mu[i];
    const Scalar wrong = distance * distance * precision;
    loss += static_cast<double>(weight * (bounded + wrong / 2));
    const Scalar slope = 1 - wrong;
    const bool outwards =
        (log_sigma[i] > kMost && slope < 0) || (log_sigma[i] < -kMost && slope > 0);
    mu[i] = -weight * distance * precision;
    log_sigma[i] = outwards ? 0 : weight * slope;
  }
  return loss;
}

template class FeatureDecoding<float>;
template class FeatureDecoding<double>;
template double NormalLoss(int, const float*, const float*, float*, float*);
template double NormalLoss(int, const double*, const double*, double*, double*);

}  // namespace consilium::modn
