#include "modules/modn/forward_pass.h"

#include <algorithm>

namespace consilium {
namespace {

template <typename Vector>
void AtLeast(Vector& values, size_t size) {
  if (values.size() < size) values.resize(size);
}

}  // namespace

template <typename Scalar>
ForwardPass<Scalar>::ForwardPass(const Architecture& architecture, const Kernels<Scalar>& kernels)
    : architecture_(architecture), lengths_(architecture), kernels_(kernels) {}

template <typename Scalar>
void ForwardPass<Scalar>::Reserve(int patients, int questions) {
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
  const int columns = PaddedRow(static_cast<int>(most));
  logit_stride_ = columns / kRowMultiple % 2 == 1 ? columns : columns + kRowMultiple;
  AtLeast(logits_, length(lengths_.classes) * static_cast<size_t>(logit_stride_));
}

template <typename Scalar>
void ForwardPass<Scalar>::Run(const PackedNetwork<Scalar>& network,
                              const BasicExamples<Scalar>& examples, const Batch& batch, int begin,
                              int end, bool read) {
  Reserve(end - begin, static_cast<int>(batch.order.size()));
  std::copy(network.s0.begin(), network.s0.end(), states_.begin());
  patient_[0] = previous_[0] = 0;
  rows_ = 1;
  if (read) Decode(network, 0);
  first_row_.clear();
  for (size_t t = 0; t < batch.order.size(); ++t) {
    const int first = rows_;
    first_row_.push_back(first);
    const auto feature = static_cast<size_t>(batch.order[t]);
    FindAnswers(examples, batch, begin, static_cast<int>(t));
    if (rows_ == first) continue;
    Encode(network.encoders[feature], architecture_.features[feature].width, first);
    if (read) Decode(network, first);
  }
  first_row_.push_back(rows_);
  if (!read) return;
  for (int l = 0; l < lengths_.classes; ++l) {
    Scalar* row = &logits_[static_cast<size_t>(l * logit_stride_)];
    std::fill(row + rows_, row + PaddedRow(rows_), Scalar{0});
  }
}

template <typename Scalar>
void ForwardPass<Scalar>::FindAnswers(const BasicExamples<Scalar>& examples, const Batch& batch,
                                      int begin, int t) {
  const auto feature = static_cast<size_t>(batch.order[static_cast<size_t>(t)]);
  const Scalar* values = examples.values[feature].data();
  const int* patients = batch.patients.data() + begin;
  const uint8_t* hidden =
      batch.hidden.empty()
          ? nullptr
          : batch.hidden.data() + feature * batch.patients.size() + static_cast<size_t>(begin);
  int row = rows_;
  for (int i = 0; i < this->patients(); ++i) {
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

// Logits of rows first <= row < rows().
template <typename Scalar>
void ForwardPass<Scalar>::Decode(const PackedNetwork<Scalar>& network, int first) {
  const int n = rows_ - first;
  std::fill_n(read_.begin(), n * lengths_.logits, Scalar{0});
  kernels_.multiply_add({n, lengths_.logits, architecture_.state + 1, state(first), lengths_.state,
                         1, network.decoders_transposed.data(), lengths_.logits, read_.data(),
                         lengths_.logits});
  for (int l = 0; l < lengths_.classes; ++l) {
    Scalar* to = &logits_[static_cast<size_t>(l * logit_stride_ + first)];
    const Scalar* from = &read_[static_cast<size_t>(l)];
    for (int i = 0; i < n; ++i) to[i] = from[static_cast<ptrdiff_t>(i) * lengths_.logits];
  }
}

template class ForwardPass<float>;
template class ForwardPass<double>;

}  // namespace consilium
