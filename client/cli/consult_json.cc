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
    Line(line);
  }

  void Close(const StepReply& last) override {
    Line({{"event", "end"},
          {"answers", last.answers},
          {"outcomes", OutcomesOf(last)},
          {"missing", last.missing},
          {"next", NextOf(last)},
          {"model", last.model}});
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
