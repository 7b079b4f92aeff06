#include "modules/modn/predictor.h"

#include <algorithm>
#include <cmath>

#include "modules/modn/normal_outcome.h"
#include "modules/modn/packed_network.h"
#include "modules/modn/softmax.h"

namespace consilium::modn {

namespace {

Status CheckParameters(const nn::Layout& layout, std::span<const float> parameters) {
  if (parameters.size() != layout.size()) {
    return InvalidArgument("{} parameters, the architecture has {}", parameters.size(),
                           layout.size());
  }
  const auto finite = [](float value) { return std::isfinite(value); };
  if (!std::all_of(parameters.begin(), parameters.end(), finite)) {
    return InvalidArgument("a parameter is infinite or not a number; the model is damaged");
  }
  return OkStatus();
}

// The most numbers that a hidden layer of an encoder or of a deep decoder takes.
int MostHidden(const RowLengths& rows, const DeepDecoders<float>& decoders) {
  int most = rows.hidden;
  for (int d = 0; d < decoders.size(); ++d) {
    most = std::max(most, decoders.hidden_row(d) + decoders.output_row(d));
  }
  return most;
}

}  // namespace

StatusOr<Predictor> Predictor::Create(const Architecture& architecture,
                                      std::span<const float> parameters,
                                      const nn::Kernels<float>& kernels) {
  RETURN_IF_ERROR(Validate(architecture));
  const nn::Layout layout = MakeLayout(architecture);
  RETURN_IF_ERROR(CheckParameters(layout, parameters));
  PackedNetwork<float> network(architecture, kernels);
  network.Load(layout, parameters);
  Predictor predictor;
  predictor.architecture_ = architecture;
  predictor.kernels_ = &kernels;
  const RowLengths rows(architecture);
  predictor.state_row_ = rows.state;
  predictor.hidden_row_ = rows.hidden;
  predictor.logit_row_ = rows.logits;
  for (PackedNetwork<float>::Encoder& encoder : network.encoders) {
    predictor.encoders_.push_back({std::move(encoder.w1_transposed),
                                   std::move(encoder.w2_transposed), std::move(encoder.x),
                                   std::move(encoder.b2)});
  }
  for (auto& encoder : network.modality_encoders) {
    predictor.modality_encoders_.push_back(std::move(encoder));
  }
  const int hidden = MostHidden(rows, network.deep_decoders);
  predictor.deep_decoders_ =
      std::make_shared<const DeepDecoders<float>>(std::move(network.deep_decoders));
  predictor.decoders_ = std::move(network.decoders_transposed);
  predictor.first_class_ = {0};
  for (const OutcomeShape& outcome : architecture.outcomes) {
    predictor.first_class_.push_back(predictor.first_class_.back() + Outputs(outcome));
  }
  PatientState& begin = predictor.begin_;
  begin.state_ = std::move(network.s0);
  begin.hidden_.resize(static_cast<size_t>(hidden));
  begin.logits_.resize(static_cast<size_t>(rows.logits));
  begin.probabilities_.resize(static_cast<size_t>(rows.classes));
  predictor.Read(begin);
  return predictor;
}

void Predictor::Observe(int feature, float value, PatientState& patient) const {
  const auto f = static_cast<size_t>(feature);
  const Encoder& encoder = encoders_[f];
  float* hidden = patient.hidden_.data();
  float* state = patient.state_.data();
  const bool categorical = architecture_.features[f].width > 1;
  const float* x = encoder.x.data() + (categorical ? static_cast<int>(value) * hidden_row_ : 0);
  const float scale = categorical ? 1 : value;
  for (int j = 0; j < hidden_row_; ++j) hidden[j] = scale * x[j];
  kernels_->multiply_add({1, hidden_row_, architecture_.state + 1, state, state_row_, 1,
                          encoder.w1.data(), hidden_row_, hidden, hidden_row_});
  kernels_->relu(static_cast<size_t>(hidden_row_), hidden);
  for (int j = 0; j < state_row_; ++j) state[j] += encoder.b2[static_cast<size_t>(j)];
  kernels_->multiply_add({1, state_row_, architecture_.hidden, hidden, hidden_row_, 1,
                          encoder.w2.data(), state_row_, state, state_row_});
  Read(patient);
}

void Predictor::Observe(int feature, std::span<const float> numbers, PatientState& patient) const {
  const auto f = static_cast<size_t>(feature);
  const AlignedVector<float> before = patient.state_;
  if (!architecture_.features[f].encoder.residual) {
    std::fill_n(patient.state_.begin(), architecture_.state, 0.0f);
  }
  Tape<float> tape;
  modality_encoders_[f]->Forward({1, &numbers, before.data(), state_row_}, tape,
                                 patient.state_.data());
  Read(patient);
}

void Predictor::ReadDeeply(const float* state, float* hidden, float* logits) const {
  const DeepDecoders<float>& decoders = *deep_decoders_;
  for (int d = 0; d < decoders.size(); ++d) {
    float* z = hidden + decoders.hidden_row(d);
    decoders.Forward(*kernels_, d, 1, state, hidden, z);
    std::copy_n(z, decoders.outputs(d), logits + decoders.first_class(d));
  }
}

void Predictor::Read(PatientState& patient) const {
  std::fill(patient.logits_.begin(), patient.logits_.end(), 0.0f);
  kernels_->multiply_add({1, logit_row_, architecture_.state + 1, patient.state_.data(), state_row_,
                          1, decoders_.data(), logit_row_, patient.logits_.data(), logit_row_});
  ReadDeeply(patient.state_.data(), patient.hidden_.data(), patient.logits_.data());
  Probabilities(patient.logits_.data(), patient.probabilities_.data());
}

void Predictor::Probabilities(const float* z, float* p) const {
  for (size_t o = 0; o + 1 < first_class_.size(); ++o) {
    const auto first = static_cast<size_t>(first_class_[o]);
    const auto end = static_cast<size_t>(first_class_[o + 1]);
    if (architecture_.outcomes[o].classes == 0) {
      p[first] = z[first];
      p[first + 1] = std::exp(LogDeviation(z[first + 1]));
      continue;
    }
    std::copy(z + first, z + end, p + first);
    Softmax(std::span<float>(p + first, end - first));
  }
}

std::span<const float> Predictor::Probabilities(const PatientState& patient, int outcome) const {
  const auto first = static_cast<size_t>(first_class_[static_cast<size_t>(outcome)]);
  const auto end = static_cast<size_t>(first_class_[static_cast<size_t>(outcome) + 1]);
  return patient.probabilities().subspan(first, end - first);
}

int Predictor::FindFeature(std::string_view key) const {
  for (size_t f = 0; f < architecture_.features.size(); ++f) {
    if (architecture_.features[f].key == key) return static_cast<int>(f);
  }
  return -1;
}

int Predictor::FindOutcome(std::string_view key) const {
  for (size_t o = 0; o < architecture_.outcomes.size(); ++o) {
    if (architecture_.outcomes[o].key == key) return static_cast<int>(o);
  }
  return -1;
}

}  // namespace consilium::modn
