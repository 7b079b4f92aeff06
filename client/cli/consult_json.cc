#include <string>

#include "base/json.h"
#include "client/cli/consult_payload.h"
#include "client/cli/consult_view.h"

namespace consilium::cli {
namespace {

const char* NameOf(api::Act::Kind kind) {
  switch (kind) {
    case api::Act::Kind::kBegin:
      return "begin";
    case api::Act::Kind::kObserve:
      return "observe";
    case api::Act::Kind::kRevise:
      return "revise";
    case api::Act::Kind::kWithdraw:
      return "withdraw";
    case api::Act::Kind::kUnknown:
      return "unknown";
    case api::Act::Kind::kWhatIf:
      return "what-if";
  }
  return "";
}

void AddConfidence(const api::OutcomeChance& chance, Json& outcome) {
  Json uncalibrated = Json::Object();
  for (const api::ClassChance& given : chance.classes)
    uncalibrated[given.label] = given.uncalibrated;
  outcome["uncalibrated"] = uncalibrated;
  outcome["set"] = chance.confidence->set;
  outcome["coverage"] = chance.confidence->coverage;
  outcome["abstain"] = chance.confidence->abstain;
  outcome["calibrated_on"] = chance.confidence->patients;
}

Json OutcomesOf(const api::StepReply& reply) {
  Json outcomes = Json::Array();
  for (const api::OutcomeChance& chance : reply.outcomes) {
    if (chance.estimate) {
      outcomes.Append({{"outcome", chance.outcome},
                       {"mean", chance.estimate->mean},
                       {"deviation", chance.estimate->deviation},
                       {"unit", chance.estimate->unit},
                       {"change", chance.change}});
      continue;
    }
    Json classes = Json::Object();
    for (const api::ClassChance& given : chance.classes) classes[given.label] = given.probability;
    Json& outcome = outcomes.Append({{"outcome", chance.outcome},
                                     {"probabilities", classes},
                                     {"change", chance.change},
                                     {"log_odds_change", chance.log_odds_change}});
    if (chance.confidence) AddConfidence(chance, outcome);
  }
  return outcomes;
}

Json NextOf(const api::StepReply& reply) {
  Json next = Json::Array();
  for (const api::NextQuestion& question : reply.next) {
    next.Append({{"feature", question.feature}, {"bits", question.information_gain}});
  }
  return next;
}

// What each answer did, and what is expected of the others; absent where nothing is told.
void AddExplanation(const api::StepReply& reply, Json& line) {
  for (const api::AnswerEffect& answer : reply.effects) {
    Json outcomes = Json::Array();
    for (const api::OutcomeEffect& effect : answer.outcomes) {
      outcomes.Append({{"outcome", effect.outcome},
                       {"log_odds_change", effect.log_odds_change},
                       {"left_out", effect.left_out}});
    }
    line["contributions"].Append({{"feature", answer.feature}, {"outcomes", outcomes}});
  }
  for (const api::ExpectedAnswer& expected : reply.expected) {
    Json told = {{"feature", expected.feature}};
    if (expected.categories.empty()) {
      told["mean"] = expected.mean;
      told["deviation"] = expected.deviation;
    }
    for (const api::ClassChance& chance : expected.categories) {
      told["probabilities"][chance.label] = chance.probability;
    }
    line["expected"].Append(told);
  }
}

class JsonView final : public ConsultView {
 public:
  JsonView(const api::Questionnaire& questionnaire, std::ostream& out)
      : questionnaire_(questionnaire), out_(out) {}

  void Open(const api::StepReply& first) override {
    Line({{"event", "begin"},
          {"site", questionnaire_.site},
          {"model", first.model},
          {"outcomes", OutcomesOf(first)}});
  }

  void Show(const api::Act& act, const api::StepReply& reply) override {
    Json line = {{"event", "step"}, {"act", NameOf(act.kind)}, {"feature", act.feature}};
    const std::string summary = SummaryOf(questionnaire_.Find(act.feature), act);
    if (!act.value.empty() || !summary.empty()) line["value"] = act.value + summary;
    line["answers"] = reply.answers;
    line["outcomes"] = OutcomesOf(reply);
    if (!reply.rejections.empty()) {
      line["refused"] = {{"reason", reply.rejections[0].reason},
                         {"message", reply.rejections[0].message}};
    }
    line["next"] = NextOf(reply);
    AddExplanation(reply, line);
    Line(line);
  }

  // Every line explains itself.
  void Explain(const api::StepReply&) override {}

  void Close(const api::StepReply& last) override {
    Json line = {
        {"event", "end"},          {"answers", last.answers}, {"outcomes", OutcomesOf(last)},
        {"missing", last.missing}, {"next", NextOf(last)},    {"model", last.model}};
    AddExplanation(last, line);
    Line(line);
  }

 private:
  void Line(const Json& line) { out_ << line.Text() << "\n" << std::flush; }

  const api::Questionnaire& questionnaire_;
  std::ostream& out_;
};

}  // namespace

std::unique_ptr<ConsultView> NewJsonView(const api::Questionnaire& questionnaire,
                                         std::ostream& out) {
  return std::make_unique<JsonView>(questionnaire, out);
}

}  // namespace consilium::cli
