#include <algorithm>
#include <cmath>
#include <map>
#include <string>

#include "client/cli/consult_explain.h"
#include "client/cli/consult_payload.h"
#include "client/cli/consult_view.h"
#include "fmt/core.h"

namespace consilium::cli {
namespace {

constexpr int kBarCells = 20;
constexpr int kKeyWidth = 16;
constexpr int kValueWidth = 26;  // a line with a bar then still fits 100 columns
constexpr size_t kMostExpected = 12;

// Filled to an eighth of a cell.
std::string Bar(double share) {
  constexpr const char* kParts[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const auto eighths = static_cast<int>(std::lround(std::clamp(share, 0.0, 1.0) * kBarCells * 8));
  std::string bar;
  for (int i = 0; i < eighths / 8; ++i) bar += "█";
  bar += kParts[eighths % 8];
  const int used = eighths / 8 + (eighths % 8 > 0 ? 1 : 0);
  return bar + std::string(static_cast<size_t>(kBarCells - used), ' ');
}

// The value as people read it: a category's label, a number with its unit.
std::string ReadableValue(const api::Questionnaire& questionnaire, const api::Act& act) {
  const api::Question* question = questionnaire.Find(act.feature);
  if (std::string summary = SummaryOf(question, act); !summary.empty()) return summary;
  if (question == nullptr || act.value.empty()) return act.value;
  if (!question->categorical()) {
    const bool bare = question->unit.empty() || question->unit == "1";
    return bare ? act.value : act.value + " " + question->unit_label;
  }
  const auto choice = std::ranges::find(question->choices, act.value, &api::Choice::value);
  return choice == question->choices.end() ? act.value : choice->label;
}

// At most kValueWidth characters, of which the last are `mark`.
std::string Marked(const std::string& value, std::string_view mark = "") {
  const auto starts = [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; };
  auto room = kValueWidth - static_cast<long>(mark.size());
  if (std::ranges::count_if(value, starts) <= room) return value + std::string(mark);
  size_t end = 0;
  while (end < value.size() && (room > 1 || !starts(value[end]))) room -= starts(value[end++]);
  return value.substr(0, end) + "…" + std::string(mark);
}

std::string WhatOf(const api::Questionnaire& questionnaire, const api::Act& act) {
  const std::string value = ReadableValue(questionnaire, act);
  switch (act.kind) {
    case api::Act::Kind::kBegin:
      return "no answers yet";
    case api::Act::Kind::kObserve:
      return Marked(value);
    case api::Act::Kind::kRevise:
      return Marked(value, " (revised)");
    case api::Act::Kind::kWithdraw:
      return "(withdrawn)";
    case api::Act::Kind::kUnknown:
      return "(not known)";
    case api::Act::Kind::kWhatIf:
      return Marked(value, " (what if)");
  }
  return value;
}

class TextView final : public ConsultView {
 public:
  TextView(const api::Questionnaire& questionnaire, TextStyle style, std::ostream& out)
      : questionnaire_(questionnaire), style_(style), out_(out) {}

  void Open(const api::StepReply& first) override {
    out_ << fmt::format("Consultation at {}, model {}\n", questionnaire_.site, first.model);
    if (questionnaire_.model) {
      out_ << fmt::format("  trained in {} rounds, {}\n", questionnaire_.model->rounds,
                          questionnaire_.model->created);
    }
    out_ << "\n";
    ShowStep({}, first);
  }

  void Show(const api::Act& act, const api::StepReply& reply) override {
    if (reply.rejections.empty() && act.kind != api::Act::Kind::kWhatIf) {
      told_[act.feature] = ReadableValue(questionnaire_, act);
    }
    for (const api::Rejection& rejection : reply.rejections) {
      std::string_view why = rejection.message;
      if (why.starts_with(act.feature + ": ")) why.remove_prefix(act.feature.size() + 2);
      out_ << Paint("31", fmt::format("  {:<{}} not taken: {}", act.feature, kKeyWidth, why))
           << "\n";
    }
    if (reply.rejections.empty()) ShowStep(act, reply);
    out_ << std::flush;
  }

  void Explain(const api::StepReply& reply) override {
    PrintEffects(questionnaire_, reply, told_, style_, out_);
    PrintExpected(questionnaire_, reply, reply.expected.size(), out_);
    out_ << std::flush;
  }

  void Close(const api::StepReply& last) override {
    for (const api::OutcomeChance& chance : last.outcomes) {
      if (chance.confidence) ShowConfidence(chance.outcome, *chance.confidence);
    }
    if (!last.effects.empty()) out_ << "\n";
    PrintEffects(questionnaire_, last, told_, style_, out_);
    out_ << fmt::format("\n{} answer{}.", last.answers, last.answers == 1 ? "" : "s");
    if (last.missing.empty()) {
      out_ << " Nothing is missing.\n";
      return;
    }
    out_ << " Missing:";
    for (const std::string& feature : last.missing) out_ << " " << feature;
    out_ << "\n";
    PrintExpected(questionnaire_, last, kMostExpected, out_);
    if (last.next.empty()) return;
    out_ << "Best to ask next:\n";
    for (const api::NextQuestion& next : last.next) {
      const api::Question* question = questionnaire_.Find(next.feature);
      out_ << fmt::format("  {:<{}} {:6.3f} bits   {}\n", next.feature, kKeyWidth,
                          next.information_gain, question == nullptr ? "" : question->text);
    }
    out_ << std::flush;
  }

 private:
  // One line for each outcome; what was answered stands before the first.
  void ShowStep(const api::Act& act, const api::StepReply& reply) {
    std::string what = fmt::format("  {:<{}} {:<{}}", act.feature, kKeyWidth,
                                   WhatOf(questionnaire_, act), kValueWidth);
    for (const api::OutcomeChance& chance : reply.outcomes) {
      out_ << what << " " << OutcomeOf(chance, act.kind != api::Act::Kind::kBegin) << "\n";
      what.assign(static_cast<size_t>(kKeyWidth + kValueWidth + 3), ' ');
    }
  }

  void ShowConfidence(const std::string& outcome, const api::PredictionConfidence& confidence) {
    std::string set;
    for (const std::string& label : confidence.set) set += (set.empty() ? "" : " or ") + label;
    if (set.empty()) set = "unlike the patients of any class";
    out_ << fmt::format("\n  {}: {}{}\n", outcome, set,
                        confidence.abstain ? "; the model abstains (?)" : "");
    out_ << fmt::format("    right for {:.0f} % of the patients of each class; {} patients\n",
                        100 * confidence.coverage, confidence.patients);
  }

  std::string OutcomeOf(const api::OutcomeChance& chance, bool changed) const {
    if (chance.estimate) return EstimateOf(chance, changed);
    if (chance.classes.empty()) return chance.outcome;
    const bool two = chance.classes.size() == 2;
    const api::ClassChance& shown =
        two ? chance.classes.back()
            : *std::ranges::max_element(chance.classes, {}, &api::ClassChance::probability);
    std::string text =
        fmt::format("{:<14}", two ? chance.outcome : chance.outcome + "=" + shown.label);
    if (style_.drawn) text += " " + Bar(shown.probability);
    text += fmt::format(" {:5.1f} %", 100 * shown.probability);
    if (changed) text += "  " + ChangeOf(chance.change);
    if (chance.confidence && chance.confidence->abstain) text += " ?";
    return text;
  }

  static std::string EstimateOf(const api::OutcomeChance& chance, bool changed) {
    const api::NumberEstimate& estimate = *chance.estimate;
    std::string text =
        fmt::format("{:<14} {:.4g} ± {:.2g}", chance.outcome, estimate.mean, estimate.deviation);
    if (estimate.unit != "1") text += " " + estimate.unit;
    return changed ? text + fmt::format("  {:+.2g}", chance.change) : text;
  }

  std::string ChangeOf(double change) const {
    const double points = 100 * change;
    if (std::abs(points) < 0.05) return style_.drawn ? "  ·" : "+0.0";
    const char* arrow = points > 0 ? "▲ " : "▼ ";
    return Paint(points > 0 ? "33" : "32",
                 fmt::format("{}{:+.1f}", style_.drawn ? arrow : "", points));
  }

  std::string Paint(const char* code, const std::string& text) const {
    return style_.colour ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : text;
  }

  const api::Questionnaire& questionnaire_;
  const TextStyle style_;
  std::ostream& out_;
  std::map<std::string, std::string> told_;  // by feature: the last answer taken
};

}  // namespace

std::unique_ptr<ConsultView> NewTextView(const api::Questionnaire& questionnaire, TextStyle style,
                                         std::ostream& out) {
  return std::make_unique<TextView>(questionnaire, style, out);
}

}  // namespace consilium::cli
