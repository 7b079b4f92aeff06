#include "modules/modn/deep_decoders.h"

#include <algorithm>

namespace consilium::modn {

template <typename Scalar>
DeepDecoders<Scalar>::DeepDecoders(const Architecture& architecture, int state_row) {
  int first_class = 0;
  for (size_t o = 0; o < architecture.outcomes.size(); ++o) {
    const OutcomeShape& outcome = architecture.outcomes[o];
    if (outcome.hidden > 0) {
      decoders_.push_back({DecoderModule(architecture, static_cast<int>(o)), first_class,
                           Outputs(outcome),
                           nn::Linear<Scalar>(architecture.state, outcome.hidden, 1, state_row),
                           nn::Linear<Scalar>(outcome.hidden, Outputs(outcome))});
    }
    first_class += Outputs(outcome);
  }
}

template <typename Scalar>
void DeepDecoders<Scalar>::Load(const nn::Layout& layout, std::span<const Scalar> parameters) {
  for (Decoder& decoder : decoders_) {
    const auto tensor = [&](int t) {
      return nn::Slice(parameters, layout.tensor_block(decoder.module, t));
    };
    decoder.first.Load(tensor(0), tensor(1));
    decoder.second.Load(tensor(2), tensor(3));
  }
}

template <typename Scalar>
void DeepDecoders<Scalar>::Forward(const nn::Kernels<Scalar>& kernels, int d, int n,
                                   const Scalar* states, Scalar* hidden, Scalar* z) const {
  At(d).first.Forward(kernels, n, states, hidden);
  kernels.relu(static_cast<size_t>(n) * static_cast<size_t>(hidden_row(d)), hidden);
  At(d).second.Forward(kernels, n, hidden, z);
}

template <typename Scalar>
size_t DeepDecoders<Scalar>::gradient_size(int d) const {
  return At(d).first.weight_gradient_size() + At(d).second.weight_gradient_size();
}

template <typename Scalar>
void DeepDecoders<Scalar>::Backward(const nn::Kernels<Scalar>& kernels, int d, int n,
                                    const Scalar* states, const Scalar* hidden,
                                    const Scalar* z_gradient, Scalar* hidden_gradient,
                                    Scalar* gradient, Scalar* states_gradient) const {
  const Decoder& decoder = At(d);
  const size_t numbers = static_cast<size_t>(n) * static_cast<size_t>(hidden_row(d));
  Scalar* second = gradient + decoder.first.weight_gradient_size();
  decoder.second.AddWeightGradient(kernels, n, hidden, z_gradient, output_row(d), second);
  std::fill_n(hidden_gradient, numbers, Scalar{0});
  decoder.second.AddInputGradient(kernels, n, z_gradient, output_row(d), hidden_gradient);
  kernels.relu_gradient(numbers, hidden, hidden_gradient);
  decoder.first.AddWeightGradient(kernels, n, states, hidden_gradient, hidden_row(d), gradient);
  decoder.first.AddInputGradient(kernels, n, hidden_gradient, hidden_row(d), states_gradient);
}

template <typename Scalar>
void DeepDecoders<Scalar>::AddModule(const nn::Layout& layout, int m,
                                     const std::vector<AlignedVector<Scalar>>& gradients,
                                     std::span<Scalar> flat) const {
  for (size_t d = 0; d < decoders_.size(); ++d) {
    const Decoder& decoder = decoders_[d];
    if (decoder.module != m) continue;
    const auto tensor = [&](int t) { return nn::Slice(flat, layout.tensor_block(m, t)); };
    const Scalar* gradient = gradients[d].data();
    decoder.first.Unpack(gradient, tensor(0), tensor(1));
    decoder.second.Unpack(gradient + decoder.first.weight_gradient_size(), tensor(2), tensor(3));
  }
}

template class DeepDecoders<float>;
template class DeepDecoders<double>;

}  // namespace consilium::modn
