#include "modules/modn/backward_pass.h"

#include <algorithm>

namespace consilium::modn {
namespace {

size_t Numbers(int rows, int length) {
  return static_cast<size_t>(rows) * static_cast<size_t>(length);
}

}  // namespace

template <typename Scalar>
BackwardPass<Scalar>::BackwardPass(const Architecture& architecture,
                                   const nn::Kernels<Scalar>& kernels)
    : architecture_(architecture),
      lengths_(architecture),
      kernels_(kernels),
      reading_(architecture, kernels) {}

template <typename Scalar>
Loss BackwardPass<Scalar>::Run(const PackedNetwork<Scalar>& network,
                               const BasicExamples<Scalar>& examples, const Batch& batch, int begin,
                               const LossOptions& options, const BatchCounts<Scalar>& counts,
                               const RowGradients<Scalar>& rows, ForwardPass<Scalar>& pass,
                               PackedGradient<Scalar>& gradient) {
  weights_.Compute(options, counts, architecture_.state, pass);
  Loss loss;
  loss.nll = reading_.Run(examples, batch, begin, options.squashed, counts, weights_, pass);
  by_patient_.assign(Numbers(pass.patients(), lengths_.state), Scalar{0});
  for (auto segment = pass.segments().rbegin(); segment != pass.segments().rend(); ++segment) {
    loss.state_change += Step(network, *segment, rows, pass, gradient);
  }
  FinishInitialState(network, rows, pass, gradient);
  return loss;
}

// Returns the segment's penalty for the change of state.
template <typename Scalar>
double BackwardPass<Scalar>::Step(const PackedNetwork<Scalar>& network, const Segment& segment,
                                  const RowGradients<Scalar>& rows, ForwardPass<Scalar>& pass,
                                  PackedGradient<Scalar>& gradient) {
  const int first = segment.first, end = segment.end, n = end - first, length = lengths_.state;
  if (before_.size() < Numbers(n, length)) {
    for (auto* states : {&before_, &after_, &penalised_}) states->resize(Numbers(n, length));
    hidden_.resize(Numbers(n, lengths_.hidden));
  }
  Scalar* after = after_.data();
  for (int row = first; row < end; ++row, after += length) {
    std::copy_n(&by_patient_[Numbers(pass.patient(row), length)], length, after);
    rows.AddTo(row, after);
  }
  kernels_.multiply_add({n, length, lengths_.classes, pass.logits() + first, 1, pass.logit_stride(),
                         network.decoders.data(), length, after_.data(), length});
  DeepDecodersBack(network.deep_decoders, first, end, pass, gradient, after_.data());
  pass.CopyPrevious(first, end, before_.data());
  std::copy_n(after_.begin(), Numbers(n, length), penalised_.begin());
  const double penalty =
      kernels_.distance(n, length, pass.state(first), before_.data(),
                        &weights_.change()[static_cast<size_t>(first)], penalised_.data());
  const auto f = static_cast<size_t>(segment.feature);
  if (network.modality_encoders[f] == nullptr) {
    EncoderStep(network.encoders[f], architecture_.features[f].width, first, end, pass,
                gradient.encoders[f]);
  } else {
    ModalityStep(*network.modality_encoders[f], segment, pass, gradient.modality_encoders[f]);
  }
  after = after_.data();
  for (int row = first; row < end; ++row, after += length) {
    std::copy_n(after, length, &by_patient_[Numbers(pass.patient(row), length)]);
  }
  return penalty;
}

// The same with another encoder e: s' = s + e(s, x), or without residual s' = e(s, x), where of
// dL/ds only the penalty's pull is left: the opposite of that on s'.
template <typename Scalar>
void BackwardPass<Scalar>::ModalityStep(const ModalityEncoder<Scalar>& encoder,
                                        const Segment& segment, ForwardPass<Scalar>& pass,
                                        std::span<Scalar> gradient) {
  const int n = segment.end - segment.first;
  if (!architecture_.features[static_cast<size_t>(segment.feature)].encoder.residual) {
    for (size_t i = 0; i < Numbers(n, lengths_.state); ++i) after_[i] -= penalised_[i];
  }
  encoder.Backward({n, pass.payload(segment.first), before_.data(), lengths_.state},
                   pass.tape(segment), penalised_.data(), gradient, after_.data());
}

// Adds to dL/ds, [rows, state row], and to the decoders' gradients.
template <typename Scalar>
void BackwardPass<Scalar>::DeepDecodersBack(const DeepDecoders<Scalar>& decoders, int first,
                                            int end, const ForwardPass<Scalar>& pass,
                                            PackedGradient<Scalar>& gradient,
                                            Scalar* states_gradient) {
  const int n = end - first;
  for (int d = 0; d < decoders.size(); ++d) {
    const int row = decoders.output_row(d);
    deep_logits_.assign(Numbers(n, row), Scalar{0});
    for (int c = 0; c < decoders.outputs(d); ++c) {
      const Scalar* from =
          pass.logits() + (decoders.first_class(d) + c) * pass.logit_stride() + first;
      for (int i = 0; i < n; ++i) deep_logits_[Numbers(i, row) + static_cast<size_t>(c)] = from[i];
    }
    deep_hidden_.resize(Numbers(n, decoders.hidden_row(d)));
    decoders.Backward(kernels_, d, n, pass.state(first), pass.decoder_hidden(d, first),
                      deep_logits_.data(), deep_hidden_.data(),
                      gradient.deep_decoders[static_cast<size_t>(d)].data(), states_gradient);
  }
}

// With g = dL/ds': dW2 += g h^T, db2 += g, dh = W2^T g where h > 0, dW1 += dh [x; s; 1]^T, and
// dL/ds = g without the penalty (which pulls s' and s equally) + W1^T dh.
template <typename Scalar>
void BackwardPass<Scalar>::EncoderStep(const Encoder& encoder, int width, int first, int end,
                                       const ForwardPass<Scalar>& pass, EncoderGradient& gradient) {
  const int n = end - first, state = architecture_.state;
  const int s_row = lengths_.state, h_row = lengths_.hidden;
  const Scalar* g = penalised_.data();
  Scalar* dh = hidden_.data();
  kernels_.multiply_add(
      {state, h_row, n, g, 1, s_row, pass.hidden(first), h_row, gradient.w2.data(), h_row});
  kernels_.multiply_add({1, s_row, n, &one_, 0, 0, g, s_row, gradient.b2.data(), s_row});
  std::fill_n(dh, Numbers(n, h_row), Scalar{0});
  kernels_.multiply_add({n, h_row, state, g, s_row, 1, encoder.w2.data(), h_row, dh, h_row});
  kernels_.relu_gradient(Numbers(n, h_row), pass.hidden(first), dh);
  kernels_.multiply_add({architecture_.hidden, s_row, n, dh, 1, h_row, before_.data(), s_row,
                         gradient.w1.data(), s_row});
  kernels_.multiply_add({n, s_row, architecture_.hidden, dh, h_row, 1, encoder.w1.data(), s_row,
                         after_.data(), s_row});
  if (width == 1) {
    kernels_.multiply_add(
        {1, h_row, n, pass.value(first), 0, 1, dh, h_row, gradient.x.data(), h_row});
    return;
  }
  for (int i = 0; i < n; ++i, dh += h_row) {
    Scalar* sum = &gradient.x[Numbers(static_cast<int>(*pass.value(first + i)), h_row)];
    for (int j = 0; j < h_row; ++j) sum[j] += dh[j];
  }
}

template <typename Scalar>
void BackwardPass<Scalar>::FinishInitialState(const PackedNetwork<Scalar>& network,
                                              const RowGradients<Scalar>& rows,
                                              const ForwardPass<Scalar>& pass,
                                              PackedGradient<Scalar>& gradient) {
  const int length = lengths_.state;
  DeepDecodersBack(network.deep_decoders, 0, 1, pass, gradient, gradient.s0.data());
  kernels_.multiply_add({lengths_.classes, length, pass.rows(), pass.logits(), pass.logit_stride(),
                         1, pass.state(0), length, gradient.decoders.data(), length});
  kernels_.multiply_add({1, length, lengths_.classes, pass.logits(), 0, pass.logit_stride(),
                         network.decoders.data(), length, gradient.s0.data(), length});
  kernels_.multiply_add({1, length, pass.patients(), &one_, 0, 0, by_patient_.data(), length,
                         gradient.s0.data(), length});
  rows.AddTo(0, gradient.s0.data());
}

template class BackwardPass<float>;
template class BackwardPass<double>;

}  // namespace consilium::modn
