#include "server/consultation/wire/messages.h"

#include <string>
#include <utility>
#include <vector>

#include "base/security/digest.h"
#include "proto/consultation.pb.h"
#include "server/storage/model_file.h"

namespace consilium::consultation {
namespace {

static_assert(static_cast<int>(data::RefusalReason::kUnknownFeature) ==
              v1::Refusal::UNKNOWN_FEATURE);
static_assert(static_cast<int>(data::RefusalReason::kNoImage) == v1::Refusal::NO_IMAGE);

template <typename Repeated>
auto& Slot(Repeated& repeated, int index) {
  return index < repeated.size() ? *repeated.Mutable(index) : *repeated.Add();
}

template <typename Repeated>
void Shorten(Repeated& repeated, int size) {
  while (repeated.size() > size) repeated.RemoveLast();
}

void WriteConfidence(const Step& step, const Release& release, size_t outcome,
                     v1::OutcomePrediction& prediction) {
  if (step.calibrated_on[outcome] == 0) {
    prediction.clear_confidence();
    return;
  }
  v1::Confidence& confidence = *prediction.mutable_confidence();
  confidence.set_coverage(release.model().calibration.coverage);
  confidence.set_patients(static_cast<uint32_t>(step.calibrated_on[outcome]));
  auto& set = *confidence.mutable_set();
  int possible = 0;
  const std::vector<data::Category>& classes = release.schema().outcomes[outcome].classes;
  for (size_t c = 0; c < classes.size(); ++c) {
    if (step.possible[static_cast<size_t>(release.first_class()[outcome]) + c] == 0) continue;
    Slot(set, possible++) = classes[c].value;
  }
  Shorten(set, possible);
  confidence.set_abstain(possible != 1);
}

void WriteOutcomes(const Step& step, const Release& release, v1::Step& message) {
  const std::vector<data::Outcome>& outcomes = release.schema().outcomes;
  auto& written = *message.mutable_outcomes();
  for (size_t o = 0; o < outcomes.size(); ++o) {
    v1::OutcomePrediction& prediction = Slot(written, static_cast<int>(o));
    prediction.set_outcome(outcomes[o].key);
    prediction.set_change(step.change[o]);
    prediction.set_log_odds_change(step.log_odds_change[o]);
    if (outcomes[o].continuous()) {
      const Estimate estimate = release.EstimateOf(static_cast<int>(o), step.probabilities);
      prediction.mutable_estimate()->set_mean(estimate.mean);
      prediction.mutable_estimate()->set_deviation(estimate.deviation);
      prediction.mutable_estimate()->set_unit(outcomes[o].unit_label);
      continue;
    }
    auto& classes = *prediction.mutable_classes();
    for (size_t c = 0; c < outcomes[o].classes.size(); ++c) {
      v1::ClassProbability& chance = Slot(classes, static_cast<int>(c));
      chance.set_label(outcomes[o].classes[c].value);
      const size_t place = static_cast<size_t>(release.first_class()[o]) + c;
      chance.set_probability(static_cast<double>(step.probabilities[place]));
      chance.set_uncalibrated(static_cast<double>(step.uncalibrated[place]));
    }
    WriteConfidence(step, release, o, prediction);
  }
}

const std::string& KeyOf(const Release& release, int feature) {
  return release.schema().features[static_cast<size_t>(feature)].key;
}

void WriteContributions(const Step& step, const Release& release, v1::Step& message) {
  const std::vector<data::Outcome>& outcomes = release.schema().outcomes;
  message.clear_contributions();
  for (const Contribution& contribution : step.contributions) {
    v1::Contribution& added = *message.add_contributions();
    added.set_feature(KeyOf(release, contribution.feature));
    for (size_t o = 0; o < outcomes.size(); ++o) {
      v1::OutcomeContribution& part = *added.add_outcomes();
      part.set_outcome(outcomes[o].key);
      part.set_log_odds_change(contribution.log_odds_change[o]);
      part.set_left_out(contribution.left_out[o]);
    }
  }
}

void WriteExpected(const Step& step, const Release& release, v1::Step& message) {
  message.clear_expected();
  for (const Expectation& expectation : step.expected) {
    v1::Expectation& added = *message.add_expected();
    added.set_feature(KeyOf(release, expectation.feature));
    added.set_mean(expectation.mean);
    added.set_deviation(expectation.deviation);
    const data::Feature& feature =
        release.schema().features[static_cast<size_t>(expectation.feature)];
    for (size_t c = 0; c < expectation.probabilities.size(); ++c) {
      v1::ClassProbability& chance = *added.add_categories();
      chance.set_label(feature.categories[c].value);
      chance.set_probability(static_cast<double>(expectation.probabilities[c]));
    }
  }
}

static_assert(1 + static_cast<int>(data::FeatureKind::kCategorical) == v1::Feature::CATEGORICAL);
static_assert(1 + static_cast<int>(data::FeatureKind::kImage) == v1::Feature::IMAGE);

void Write(const data::Component& component, v1::Component& message) {
  message.set_key(component.key);
  message.set_label(component.label);
  message.set_unit(component.unit);
  message.set_unit_label(component.unit_label);
  message.set_minimum(component.range.min);
  message.set_maximum(component.range.max);
}

void Write(const data::Feature& feature, v1::Feature& message) {
  message.set_key(feature.key);
  message.set_kind(static_cast<v1::Feature::Kind>(1 + static_cast<int>(feature.kind)));
  if (data::HasPayload(feature.kind)) {
    message.set_width(static_cast<uint32_t>(feature.width));
    message.set_height(static_cast<uint32_t>(feature.height));
  }
  for (const data::Component& component : feature.components) {
    Write(component, *message.add_components());
  }
  message.set_unit(feature.unit);
  message.set_unit_label(feature.unit_label);
  message.set_minimum(feature.range.min);
  message.set_maximum(feature.range.max);
  for (const data::Category& category : feature.categories) {
    v1::Category& added = *message.add_categories();
    added.set_value(category.value);
    added.set_label(category.label);
  }
  if (feature.code) {
    message.set_code_system(feature.code->system);
    message.set_code(feature.code->code);
  }
  message.set_question(feature.question.empty() ? feature.label : feature.question);
  message.set_group(feature.group);
}

}  // namespace

GivenAnswer AnswerOf(const v1::Answer& answer) {
  GivenAnswer given{answer.feature(), std::string(), answer.unit()};
  if (answer.value_case() == v1::Answer::kNumber) given.value = answer.number();
  if (answer.value_case() == v1::Answer::kCategory) given.value = answer.category();
  if (answer.value_case() == v1::Answer::kImage) given.value = GivenImage{answer.image()};
  if (answer.value_case() == v1::Answer::kRows) {
    GivenRows given_rows;
    for (const v1::Row& row : answer.rows().rows()) {
      given_rows.rows.emplace_back(row.numbers().begin(), row.numbers().end());
    }
    given.value = std::move(given_rows);
  }
  return given;
}

ConsultationAction ActionOf(const v1::ConsultRequest& request) {
  switch (request.action_case()) {
    case v1::ConsultRequest::kObserve:
      return Observe{AnswerOf(request.observe())};
    case v1::ConsultRequest::kRevise:
      return Revise{AnswerOf(request.revise())};
    case v1::ConsultRequest::kWithdraw:
      return Withdraw{request.withdraw().feature()};
    case v1::ConsultRequest::kUnknown:
      return MarkUnknown{request.unknown().feature()};
    case v1::ConsultRequest::kWhatIf:
      return WhatIf{AnswerOf(request.what_if())};
    case v1::ConsultRequest::kBegin:
    case v1::ConsultRequest::ACTION_NOT_SET:
      break;
  }
  return std::monostate();
}

void Write(const StepRefusal& refusal, v1::Refusal& message) {
  message.set_feature(refusal.feature);
  message.set_reason(static_cast<v1::Refusal::Reason>(refusal.reason));
  message.set_message(refusal.message);
}

void Write(const Step& step, const Release& release, v1::Step& message) {
  message.set_step(static_cast<uint32_t>(step.answers));
  WriteOutcomes(step, release, message);
  message.clear_refusals();
  if (step.refusal) Write(*step.refusal, *message.add_refusals());
  auto& missing = *message.mutable_missing();
  for (size_t i = 0; i < step.missing.size(); ++i) {
    Slot(missing, static_cast<int>(i)) = KeyOf(release, step.missing[i]);
  }
  Shorten(missing, static_cast<int>(step.missing.size()));
  auto& suggestions = *message.mutable_suggestions();
  for (size_t i = 0; i < step.suggestions.size(); ++i) {
    v1::Suggestion& suggestion = Slot(suggestions, static_cast<int>(i));
    suggestion.set_feature(KeyOf(release, step.suggestions[i].feature));
    suggestion.set_information_gain(step.suggestions[i].information_gain);
  }
  Shorten(suggestions, static_cast<int>(step.suggestions.size()));
  WriteContributions(step, release, message);
  WriteExpected(step, release, message);
  message.set_model(release.name());
  message.set_schema_version(release.schema().version);
  message.set_generation(release.model().generation);
}

void Write(const data::Schema& schema, v1::Schema& message) {
  message.set_name(schema.name);
  message.set_version(schema.version);
  for (const int feature : schema.AskingOrder()) {
    Write(schema.features[static_cast<size_t>(feature)], *message.add_features());
  }
  for (const data::Outcome& outcome : schema.outcomes) {
    v1::Outcome& added = *message.add_outcomes();
    added.set_key(outcome.key);
    added.set_label(outcome.label);
    for (const data::Category& category : outcome.classes) added.add_classes(category.value);
    added.set_unit(outcome.unit);
    added.set_unit_label(outcome.unit_label);
    added.set_minimum(outcome.range.min);
    added.set_maximum(outcome.range.max);
  }
}

void Write(const Release& release, v1::ModelSummary& message) {
  const training::Model& model = release.model();
  message.set_run(model.run);
  message.set_schema_version(model.schema.version);
  message.set_generation(model.generation);
  message.set_rounds(static_cast<uint32_t>(model.rounds));
  message.set_created(FormatTime(model.created));
  if (const StatusOr<security::Digest> digest = security::ParseDigest(release.digest());
      digest.ok()) {
    message.set_sha256(digest->data(), digest->size());
  }
  const nn::Layout layout = modn::MakeLayout(release.predictor().architecture());
  const std::vector<security::Digest> digests = storage::ModuleDigests(layout, model.parameters);
  for (size_t m = 0; m < digests.size(); ++m) {
    v1::ModuleSummary& added = *message.add_modules();
    const nn::ModuleId& id = layout.modules()[m].id;
    added.mutable_id()->set_kind(static_cast<v1::ModuleId::Kind>(id.kind));
    added.mutable_id()->set_key(id.key);
    added.mutable_id()->set_schema_version(id.schema_version);
    added.set_sha256(digests[m].data(), digests[m].size());
    added.set_parameters(layout.module_block(static_cast<int>(m)).size);
  }
}

}  // namespace consilium::consultation
