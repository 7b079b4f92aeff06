#include "client/cli/consult_dialogue.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "client/cli/consult_explain.h"
#include "client/cli/consult_line.h"
#include "client/cli/consult_payload.h"

namespace consilium::cli {
namespace {

class Dialogue {
 public:
  Dialogue(const api::Questionnaire& questionnaire, api::ConsultationChannel& channel,
           ConsultView& view, std::istream& in, std::ostream& out)
      : questionnaire_(questionnaire), channel_(channel), view_(view), in_(in), out_(out) {}

  Status Run(uint32_t suggestions) {
    api::Act begin;
    begin.suggestions = suggestions;
    begin.explain = true;
    ASSIGN_OR_RETURN(reply_, channel_.Send(begin));
    view_.Open(reply_);
    out_ << "\nType help to see what you can do.\n";
    std::string line;
    while (!over_ && ChooseQuestion()) {
      out_ << "\n" << QuestionLine(*asked_) << "\n> " << std::flush;
      if (!std::getline(in_, line)) break;
      RETURN_IF_ERROR(Take(ParseTypedLine(line)));
    }
    view_.Close(reply_);
    return OkStatus();
  }

 private:
  // The one wished for, else the best suggestion, else the first that is missing. Those skipped
  // come again when nothing else is left. False if there is nothing to ask.
  bool ChooseQuestion() {
    if (!wished_.empty()) return Ask(std::exchange(wished_, ""));
    for (const api::NextQuestion& next : reply_.next) {
      if (!skipped_.contains(next.feature) && Ask(next.feature)) return true;
    }
    for (const bool again : {false, true}) {
      for (const std::string& feature : reply_.missing) {
        if (unknown_.contains(feature) || (!again && skipped_.contains(feature))) continue;
        if (again) skipped_.clear();
        return Ask(feature);
      }
    }
    return false;
  }

  bool Ask(const std::string& feature) {
    asked_ = questionnaire_.Find(feature);
    return asked_ != nullptr;
  }

  Status Take(const TypedLine& typed) {
    switch (typed.kind) {
      case TypedLine::Kind::kValue:
        return Answer(*asked_, typed.value);
      case TypedLine::Kind::kSkip:
        skipped_.insert(asked_->key);
        return OkStatus();
      case TypedLine::Kind::kUnknown:
        return Unknown();
      case TypedLine::Kind::kBack:
        return Back();
      case TypedLine::Kind::kAsk:
        return WithQuestion(typed, [this](const api::Question& question) {
          wished_ = question.key;
          return OkStatus();
        });
      case TypedLine::Kind::kRevise:
        return WithQuestion(
            typed, [&](const api::Question& question) { return Revise(question, typed.value); });
      case TypedLine::Kind::kWithdraw:
        return WithQuestion(typed,
                            [this](const api::Question& question) { return Withdraw(question); });
      case TypedLine::Kind::kWhatIf:
        wished_ = asked_->key;
        return Send(
            {api::Act::Kind::kWhatIf, asked_->key, ValueTyped(*asked_, typed.value), "", 0});
      default:
        Tell(typed.kind);
        return OkStatus();
    }
  }

  // What asks nothing of the node.
  void Tell(TypedLine::Kind kind) {
    if (kind == TypedLine::Kind::kWhy) Why();
    if (kind == TypedLine::Kind::kExpect) Expect();
    if (kind == TypedLine::Kind::kList) List();
    if (kind == TypedLine::Kind::kDone) over_ = true;
    if (kind != TypedLine::Kind::kHelp) return;
    out_ << TypingHelp();
    wished_ = asked_->key;
  }

  // Runs `what` with the question the line names, or says that there is none.
  template <typename What>
  Status WithQuestion(const TypedLine& typed, What what) {
    const api::Question* question = questionnaire_.Find(typed.feature);
    if (question != nullptr) return what(*question);
    out_ << "  there is no question \"" << typed.feature << "\"; list shows all\n";
    wished_ = asked_->key;
    return OkStatus();
  }

