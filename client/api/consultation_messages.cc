#include "client/api/consultation_messages.h"

#include <charconv>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "proto/consultation.pb.h"

namespace consilium::api {
namespace {

std::optional<double> NumberOf(const std::string& text) {
  double number = 0;
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stopped != end) return std::nullopt;
  return number;
}

Question::Form FormOf(v1::Feature::Kind kind) {
  switch (kind) {
    case v1::Feature::VECTOR:
      return Question::Form::kVector;
    case v1::Feature::SERIES:
      return Question::Form::kSeries;
    case v1::Feature::IMAGE:
      return Question::Form::kImage;
    default:
      return Question::Form::kOne;
  }
}

Question QuestionOf(const v1::Feature& feature) {
  Question question;
  question.key = feature.key();
  question.text = feature.question();
  question.group = feature.group();
  question.unit = feature.unit();
  question.unit_label = feature.unit_label().empty() ? feature.unit() : feature.unit_label();
  question.minimum = feature.minimum();
  question.maximum = feature.maximum();
  question.form = FormOf(feature.kind());
  question.width = static_cast<int>(feature.width());
  question.height = static_cast<int>(feature.height());
  for (const v1::Component& component : feature.components()) {
    question.components.push_back(component.key());
  }
  for (const v1::Category& category : feature.categories()) {
    question.choices.push_back({category.value(), category.label()});
  }
  return question;
}

template <typename Repeated>
std::vector<ClassChance> ChancesOf(const Repeated& classes) {
  std::vector<ClassChance> chances;
  for (const v1::ClassProbability& given : classes) {
    chances.push_back({given.label(), given.probability(), given.uncalibrated()});
  }
  return chances;
}

OutcomeChance ChanceOf(const v1::OutcomePrediction& prediction) {
  OutcomeChance chance;
  chance.outcome = prediction.outcome();
  chance.classes = ChancesOf(prediction.classes());
  chance.change = prediction.change();
  chance.log_odds_change = prediction.log_odds_change();
  if (prediction.has_estimate()) {
    const v1::Estimate& estimate = prediction.estimate();
    chance.estimate = NumberEstimate{estimate.mean(), estimate.deviation(), estimate.unit()};
  }
  if (prediction.has_confidence()) {
    const v1::Confidence& given = prediction.confidence();
    chance.confidence = PredictionConfidence{{given.set().begin(), given.set().end()},
                                             given.coverage(),
                                             given.abstain(),
                                             static_cast<int>(given.patients())};
  }
  return chance;
}

}  // namespace

void WriteAnswer(const Act& act, v1::Answer& message) {
  message.set_feature(act.feature);
  message.set_unit(act.unit);
  if (!act.image.empty()) {
    message.set_image(act.image);
  } else if (!act.rows.empty()) {
    for (const std::vector<double>& row : act.rows) {
      message.mutable_rows()->add_rows()->mutable_numbers()->Assign(row.begin(), row.end());
    }
  } else if (const std::optional<double> number = NumberOf(act.value)) {
    message.set_number(*number);
  } else {
    message.set_category(act.value);
  }
}

void Write(const Act& act, v1::ConsultRequest& message) {
  switch (act.kind) {
    case Act::Kind::kBegin:
      message.mutable_begin()->set_explain(act.explain);
      return message.mutable_begin()->set_suggestions(act.suggestions);
    case Act::Kind::kObserve:
      return WriteAnswer(act, *message.mutable_observe());
    case Act::Kind::kRevise:
      return WriteAnswer(act, *message.mutable_revise());
    case Act::Kind::kWithdraw:
      return message.mutable_withdraw()->set_feature(act.feature);
    case Act::Kind::kUnknown:
      return message.mutable_unknown()->set_feature(act.feature);
    case Act::Kind::kWhatIf:
      return WriteAnswer(act, *message.mutable_what_if());
  }
}

StepReply ReplyOf(const v1::Step& message) {
  StepReply reply;
  reply.answers = static_cast<int>(message.step());
  for (const v1::OutcomePrediction& prediction : message.outcomes()) {
    reply.outcomes.push_back(ChanceOf(prediction));
  }
  for (const v1::Refusal& refusal : message.refusals()) {
    reply.rejections.push_back(
        {refusal.feature(), v1::Refusal::Reason_Name(refusal.reason()), refusal.message()});
  }
  reply.missing.assign(message.missing().begin(), message.missing().end());
  for (const v1::Suggestion& suggestion : message.suggestions()) {
    reply.next.push_back({suggestion.feature(), suggestion.information_gain()});
  }
  for (const v1::Contribution& contribution : message.contributions()) {
    AnswerEffect& effect = reply.effects.emplace_back(AnswerEffect{contribution.feature(), {}});
    for (const v1::OutcomeContribution& part : contribution.outcomes()) {
      effect.outcomes.push_back({part.outcome(), part.log_odds_change(), part.left_out()});
    }
  }
  for (const v1::Expectation& expectation : message.expected()) {
    reply.expected.push_back({expectation.feature(), expectation.mean(), expectation.deviation(),
                              ChancesOf(expectation.categories())});
  }
  reply.model = message.model();
  return reply;
}

Questionnaire QuestionnaireOf(const v1::Description& message) {
  Questionnaire questionnaire;
  questionnaire.site = message.site();
  questionnaire.schema = message.schema().name();
  questionnaire.schema_version = message.schema().version();
  for (const v1::Feature& feature : message.schema().features()) {
    questionnaire.questions.push_back(QuestionOf(feature));
  }
  for (const v1::Outcome& outcome : message.schema().outcomes()) {
    questionnaire.outcomes.push_back(
        {outcome.key(), outcome.label(), {outcome.classes().begin(), outcome.classes().end()}});
  }
  if (message.has_model()) {
    const v1::ModelSummary& model = message.model();
    questionnaire.model = ServingModel{model.run(), Hex(model.sha256()), model.generation(),
                                       static_cast<int>(model.rounds()), model.created()};
  }
  return questionnaire;
}

}  // namespace consilium::api
