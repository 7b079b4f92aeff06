#include "server/consultation/session.h"

#include <algorithm>
#include <utility>

#include "server/consultation/recommend.h"
#include "server/data/payload_check.h"
#include "server/data/value_check.h"

namespace consilium::consultation {
namespace {

StepRefusal AlreadyAnswered(const data::Feature& feature) {
  return {feature.key, data::RefusalReason::kAlreadyAnswered,
          fmt::format("{} is answered already; revise or withdraw that answer", feature.key)};
}

StepRefusal NotAnswered(const data::Feature& feature) {
  return {feature.key, data::RefusalReason::kNotAnswered,
          fmt::format("{} has no answer that could be changed or taken back", feature.key)};
}

data::Refusal NotThisKind(const data::Feature& feature) {
  return {data::RefusalReason::kWrongLength, fmt::format("{}: more than one value, expected {}",
                                                         feature.key, data::Accepted(feature))};
}

data::CheckedValue CheckAnswer(const data::Feature& feature, const GivenAnswer& answer) {
  if (const double* number = std::get_if<double>(&answer.value)) {
    return data::CheckValue(feature, *number, answer.unit);
  }
  if (const std::string* text = std::get_if<std::string>(&answer.value)) {
    return data::CheckValue(feature, *text, answer.unit);
  }
  return NotThisKind(feature);
}

// Of a vector, series or image.
data::CheckedPayload CheckPayload(const data::Feature& feature, const GivenAnswer& answer) {
  if (const GivenRows* given = std::get_if<GivenRows>(&answer.value)) {
    return data::CheckRows(feature, given->rows, answer.unit);
  }
  if (const GivenImage* image = std::get_if<GivenImage>(&answer.value)) {
    return data::CheckImage(feature, image->bytes);
  }
  return std::get<data::Refusal>(CheckAnswer(feature, answer));
}

}  // namespace

Session::Session(std::shared_ptr<const Release> release, int suggestions, bool explains)
    : release_(std::move(release)),
      suggestions_(suggestions),
      explains_(explains),
      standing_(release_->schema().features.size(), Standing::kOpen),
      patient_(release_->predictor().Begin()),
      readings_(release_->schema().outcomes.size()),
      before_(readings_) {
  Read();
}

void Session::Describe(Step& step) const {
  step.refusal.reset();
  Fill(readings_, step);
}

void Session::Take(const ConsultationAction& action, Step& step) {
  step.refusal.reset();
  if (const WhatIf* what_if = std::get_if<WhatIf>(&action)) {
    Session trial = *this;
    step.refusal = trial.Apply(*what_if);
    trial.Read();
    trial.Fill(readings_, step);
    return;
  }
  before_ = readings_;
  step.refusal = std::visit([this](const auto& chosen) { return Apply(chosen); }, action);
  if (!step.refusal) Read();
  Fill(before_, step);
}

size_t Session::MemoryUse() const {
  const modn::Predictor& predictor = release_->predictor();
  const modn::Architecture& architecture = predictor.architecture();
  const auto vectors = static_cast<size_t>(architecture.state + architecture.hidden) +
                       3 * patient_.probabilities().size();
  size_t numbers = 0;
  for (const Given& given : given_) numbers += given.numbers ? given.numbers->capacity() : 0;
  constexpr size_t kPadding = 4 * 64;  // of vectors aligned to cache lines
  return sizeof(Session) + given_.capacity() * sizeof(Given) +
         standing_.capacity() * sizeof(Standing) + 2 * readings_.capacity() * sizeof(Reading) +
         (vectors + numbers) * sizeof(float) + kPadding;
}

Session::Refused Session::Apply(std::monostate) {
  return StepRefusal{"", data::RefusalReason::kNoAction,
                     "no action; observe, revise, withdraw, mark as unknown or ask what-if"};
}

Session::Refused Session::Apply(const Observe& action) {
  std::variant<Given, StepRefusal> checked = Check(action.answer);
  if (StepRefusal* refusal = std::get_if<StepRefusal>(&checked)) return std::move(*refusal);
  Given given = std::move(std::get<Given>(checked));
  if (StandingOf(given.feature) == Standing::kAnswered) {
    return AlreadyAnswered(release_->schema().features[static_cast<size_t>(given.feature)]);
  }
  StandingOf(given.feature) = Standing::kAnswered;
  given_.push_back(std::move(given));
  Encode(given_.back());
  return std::nullopt;
}

Session::Refused Session::Apply(const Revise& action) {
  std::variant<Given, StepRefusal> checked = Check(action.answer);
  if (StepRefusal* refusal = std::get_if<StepRefusal>(&checked)) return std::move(*refusal);
  Given given = std::move(std::get<Given>(checked));
  const auto place = FindGiven(given.feature);
  if (place == given_.end()) {
    return NotAnswered(release_->schema().features[static_cast<size_t>(given.feature)]);
  }
  *place = std::move(given);
  EncodeAgain();
  return std::nullopt;
}

Session::Refused Session::Apply(const Withdraw& action) {
  std::variant<int, StepRefusal> found = Find(action.feature);
  if (StepRefusal* refusal = std::get_if<StepRefusal>(&found)) return std::move(*refusal);
  const int feature = std::get<int>(found);
  if (StandingOf(feature) == Standing::kOpen) {
    return NotAnswered(release_->schema().features[static_cast<size_t>(feature)]);
  }
  StandingOf(feature) = Standing::kOpen;
  if (const auto place = FindGiven(feature); place != given_.end()) {
    given_.erase(place);
    EncodeAgain();
  }
  return std::nullopt;
}

Session::Refused Session::Apply(const MarkUnknown& action) {
  std::variant<int, StepRefusal> found = Find(action.feature);
  if (StepRefusal* refusal = std::get_if<StepRefusal>(&found)) return std::move(*refusal);
  const int feature = std::get<int>(found);
  if (StandingOf(feature) == Standing::kAnswered) {
    return AlreadyAnswered(release_->schema().features[static_cast<size_t>(feature)]);
  }
  StandingOf(feature) = Standing::kUnknown;
  return std::nullopt;
}

Session::Refused Session::Apply(const WhatIf& action) {
  const int feature = release_->schema().FindFeature(action.answer.feature);
  if (feature >= 0 && StandingOf(feature) == Standing::kAnswered) {
    return Apply(Revise{action.answer});
  }
  return Apply(Observe{action.answer});
}

std::variant<int, StepRefusal> Session::Find(std::string_view key) const {
  const int feature = release_->schema().FindFeature(key);
  if (feature >= 0) return feature;
  const data::CheckedValue checked = data::CheckValue(release_->schema(), key, "");
  const data::Refusal* refusal = std::get_if<data::Refusal>(&checked);
  return StepRefusal{std::string(key), data::RefusalReason::kUnknownFeature,
                     refusal == nullptr ? "" : refusal->message};
}

std::variant<Session::Given, StepRefusal> Session::Check(const GivenAnswer& answer) const {
  std::variant<int, StepRefusal> found = Find(answer.feature);
  if (StepRefusal* refusal = std::get_if<StepRefusal>(&found)) return std::move(*refusal);
  const int f = std::get<int>(found);
  const data::Feature& feature = release_->schema().features[static_cast<size_t>(f)];
  if (!release_->Learnt(f)) {
    return StepRefusal{feature.key, data::RefusalReason::kFeatureNotInModel,
                       fmt::format("no site had patients to learn {} from", feature.key)};
  }
  if (data::HasPayload(feature.kind)) {
    data::CheckedPayload payload = CheckPayload(feature, answer);
    if (const auto* numbers = std::get_if<std::vector<float>>(&payload)) {
      return Given{f, 0, std::make_shared<std::vector<float>>(release_->Encode(f, *numbers))};
    }
    data::Refusal& refusal = std::get<data::Refusal>(payload);
    return StepRefusal{feature.key, refusal.reason, std::move(refusal.message)};
  }
  data::CheckedValue checked = CheckAnswer(feature, answer);
  if (data::Refusal* refusal = std::get_if<data::Refusal>(&checked)) {
    return StepRefusal{feature.key, refusal->reason, std::move(refusal->message)};
  }
  return Given{f, release_->Encode(f, std::get<double>(checked))};
}

std::vector<Session::Given>::iterator Session::FindGiven(int feature) {
  return std::ranges::find(given_, feature, &Given::feature);
}

void Session::EncodeAgain() {
  patient_ = release_->predictor().Begin();
  for (const Given& given : given_) Encode(given);
}

void Session::Encode(const Given& given) {
  consilium::consultation::Encode(*release_, given, patient_);
}

void Session::Read() {
  probabilities_.assign(patient_.probabilities().begin(), patient_.probabilities().end());
  for (size_t o = 0; o < readings_.size(); ++o) {
    const training::CalibrationBand* band = BandOf(o);
    if (band != nullptr) training::Recalibrate(*band, OfOutcome(o, std::span(probabilities_)));
  }
  ReadOutcomes(*release_, probabilities_, readings_);
}

const training::CalibrationBand* Session::BandOf(size_t outcome) const {
  return release_->model().calibration.Find(static_cast<int>(outcome),
                                            static_cast<int>(given_.size()));
}

void Session::FillCalibration(Step& step) const {
  step.calibrated_on.assign(readings_.size(), 0);
  step.possible.assign(probabilities_.size(), 0);
  for (size_t o = 0; o < readings_.size(); ++o) {
    const training::CalibrationBand* band = BandOf(o);
    if (band == nullptr) continue;
    step.calibrated_on[o] = band->patients;
    const std::span<const float> p = OfOutcome(o, patient_.probabilities());
    const std::span<uint8_t> possible = OfOutcome(o, std::span(step.possible));
    for (size_t c = 0; c < p.size(); ++c) possible[c] = training::IsPossible(*band, p, c) ? 1 : 0;
  }
}

void Session::Fill(const std::vector<Reading>& before, Step& step) const {
  step.answers = static_cast<int>(given_.size());
  step.probabilities = probabilities_;
  step.uncalibrated.assign(patient_.probabilities().begin(), patient_.probabilities().end());
  FillCalibration(step);
  step.change.resize(readings_.size());
  step.log_odds_change.resize(readings_.size());
  for (size_t o = 0; o < readings_.size(); ++o) {
    step.change[o] = readings_[o].probability - before[o].probability;
    step.log_odds_change[o] = readings_[o].log_odds - before[o].log_odds;
  }
  step.missing.clear();
  for (const int feature : release_->asking_order()) {
    const Standing standing = standing_[static_cast<size_t>(feature)];
    if (standing != Standing::kAnswered) step.missing.push_back(feature);
  }
  step.suggestions.clear();
  if (suggestions_ > 0) Suggest(step);
  if (!explains_) return;
  step.contributions = ContributionsOf(*release_, given_);
  step.expected = ExpectAnswers(*release_, patient_, step.missing);
}

// Ranks the open questions: all of them, or the first group's that has any.
void Session::Suggest(Step& step) const {
  const data::Schema& schema = release_->schema();
  std::vector<int> candidates;
  for (size_t i = 0; i < step.missing.size(); ++i) {
    const int feature = step.missing[i];
    if (standing_[static_cast<size_t>(feature)] == Standing::kOpen && release_->Learnt(feature)) {
      candidates.push_back(feature);
    }
    const auto group = [&](size_t at) -> const std::string& {
      return schema.features[static_cast<size_t>(step.missing[at])].group;
    };
    const bool last = i + 1 == step.missing.size();
    if (!last && !(schema.groups_in_turn && group(i + 1) != group(i))) continue;
    if (candidates.empty()) continue;
    step.suggestions = RankQuestions(*release_, patient_, candidates, suggestions_);
    if (!step.suggestions.empty()) return;
    candidates.clear();
  }
}

}  // namespace consilium::consultation