  // Sends and shows. What is wondered or refused leaves the standing as it is.
  Status Send(api::Act act) {
    const api::Question* question = questionnaire_.Find(act.feature);
    if (question != nullptr) {
      if (const Status typed = ReadTyped(*question, act); !typed.ok()) {
        out_ << "  not taken: " << Message(typed) << "\n";
        taken_ = false;
        return OkStatus();
      }
    }
    ASSIGN_OR_RETURN(api::StepReply reply, channel_.Send(act));
    view_.Show(act, reply);
    taken_ = reply.rejections.empty();
    if (taken_ && act.kind != api::Act::Kind::kWhatIf) reply_ = std::move(reply);
    return OkStatus();
  }

  Status Answer(const api::Question& question, const std::string& typed) {
    const bool before = IsGiven(question.key);
    RETURN_IF_ERROR(Send({before ? api::Act::Kind::kRevise : api::Act::Kind::kObserve, question.key,
                          ValueTyped(question, typed), "", 0}));
    if (!taken_) {
      wished_ = question.key;
      return OkStatus();
    }
    std::erase(given_, question.key);
    given_.push_back(question.key);
    unknown_.erase(question.key);
    return OkStatus();
  }

  Status Unknown() {
    const std::string feature = asked_->key;
    RETURN_IF_ERROR(Send({api::Act::Kind::kUnknown, feature, "", "", 0}));
    if (taken_) unknown_.insert(feature);
    return OkStatus();
  }

  Status Back() {
    if (given_.empty()) {
      out_ << "  there is no answer to take back\n";
      return OkStatus();
    }
    const std::string feature = given_.back();
    RETURN_IF_ERROR(Withdraw(*questionnaire_.Find(feature)));
    wished_ = feature;
    return OkStatus();
  }

  Status Revise(const api::Question& question, const std::string& typed) {
    if (!typed.empty() || !IsGiven(question.key)) {
      return Send({api::Act::Kind::kRevise, question.key, ValueTyped(question, typed), "", 0});
    }
    wished_ = question.key;
    return OkStatus();
  }

  Status Withdraw(const api::Question& question) {
    RETURN_IF_ERROR(Send({api::Act::Kind::kWithdraw, question.key, "", "", 0}));
    if (!taken_) return OkStatus();
    std::erase(given_, question.key);
    unknown_.erase(question.key);
    skipped_.erase(question.key);
    return OkStatus();
  }

  bool IsGiven(const std::string& feature) const {
    return std::ranges::find(given_, feature) != given_.end();
  }

  void Why() {
    wished_ = asked_->key;
    const auto next = std::ranges::find(reply_.next, asked_->key, &api::NextQuestion::feature);
    if (next != reply_.next.end()) {
      out_ << fmt::format("  {}: its answer is expected to settle {:.3f} bits of what is open\n",
                          asked_->key, next->information_gain);
    } else {
      out_ << fmt::format("  {}: the next in asking order\n", asked_->key);
    }
    view_.Explain(reply_);
  }

  void Expect() {
    wished_ = asked_->key;
    if (reply_.expected.empty()) {
      out_ << "  this model does not tell what to expect: it has no feature decoders\n";
      return;
    }
    PrintExpected(questionnaire_, reply_, reply_.expected.size(), out_);
  }

  void List() {
    wished_ = asked_->key;
    for (const api::Question& question : questionnaire_.questions) {
      const char* mark = IsGiven(question.key)             ? "answered"
                         : unknown_.contains(question.key) ? "not known"
                                                           : "";
      out_ << fmt::format("  {:<16} {:<10} {}\n", question.key, mark, question.text);
    }
  }

  const api::Questionnaire& questionnaire_;
  api::ConsultationChannel& channel_;
  ConsultView& view_;
  std::istream& in_;
  std::ostream& out_;

  api::StepReply reply_;  // where the consultation stands
  bool taken_ = false;    // the last act
  bool over_ = false;
  const api::Question* asked_ = nullptr;
  std::string wished_;  // to be asked next; empty: the best
  std::set<std::string> skipped_;
  std::set<std::string> unknown_;
  std::vector<std::string> given_;  // features; the last answer last
};

}  // namespace

Status RunDialogue(const api::Questionnaire& questionnaire, uint32_t suggestions,
                   api::ConsultationChannel& channel, ConsultView& view, std::istream& in,
                   std::ostream& out) {
  return Dialogue(questionnaire, channel, view, in, out).Run(suggestions);
}

}  // namespace consilium::cli
