#include <algorithm>
#include <cmath>

#include "modules/modn/predictor.h"

namespace consilium::modn {
namespace {

size_t Numbers(int rows, int length) {
  return static_cast<size_t>(rows) * static_cast<size_t>(length);
}

template <typename Vector>
void AtLeast(Vector& values, size_t size) {
  if (values.size() < size) values.resize(size);
}

}  // namespace

// As Observe after Observe, but what the answers have in common is computed once, and the rest as
// one product for all.
void Predictor::LookAhead(int feature, std::span<const float> values, const PatientState& patient,
                          AnswersAhead& ahead) const {
  const auto f = static_cast<size_t>(feature);
  const int n = static_cast<int>(values.size()), classes = first_class_.back();
  const Encoder& encoder = encoders_[f];
  AtLeast(ahead.common, patient.hidden_.size());
  AtLeast(ahead.hidden, Numbers(n, hidden_row_));
  AtLeast(ahead.states, Numbers(n, state_row_));
  AtLeast(ahead.logits, Numbers(n, logit_row_));
  ahead.probabilities.resize(Numbers(n, classes));
  std::fill_n(ahead.common.begin(), hidden_row_, 0.0f);
  kernels_->multiply_add({1, hidden_row_, architecture_.state + 1, patient.state_.data(),
                          state_row_, 1, encoder.w1.data(), hidden_row_, ahead.common.data(),
                          hidden_row_});
  const bool categorical = architecture_.features[f].width > 1;
  for (int i = 0; i < n; ++i) {
    const float value = values[static_cast<size_t>(i)];
    const float* x = encoder.x.data() + (categorical ? static_cast<int>(value) * hidden_row_ : 0);
    const float scale = categorical ? 1 : value;
    float* hidden = &ahead.hidden[Numbers(i, hidden_row_)];
    for (int j = 0; j < hidden_row_; ++j) {
      hidden[j] = std::max(ahead.common[static_cast<size_t>(j)] + scale * x[j], 0.0f);
    }
    float* state = &ahead.states[Numbers(i, state_row_)];
    for (int j = 0; j < state_row_; ++j) {
      state[j] = patient.state_[static_cast<size_t>(j)] + encoder.b2[static_cast<size_t>(j)];
    }
  }
  kernels_->multiply_add({n, state_row_, architecture_.hidden, ahead.hidden.data(), hidden_row_, 1,
                          encoder.w2.data(), state_row_, ahead.states.data(), state_row_});
  std::fill_n(ahead.logits.begin(), Numbers(n, logit_row_), 0.0f);
  kernels_->multiply_add({n, logit_row_, architecture_.state + 1, ahead.states.data(), state_row_,
                          1, decoders_.data(), logit_row_, ahead.logits.data(), logit_row_});
  for (int i = 0; i < n; ++i) {
    float* logits = &ahead.logits[Numbers(i, logit_row_)];
    ReadDeeply(&ahead.states[Numbers(i, state_row_)], ahead.common.data(), logits);
    Probabilities(logits, &ahead.probabilities[Numbers(i, classes)]);
  }
}

}  // namespace consilium::modn
