#ifndef CONSILIUM_MODULES_MODN_FEATURE_DECODER_H_
#define CONSILIUM_MODULES_MODN_FEATURE_DECODER_H_

#include <cstdint>
#include <span>

namespace consilium {

// A small network on top of the state, W2 relu(W1 s + b1) + b2, as parts of flat buffers:
// w1 [hidden, state], b1 [hidden], w2 [outputs, hidden], b2 [outputs].
template <typename Scalar>
struct TwoLayers {
  int state = 0, hidden = 0, outputs = 0;
  std::span<Scalar> w1, b1, w2, b2;
};

// states [n, state] -> hidden [n, hidden], outputs [n, outputs]
template <typename Scalar>
void Forward(const TwoLayers<const Scalar>& layers, std::span<const Scalar> states,
             std::span<Scalar> hidden, std::span<Scalar> outputs);

// Adds to `gradient` from dL/d(outputs); adds dL/d(states) to `states_gradient` unless empty.
template <typename Scalar>
void Backward(const TwoLayers<const Scalar>& layers, std::span<const Scalar> states,
              std::span<const Scalar> hidden, std::span<const Scalar> outputs_gradient,
              const TwoLayers<Scalar>& gradient, std::span<Scalar> states_gradient);

// What a state says of a categorical feature: outputs [n, C] are logits, categories [n].
// Returns the mean NLL; writes its gradient into `gradient` and log-probabilities into `outputs`.
template <typename Scalar>
Scalar CategoryLoss(int classes, std::span<const int32_t> categories, std::span<Scalar> outputs,
                    std::span<Scalar> gradient);

// What a state says of a continuous feature: mean and log-deviation, each [n].
// Returns the mean of log sigma + (x - mu)^2 / (2 sigma^2); writes both gradients.
template <typename Scalar>
Scalar NormalLoss(std::span<const Scalar> values, std::span<const Scalar> mu,
                  std::span<const Scalar> log_sigma, std::span<Scalar> mu_gradient,
                  std::span<Scalar> log_sigma_gradient);

}  // namespace consilium

#endif  // CONSILIUM_MODULES_MODN_FEATURE_DECODER_H_
