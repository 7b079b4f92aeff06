#include "modules/modn/backward_pass.h"

#include <algorithm>
#include <cmath>

namespace consilium {
namespace {

size_t Numbers(int rows, int length) {
  return static_cast<size_t>(rows) * static_cast<size_t>(length);
}

}  // namespace

template <typename Scalar>
BackwardPass<Scalar>::BackwardPass(const Architecture& architecture, const Kernels<Scalar>& kernels)
    : architecture_(architecture), lengths_(architecture), kernels_(kernels) {}

template <typename Scalar>
Loss BackwardPass<Scalar>::Run(const PackedNetwork<Scalar>& network,
                               const BasicExamples<Scalar>& examples, const Batch& batch, int begin,
                               const LossOptions& options, const BatchCounts<Scalar>& counts,
                               const RowGradients<Scalar>& rows, ForwardPass<Scalar>& pass,
                               PackedGradient<Scalar>& gradient) {
  weights_.Compute(options, counts, architecture_.state, pass);
  Loss loss;
  loss.nll = ReadingLoss(examples, batch, begin, counts, pass);
  by_patient_.assign(Numbers(pass.patients(), lengths_.state), Scalar{0});
  for (size_t t = batch.order.size(); t-- > 0;) {
    const int first = pass.first_row(static_cast<int>(t));
    const int end = pass.first_row(static_cast<int>(t) + 1);
    if (first == end) continue;
    const int feature = batch.order[t];
    loss.state_change += Step(network, feature, first, end, rows, pass,
                              gradient.encoders[static_cast<size_t>(feature)]);
  }
  FinishInitialState(network, rows, pass, gradient);
  return loss;
}

// Turns all logits into gradients; returns the weighted NLL.
template <typename Scalar>
double BackwardPass<Scalar>::ReadingLoss(const BasicExamples<Scalar>& examples, const Batch& batch,
                                         int begin, const BatchCounts<Scalar>& counts,
                                         ForwardPass<Scalar>& pass) {
  double loss = 0;
  Scalar* z = pass.logits();
  for (size_t o = 0; o < architecture_.outcomes.size(); ++o) {
    const int classes = architecture_.outcomes[o].classes;
    loss += OutcomeLoss(examples.labels[o], classes, counts.labelled[o], batch, begin, pass, z);
    z += classes * pass.logit_stride();
  }
  return loss;
}

template <typename Scalar>
double BackwardPass<Scalar>::OutcomeLoss(const std::vector<int32_t>& labels, int classes,
                                         int labelled, const Batch& batch, int begin,
                                         const ForwardPass<Scalar>& pass, Scalar* z) {
  const Scalar share = labelled > 0 ? 1 / static_cast<Scalar>(labelled) : 0;
  chunk_labels_.resize(static_cast<size_t>(pass.patients()));
  class_weights_.assign(static_cast<size_t>(classes), 0);
  for (size_t i = 0; i < chunk_labels_.size(); ++i) {
    const int patient = batch.patients[static_cast<size_t>(begin) + i];
    const int32_t label = labels[static_cast<size_t>(patient)];
    chunk_labels_[i] = label;
    if (label < 0) continue;
    class_weights_[static_cast<size_t>(label)] += weights_.initial_nll()[i] * share;
  }
  const int padded = PaddedRow(pass.rows());
  row_labels_.assign(static_cast<size_t>(padded), kUnknownLabel);
  row_weights_.assign(static_cast<size_t>(padded), 0);
  for (int row = 1; row < pass.rows(); ++row) {
    const auto at = static_cast<size_t>(row);
    const int32_t label = chunk_labels_[static_cast<size_t>(pass.patient(row))];
    row_labels_[at] = label;
    row_weights_[at] = label >= 0 ? weights_.nll()[at] * share : 0;
  }
  initial_logits_.resize(static_cast<size_t>(classes));
  for (int c = 0; c < classes; ++c) {
    initial_logits_[static_cast<size_t>(c)] = z[c * pass.logit_stride()];
  }
  const double loss = kernels_.softmax_loss(
      {classes, padded, pass.logit_stride(), z, row_labels_.data(), row_weights_.data()});
  return loss + InitialLoss(classes, pass.logit_stride(), initial_logits_.data(), z);
}

// Row 0, which all patients share: its NLL for each class, weighed by the patients of the class.
template <typename Scalar>
double BackwardPass<Scalar>::InitialLoss(int classes, ptrdiff_t stride, const Scalar* logits,
                                         Scalar* z) const {
  const Scalar largest = *std::max_element(logits, logits + classes);
  Scalar sum = 0, total = 0;
  for (int c = 0; c < classes; ++c) {
    sum += std::exp(logits[c] - largest);
    total += class_weights_[static_cast<size_t>(c)];
  }
  const Scalar log_sum = std::log(sum) + largest;
  double loss = 0;
  for (int c = 0; c < classes; ++c) {
    const Scalar weight = class_weights_[static_cast<size_t>(c)];
    loss += static_cast<double>(weight * (log_sum - logits[c]));
    z[c * stride] = total * std::exp(logits[c] - log_sum) - weight;
  }
  return loss;
}

// One question's rows first <= row < end; returns their penalty for the change of state.
template <typename Scalar>
double BackwardPass<Scalar>::Step(const PackedNetwork<Scalar>& network, int feature, int first,
                                  int end, const RowGradients<Scalar>& rows,
                                  const ForwardPass<Scalar>& pass, EncoderGradient& gradient) {
  const int n = end - first, length = lengths_.state;
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
  pass.CopyPrevious(first, end, before_.data());
  std::copy_n(after_.begin(), Numbers(n, length), penalised_.begin());
  const double penalty =
      kernels_.distance(n, length, pass.state(first), before_.data(),
                        &weights_.change()[static_cast<size_t>(first)], penalised_.data());
  const auto f = static_cast<size_t>(feature);
  EncoderStep(network.encoders[f], architecture_.features[f].width, first, end, pass, gradient);
  after = after_.data();
  for (int row = first; row < end; ++row, after += length) {
    std::copy_n(after, length, &by_patient_[Numbers(pass.patient(row), length)]);
  }
  return penalty;
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

}  // namespace consilium
