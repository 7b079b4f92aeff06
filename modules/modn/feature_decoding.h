#ifndef CONSILIUM_MODULES_MODN_FEATURE_DECODING_H_
#define CONSILIUM_MODULES_MODN_FEATURE_DECODING_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "modules/aligned.h"
#include "modules/modn/feature_decoders.h"
#include "modules/nn/kernels.h"

namespace consilium::modn {

// Some states decoded by all feature decoders at once, and the way back. Not thread-safe; keeps
// its memory from call to call.
template <typename Scalar>
class FeatureDecoding {
 public:
  FeatureDecoding(const Architecture& architecture, const nn::Kernels<Scalar>& kernels);

  // Decodes `n` states. Fill `states` first: PrepareStates(n), then row after row through State(i).
  void PrepareStates(int n);
  Scalar* State(int i) {
    return &states_[static_cast<size_t>(i) * static_cast<size_t>(state_row_)];
  }
  void Forward(const PackedFeatureDecoders<Scalar>& decoders);

  // Output `o` of the stack for state i: outputs(o)[i]. Those of i from n up to padded() are of no
  // state: their gradients must be 0.
  Scalar* outputs(int o) {
    return &outputs_[static_cast<size_t>(o) * static_cast<size_t>(padded_)];
  }
  ptrdiff_t stride() const { return padded_; }
  int padded() const { return padded_; }

  // With the outputs replaced by dL/d(outputs): adds to `gradient` and makes StateGradient(i)
  // dL/d(state i).
  void Backward(const PackedFeatureDecoders<Scalar>& decoders,
                FeatureDecodersGradient<Scalar>& gradient);
  const Scalar* StateGradient(int i) const {
    return &states_gradient_[static_cast<size_t>(i) * static_cast<size_t>(state_row_)];
  }

  const FeatureDecoderStack& stack() const { return stack_; }

 private:
  void SecondLayerBackward(const PackedFeatureDecoders<Scalar>& decoders, size_t place,
                           FeatureDecodersGradient<Scalar>& gradient);

  const FeatureDecoderStack stack_;
  const int state_, state_row_;
  const nn::Kernels<Scalar>& kernels_;
  int n_ = 0, padded_ = 0;
  AlignedVector<Scalar> states_, states_transposed_;  // [n, state row], [S+1, padded]
  AlignedVector<Scalar> hidden_, outputs_;            // [units, padded], [outputs, padded]
  AlignedVector<Scalar> hidden_gradient_, states_gradient_;
  AlignedVector<Scalar> transposed_;  // one feature's dL/d(outputs): [n, row of outputs]
};

// For what a state says of a number: the sum of weight * (log sigma + (x - mu)^2 / (2 sigma^2)),
// with log sigma held within +-kMostLogDeviation so that neither a constant feature nor an outlier
// blows up. Replaces `mu` and `log_sigma` by the gradient; a log sigma beyond the bound has none
// but towards it. Entries of weight 0 may hold any value. All [n].
template <typename Scalar>
double NormalLoss(int n, const Scalar* values, const Scalar* weights, Scalar* mu,
                  Scalar* log_sigma);

inline constexpr double kMostLogDeviation = 3;

}  // namespace consilium::modn

#endif  // CONSILIUM_MODULES_MODN_FEATURE_DECODING_H_
