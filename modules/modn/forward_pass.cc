#include "modules/modn/forward_pass.h"

#include <algorithm>

namespace consilium::modn {
namespace {

template <typename Vector>
void AtLeast(Vector& values, size_t size) {
  if (values.size() < size) values.resize(size);
}

}  // namespace

template <typename Scalar>
ForwardPass<Scalar>::ForwardPass(const Architecture& architecture,
                                 const nn::Kernels<Scalar>& kernels)
    : architecture_(architecture),
      lengths_(architecture),
      kernels_(kernels),
      tapes_(architecture.features.size()),
      tapes_used_(architecture.features.size()) {}

template <typename Scalar>
void ForwardPass<Scalar>::Reserve(const PackedNetwork<Scalar>& network, int patients,
                                  int questions) {
  const auto n = static_cast<size_t>(patients);
  const size_t most = n * static_cast<size_t>(questions) + 2;  // one for FindAnswers to write to
  const auto length = [](int row) { return static_cast<size_t>(row); };
  current_.assign(n, 0);
  AtLeast(patient_, most);
  AtLeast(previous_, most);
  AtLeast(values_, most);
  AtLeast(states_, most * length(lengths_.state));
  AtLeast(hidden_, most * length(lengths_.hidden));
  AtLeast(before_, (n + 1) * length(lengths_.state));
  AtLeast(read_, (n + 1) * length(lengths_.logits));
  // An odd number of cache lines, so that the rows of several classes do not share a cache set.
  const int columns = nn::PaddedRow(static_cast<int>(most));
  logit_stride_ = columns / nn::kRowMultiple % 2 == 1 ? columns : columns + nn::kRowMultiple;
  AtLeast(logits_, length(lengths_.classes) * static_cast<size_t>(logit_stride_));
  decoder_hidden_.resize(static_cast<size_t>(network.deep_decoders.size()));
  for (int d = 0; d < network.deep_decoders.size(); ++d) {
    Rows& rows = decoder_hidden_[static_cast<size_t>(d)];
    rows.length = network.deep_decoders.hidden_row(d);
    AtLeast(rows.values, most * length(rows.length));
    AtLeast(deep_read_, (n + 1) * length(network.deep_decoders.output_row(d)));
  }
  while (static_cast<int>(all_.size()) < patients) all_.push_back(static_cast<int>(all_.size()));
  std::fill(tapes_used_.begin(), tapes_used_.end(), 0);
  segments_.clear();
}

template <typename Scalar>
void ForwardPass<Scalar>::Run(const PackedNetwork<Scalar>& network,
                              const BasicExamples<Scalar>& examples, const Batch& batch, int begin,
                              int end, bool read) {
  Reserve(network, end - begin, static_cast<int>(batch.order.size()));
  std::copy(network.s0.begin(), network.s0.end(), states_.begin());
  patient_[0] = previous_[0] = 0;
  rows_ = 1;
  if (read) Decode(network, 0);
  first_row_.clear();
  for (size_t t = 0; t < batch.order.size(); ++t) {
    first_row_.push_back(rows_);
    Ask(network, examples, batch, begin, static_cast<int>(t), read);
  }
  first_row_.push_back(rows_);
  if (!read) return;
  for (int l = 0; l < lengths_.classes; ++l) {
    Scalar* row = &logits_[static_cast<size_t>(l * logit_stride_)];
    std::fill(row + rows_, row + nn::PaddedRow(rows_), Scalar{0});
  }
}

// The t-th question: one feature for all, or for each the patients whose own order has it there.
template <typename Scalar>
void ForwardPass<Scalar>::Ask(const PackedNetwork<Scalar>& network,
                              const BasicExamples<Scalar>& examples, const Batch& batch, int begin,
                              int t, bool read) {
  const auto at = static_cast<size_t>(t);
  const auto n = static_cast<size_t>(patients());
  if (batch.own_orders.empty()) {
    return AskOne(network, examples, batch, begin, t, batch.order[at], std::span(all_).first(n),
                  read);
  }
  by_feature_.clear();
  for (size_t i = 0; i < n; ++i) {
    if (batch.Question(static_cast<size_t>(begin) + i, at) >= 0) {
      by_feature_.push_back(static_cast<int>(i));
    }
  }
  const auto feature_of = [&](int i) { return batch.Question(static_cast<size_t>(begin + i), at); };
  std::ranges::stable_sort(by_feature_, {}, feature_of);
  for (std::span<const int> rest = by_feature_; !rest.empty();) {
    const int feature = feature_of(rest.front());
    const auto last = std::ranges::upper_bound(rest, feature, {}, feature_of);
    const auto asked = static_cast<size_t>(last - rest.begin());
    AskOne(network, examples, batch, begin, t, feature, rest.first(asked), read);
    rest = rest.subspan(asked);
  }
}

template <typename Scalar>
void ForwardPass<Scalar>::AskOne(const PackedNetwork<Scalar>& network,
                                 const BasicExamples<Scalar>& examples, const Batch& batch,
                                 int begin, int t, int feature, std::span<const int> asked,
                                 bool read) {
  const int first = rows_;
  FindAnswers(examples, batch, begin, feature, asked);
  if (rows_ == first) return;
  Segment& segment = segments_.emplace_back();
  segment = {t, feature, first, rows_};
  const auto f = static_cast<size_t>(feature);
  if (network.modality_encoders[f] == nullptr) {
    Encode(network.encoders[f], architecture_.features[f].width, first);
  } else {
    EncodeModality(network, examples, batch, begin, segment);
  }
  if (read) Decode(network, first);
}

template <typename Scalar>
void ForwardPass<Scalar>::FindAnswers(const BasicExamples<Scalar>& examples, const Batch& batch,
                                      int begin, int feature, std::span<const int> asked) {
  const auto f = static_cast<size_t>(feature);
  const Scalar* values = examples.values[f].data();
  const int* patients = batch.patients.data() + begin;
  const uint8_t* hidden = batch.hidden.empty() ? nullptr
                                               : batch.hidden.data() + f * batch.patients.size() +
                                                     static_cast<size_t>(begin);
  int row = rows_;
  for (const int i : asked) {
    const auto at = static_cast<size_t>(row), patient = static_cast<size_t>(i);
    const Scalar value = values[patients[i]];
    const bool answered = value == value && (hidden == nullptr || hidden[i] == 0);
    patient_[at] = i;
    previous_[at] = current_[patient];
    values_[at] = value;
    current_[patient] = answered ? row : current_[patient];
    row += answered ? 1 : 0;
  }
  rows_ = row;
}

template <typename Scalar>
void ForwardPass<Scalar>::CopyPrevious(int first, int end, Scalar* to) const {
  for (int row = first; row < end; ++row, to += lengths_.state) {
    std::copy_n(state(previous(row)), lengths_.state, to);
  }
}

// W1's part of x, before anything else is added: row c of the one-hot categories, or w x.
template <typename Scalar>
void ForwardPass<Scalar>::StartHidden(const typename PackedNetwork<Scalar>::Encoder& encoder,
                                      int width, int first) {
  Scalar* h = &hidden_[At(first, lengths_.hidden)];
  for (int row = first; row < rows_; ++row, h += lengths_.hidden) {
    const Scalar value = values_[static_cast<size_t>(row)];
    if (width > 1) {
      std::copy_n(&encoder.x[At(static_cast<int>(value), lengths_.hidden)], lengths_.hidden, h);
    } else {
      for (int j = 0; j < lengths_.hidden; ++j) h[j] = value * encoder.x[static_cast<size_t>(j)];
    }
  }
}

// h = relu(W1 [x; s] + b1);  s' = s + W2 h + b2
template <typename Scalar>
void ForwardPass<Scalar>::Encode(const typename PackedNetwork<Scalar>::Encoder& encoder, int width,
                                 int first) {
  const int n = rows_ - first;
  Scalar* before = before_.data();
  Scalar* h = &hidden_[At(first, lengths_.hidden)];
  Scalar* after = &states_[At(first, lengths_.state)];
  CopyPrevious(first, rows_, before);
  StartHidden(encoder, width, first);
  kernels_.multiply_add({n, lengths_.hidden, architecture_.state + 1, before, lengths_.state, 1,
                         encoder.w1_transposed.data(), lengths_.hidden, h, lengths_.hidden});
  kernels_.relu(At(n, lengths_.hidden), h);
  for (int i = 0; i < n; ++i) {
    const ptrdiff_t row = static_cast<ptrdiff_t>(i) * lengths_.state;
    for (int j = 0; j < lengths_.state; ++j) {
      after[row + j] = before[row + j] + encoder.b2[static_cast<size_t>(j)];
    }
  }
  kernels_.multiply_add({n, lengths_.state, architecture_.hidden, h, lengths_.hidden, 1,
                         encoder.w2_transposed.data(), lengths_.state, after, lengths_.state});
}

template <typename Scalar>
void ForwardPass<Scalar>::EncodeModality(const PackedNetwork<Scalar>& network,
                                         const BasicExamples<Scalar>& examples, const Batch& batch,
                                         int begin, Segment& segment) {
  const auto f = static_cast<size_t>(segment.feature);
  const int n = segment.end - segment.first;
  AtLeast(payloads_, static_cast<size_t>(segment.end));
  for (int row = segment.first; row < segment.end; ++row) {
    const auto place = static_cast<size_t>(begin + patient(row));
    payloads_[static_cast<size_t>(row)] = examples.payloads[f][batch.patients[place]];
  }
  segment.tape = tapes_used_[f]++;
  if (tapes_[f].size() <= segment.tape) tapes_[f].resize(segment.tape + 1);
  CopyPrevious(segment.first, segment.end, before_.data());
  Scalar* after = &states_[At(segment.first, lengths_.state)];
  if (architecture_.features[f].encoder.residual) {
    std::copy_n(before_.data(), At(n, lengths_.state), after);
  } else {
    std::fill_n(after, At(n, lengths_.state), Scalar{0});
    for (int i = 0; i < n; ++i)
      after[At(i, lengths_.state) + static_cast<size_t>(architecture_.state)] = 1;
  }
  network.modality_encoders[f]->Forward({n, payload(segment.first), before_.data(), lengths_.state},
                                        tape(segment), after);
}

// Logits of rows first <= row < rows().
template <typename Scalar>
void ForwardPass<Scalar>::Decode(const PackedNetwork<Scalar>& network, int first) {
  const int n = rows_ - first;
  std::fill_n(read_.begin(), n * lengths_.logits, Scalar{0});
  kernels_.multiply_add({n, lengths_.logits, architecture_.state + 1, state(first), lengths_.state,
                         1, network.decoders_transposed.data(), lengths_.logits, read_.data(),
                         lengths_.logits});
  DecodeDeeply(network, first);
  for (int l = 0; l < lengths_.classes; ++l) {
    Scalar* to = &logits_[static_cast<size_t>(l * logit_stride_ + first)];
    const Scalar* from = &read_[static_cast<size_t>(l)];
    for (int i = 0; i < n; ++i) to[i] = from[static_cast<ptrdiff_t>(i) * lengths_.logits];
  }
}

// Puts the deep decoders' logits beside the others.
template <typename Scalar>
void ForwardPass<Scalar>::DecodeDeeply(const PackedNetwork<Scalar>& network, int first) {
  const DeepDecoders<Scalar>& decoders = network.deep_decoders;
  const int n = rows_ - first;
  for (int d = 0; d < decoders.size(); ++d) {
    Rows& hidden = decoder_hidden_[static_cast<size_t>(d)];
    decoders.Forward(kernels_, d, n, state(first), &hidden.values[At(first, hidden.length)],
                     deep_read_.data());
    for (int i = 0; i < n; ++i) {
      std::copy_n(&deep_read_[At(i, decoders.output_row(d))], decoders.outputs(d),
                  &read_[At(i, lengths_.logits) + static_cast<size_t>(decoders.first_class(d))]);
    }
  }
}

template class ForwardPass<float>;
template class ForwardPass<double>;

}  // namespace consilium::modn
