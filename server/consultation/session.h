#ifndef CONSILIUM_SERVER_CONSULTATION_SESSION_H_
#define CONSILIUM_SERVER_CONSULTATION_SESSION_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include "modules/modn/predictor.h"
#include "server/consultation/explain.h"
#include "server/consultation/reading.h"
#include "server/consultation/release.h"
#include "server/consultation/step.h"

namespace consilium::consultation {

// One consultation. It pins the release it began with.
//
// Its state is that of a patient who gave the present answers, in the order in which their features
// were first answered, and no others: an answer that was withdrawn equals one never given, and a
// revised one equals having given the new value at once, both bit for bit.
// Not thread-safe.
class Session {
 public:
  // `release` is not null. Each step ranks `suggestions` next questions and, with `explains`, says
  // what each answer did and what is expected of those not given.
  Session(std::shared_ptr<const Release> release, int suggestions, bool explains = false);

  const Release& release() const { return *release_; }

  // Where the consultation stands, as a step that changed nothing.
  void Describe(Step& step) const;

  // Takes one action and says what it led to. A refused one changes nothing. `step` is overwritten;
  // the same one given again allocates nothing, unless the action is a what-if or refused, or
  // questions are ranked or answers explained.
  void Take(const ConsultationAction& action, Step& step);

  // Bytes this consultation holds for itself; the release is not counted.
  size_t MemoryUse() const;

 private:
  enum class Standing : uint8_t { kOpen, kAnswered, kUnknown };
  using Given = EncodedAnswer;
  using Reading = OutcomeReading;
  using Refused = std::optional<StepRefusal>;

  Refused Apply(std::monostate nothing);
  Refused Apply(const Observe& action);
  Refused Apply(const Revise& action);
  Refused Apply(const Withdraw& action);
  Refused Apply(const MarkUnknown& action);
  Refused Apply(const WhatIf& action);

  std::variant<int, StepRefusal> Find(std::string_view key) const;
  void Encode(const Given& given);
  std::variant<Given, StepRefusal> Check(const GivenAnswer& answer) const;
  Standing& StandingOf(int feature) { return standing_[static_cast<size_t>(feature)]; }
  std::vector<Given>::iterator FindGiven(int feature);
  void EncodeAgain();
  void Read();
  const training::CalibrationBand* BandOf(size_t outcome) const;
  void FillCalibration(Step& step) const;

  // The part of what has an element for each class of each outcome that is `outcome`'s.
  template <typename T>
  std::span<T> OfOutcome(size_t outcome, std::span<T> by_class) const {
    const std::vector<int>& first = release_->first_class();
    return by_class.subspan(static_cast<size_t>(first[outcome]),
                            static_cast<size_t>(first[outcome + 1] - first[outcome]));
  }

  void Fill(const std::vector<Reading>& before, Step& step) const;
  void Suggest(Step& step) const;

  std::shared_ptr<const Release> release_;
  int suggestions_;
  bool explains_;
  std::vector<Given> given_;        // in the order of first answering
  std::vector<Standing> standing_;  // by feature
  modn::PatientState patient_;
  std::vector<float> probabilities_;  // calibrated: outcome after outcome, class after class
  std::vector<Reading> readings_;     // by outcome
  std::vector<Reading> before_;       // the same before the last action
};

}  // namespace consilium::consultation

#endif  // CONSILIUM_SERVER_CONSULTATION_SESSION_H_
