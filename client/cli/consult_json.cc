#include <string>

#include "client/cli/consult_payload.h"
#include "client/cli/consult_view.h"
#include "nlohmann/json.hpp"

namespace consilium {
namespace {

using Json = nlohmann::ordered_json;

const char* NameOf(Act::Kind kind) {
  switch (kind) {
    case Act::Kind::kBegin:
      return "begin";
    case Act::Kind::kObserve:
      return "observe";
    case Act::Kind::kRevise:
      return "revise";
    case Act::Kind::kWithdraw:
      return "withdraw";
    case Act::Kind::kUnknown:
      return "unknown";
    case Act::Kind::kWhatIf:
      return "what-if";
  }
  return "";
}

void AddConfidence(const OutcomeChance& chance, Json& outcome) {
  Json uncalibrated = Json::object();
  for (const ClassChance& given : chance.classes) uncalibrated[given.label] = given.uncalibrated;
  outcome["uncalibrated"] = uncalibrated;
  outcome["set"] = chance.confidence->set;
  outcome["coverage"] = chance.confidence->coverage;
  outcome["abstain"] = chance.confidence->abstain;
  outcome["calibrated_on"] = chance.confidence->patients;
}

Json OutcomesOf(const StepReply& reply) {
  Json outcomes = Json::array();
  for (const OutcomeChance& chance : reply.outcomes) {
    if (chance.estimate) {
      outcomes.push_back({{"outcome", chance.outcome},
                          {"mean", chance.estimate->mean},
                          {"deviation", chance.estimate->deviation},
                          {"unit", chance.estimate->unit},
                          {"change", chance.change}});
      continue;
    }
    Json classes = Json::object();
    for (const ClassChance& given : chance.classes) classes[given.label] = given.probability;
    outcomes.push_back({{"outcome", chance.outcome},
                        {"probabilities", classes},
                        {"change", chance.change},
                        {"log_odds_change", chance.log_odds_change}});
    if (chance.confidence) AddConfidence(chance, outcomes.back());
  }
  return outcomes;
}

Json NextOf(const StepReply& reply) {
  Json next = Json::array();
  for (const NextQuestion& question : reply.next) {
    next.push_back({{"feature", question.feature}, {"bits", question.information_gain}});
  }
  return next;
}

// What each answer did, and what is expected of the others; absent where nothing is told.
void AddExplanation(const StepReply& reply, Json& line) {
  for (const AnswerEffect& answer : reply.effects) {
    Json outcomes = Json::array();
    for (const OutcomeEffect& effect : answer.outcomes) {
      outcomes.push_back({{"outcome", effect.outcome},
                          {"log_odds_change", effect.log_odds_change},
                          {"left_out", effect.left_out}});
    }
    line["contributions"].push_back({{"feature", answer.feature}, {"outcomes", outcomes}});
  }
  for (const ExpectedAnswer& expected : reply.expected) {
    Json told = {{"feature", expected.feature}};
    if (expected.categories.empty()) {
      told["mean"] = expected.mean;
      told["deviation"] = expected.deviation;
    }
    for (const ClassChance& chance : expected.categories) {
      told["probabilities"][chance.label] = chance.probability;
    }
    line["expected"].push_back(told);
  }
}

class JsonView final : public ConsultView {
 public:
  JsonView(const Questionnaire& questionnaire, std::ostream& out)
      : questionnaire_(questionnaire), out_(out) {}

  void Open(const StepReply& first) override {
    Line({{"event", "begin"},
          {"site", questionnaire_.site},
          {"model", first.model},
          {"outcomes", OutcomesOf(first)}});
  }

  void Show(const Act& act, const StepReply& reply) override {
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
  void Explain(const StepReply&) override {}

  void Close(const StepReply& last) override {
    Json line = {
        {"event", "end"},          {"answers", last.answers}, {"outcomes", OutcomesOf(last)},
        {"missing", last.missing}, {"next", NextOf(last)},    {"model", last.model}};
    AddExplanation(last, line);
    Line(line);
  }

 private:
  void Line(const Json& line) {
    out_ << line.dump(-1, ' ', false, Json::error_handler_t::replace) << "\n" << std::flush;
  }

  const Questionnaire& questionnaire_;
  std::ostream& out_;
};

}  // namespace

std::unique_ptr<ConsultView> NewJsonView(const Questionnaire& questionnaire, std::ostream& out) {
  return std::make_unique<JsonView>(questionnaire, out);
}

}  // namespace consilium
