#ifndef CONSILIUM_MODULES_MODN_PREDICTOR_H_
#define CONSILIUM_MODULES_MODN_PREDICTOR_H_

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "modules/aligned.h"
#include "modules/modn/architecture.h"
#include "modules/modn/deep_decoders.h"
#include "modules/modn/encoders/modality_encoder.h"
#include "modules/nn/kernels.h"

namespace consilium::modn {

// Where one patient's consultation stands: the state and the probabilities read from it.
// A value: copy it to ask what-if. Copying onto one of the same predictor allocates nothing.
class PatientState {
 public:
  // Of all outcomes, in the architecture's order, class after class; of an outcome that is a number
  // mean and deviation, normalised.
  std::span<const float> probabilities() const { return probabilities_; }

  // The state's numbers, then the constant 1, then zeros.
  std::span<const float> state() const { return state_; }

 private:
  friend class Predictor;
  AlignedVector<float> state_, hidden_, logits_;  // hidden_ and logits_ are working memory
  std::vector<float> probabilities_;
};

// What is to be seen after each of several answers to one question, and the memory for it.
struct AnswersAhead {
  std::vector<float> probabilities;  // [answers, classes], as PatientState::probabilities()
  AlignedVector<float> common, hidden, states, logits;
};

// A trained network ready to be asked one answer at a time. Immutable, so thread-safe.
class Predictor {
 public:
  // `parameters` in MakeLayout(architecture); copied, in the order a step needs them.
  static StatusOr<Predictor> Create(const Architecture& architecture,
                                    std::span<const float> parameters,
                                    const nn::Kernels<float>& kernels = nn::BestKernels<float>());

  const Architecture& architecture() const { return architecture_; }

  // Nothing known yet: the initial state and what it predicts.
  PatientState Begin() const { return begin_; }

  // One more answer: `value` as in Examples (normalised, or the index of the category), never NaN.
  // Allocates nothing. Requires a feature in range and a category in range.
  void Observe(int feature, float value, PatientState& patient) const;
  // The same of a vector, series or image: normalised numbers as in Examples::payloads, not empty
  // and of the right length. Allocates working memory for the call.
  void Observe(int feature, std::span<const float> numbers, PatientState& patient) const;

  // What Observe would lead to with each of `values`, from `patient` each; about three times as
  // fast. Allocates nothing when `ahead` is used again.
  void LookAhead(int feature, std::span<const float> values, const PatientState& patient,
                 AnswersAhead& ahead) const;

  // The part of PatientState::probabilities() that is `outcome`'s.
  std::span<const float> Probabilities(const PatientState& patient, int outcome) const;

  // Index of a key, or -1.
  int FindFeature(std::string_view key) const;
  int FindOutcome(std::string_view key) const;

 private:
  struct Encoder {
    // [state + 1, hidden row], [hidden, state row], [width, hidden row], [state row]
    AlignedVector<float> w1, w2, x, b2;
  };

  Predictor() = default;
  void Read(PatientState& patient) const;
  // `hidden` is working memory as long as PatientState's.
  void ReadDeeply(const float* state, float* hidden, float* logits) const;
  void Probabilities(const float* logits, float* probabilities) const;

  Architecture architecture_;
  const nn::Kernels<float>* kernels_ = nullptr;
  int state_row_ = 0, hidden_row_ = 0, logit_row_ = 0;
  std::vector<Encoder> encoders_;  // by feature; of answers
  // By feature; of others. Shared by copies.
  std::vector<std::shared_ptr<const ModalityEncoder<float>>> modality_encoders_;
  std::shared_ptr<const DeepDecoders<float>> deep_decoders_;
  AlignedVector<float> decoders_;  // [state+1, all classes], all outcomes side by side
  std::vector<int> first_class_;   // by outcome, and the end
  PatientState begin_;
};

}  // namespace consilium::modn

#endif  // CONSILIUM_MODULES_MODN_PREDICTOR_H_
