#ifndef CONSILIUM_TESTS_CLIENT_CLI_SCRIPTED_NODE_H_
#define CONSILIUM_TESTS_CLIENT_CLI_SCRIPTED_NODE_H_

#include <algorithm>
#include <string>
#include <vector>

#include "client/api/consultation.h"

namespace consilium::testing {

inline api::Questionnaire HeartQuestionnaire() {
  api::Question age;
  age.key = "age";
  age.text = "How old is the patient?";
  age.unit = "a";
  age.unit_label = "years";
  age.minimum = 18;
  age.maximum = 100;
  api::Question pain;
  pain.key = "cp";
  pain.text = "What kind of chest pain?";
  pain.choices = {{"typical", "Typical angina"}, {"none", "No pain"}};
  api::Question sugar;
  sugar.key = "fbs";
  sugar.text = "Fasting blood sugar above 120 mg/dl?";
  sugar.choices = {{"0", "no"}, {"1", "yes"}};
  api::Questionnaire heart;
  heart.site = "va";
  heart.schema = "heart";
  heart.questions = {age, pain, sugar};
  heart.outcomes = {{"disease", "Heart disease", {"no", "yes"}}};
  heart.model = api::ServingModel{"run1", "abcd", 1, 40, "2026-11-22T15:00:00Z"};
  return heart;
}

// A node that records what it is sent, takes every value but "bad", raises the probability by a
// tenth with each answer, and suggests what is missing, the last of it first.
class ScriptedNode final : public api::ConsultationChannel {
 public:
  StatusOr<api::StepReply> Send(const api::Act& act) override {
    acts.push_back(act);
    const size_t before = given_.size();
    const bool refused = act.value == "bad";
    if (act.kind == api::Act::Kind::kObserve && !refused) given_.push_back(act.feature);
    if (act.kind == api::Act::Kind::kWithdraw) std::erase(given_, act.feature);
    return Reply(act, refused, static_cast<double>(given_.size()) - static_cast<double>(before));
  }

  std::vector<api::Act> acts;
  bool calibrated = false;  // abstains until it has two answers

 private:
  api::StepReply Reply(const api::Act& act, bool refused, double more) const {
    api::StepReply reply;
    reply.answers = static_cast<int>(given_.size());
    const double p = 0.2 + 0.1 * static_cast<double>(given_.size());
    reply.outcomes = {{"disease", {{"no", 1 - p}, {"yes", p}}, 0.1 * more, 0.5 * more}};
    if (calibrated) {
      reply.outcomes[0].confidence = {{"no", "yes"}, 0.9, true, 110};
      if (given_.size() > 1) reply.outcomes[0].confidence = {{"no"}, 0.9, false, 110};
    }
    if (refused) reply.rejections = {{act.feature, "OUT_OF_RANGE", act.feature + " is too high"}};
    for (const api::Question& question : questionnaire_.questions) {
      if (std::ranges::find(given_, question.key) != given_.end()) continue;
      reply.missing.push_back(question.key);
      reply.next.insert(reply.next.begin(), {question.key, 0.25});
    }
    for (const std::string& feature : given_) {
      reply.effects.push_back({feature, {{"disease", 0.5, 0.4}}});
    }
    reply.expected = {{"age", 54.21, 9.87, {}}, {"cp", 0, 0, {{"typical", 0.25}, {"none", 0.75}}}};
    reply.model = "run1@abcd";
    return reply;
  }

  const api::Questionnaire questionnaire_ = HeartQuestionnaire();
  std::vector<std::string> given_;
};

}  // namespace consilium::testing

#endif  // CONSILIUM_TESTS_CLIENT_CLI_SCRIPTED_NODE_H_
