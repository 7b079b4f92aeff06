#include "client/cli/consult_explain.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "fmt/core.h"

namespace consilium::cli {
namespace {

constexpr int kKeyWidth = 16;
constexpr int kValueWidth = 28;
constexpr int kBarCells = 10;

const api::OutcomeEffect* EffectOn(const api::AnswerEffect& answer, const std::string& outcome) {
  const auto found = std::ranges::find(answer.outcomes, outcome, &api::OutcomeEffect::outcome);
  return found == answer.outcomes.end() ? nullptr : &*found;
}

double LargestEffect(const api::StepReply& reply, const std::string& outcome) {
  double largest = 0;
  for (const api::AnswerEffect& answer : reply.effects) {
    if (const api::OutcomeEffect* effect = EffectOn(answer, outcome)) {
      largest = std::max(largest, std::abs(effect->log_odds_change));
    }
  }
  return largest;
}

// "odds x2.7", "odds / 3.1"
std::string OddsOf(double log_odds_change) {
  const bool up = log_odds_change >= 0;
  const double factor = std::exp(std::min(std::abs(log_odds_change), 20.0));
  return fmt::format("odds {} {:.3g}", up ? "x" : "/", factor);
}

std::string BarOf(double share, bool up, TextStyle style) {
  if (!style.drawn) return "";
  std::string bar;
  const auto cells = static_cast<int>(std::lround(share * kBarCells));
  for (int i = 0; i < cells; ++i) bar += "█";
  bar += std::string(static_cast<size_t>(kBarCells - cells) + 1, ' ');
  return style.colour ? fmt::format("\x1b[{}m{}\x1b[0m", up ? "33" : "32", bar) : bar;
}

std::string Fitted(const std::string& text, int width) {
  const auto starts = [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; };
  const auto length = std::ranges::count_if(text, starts);
  if (length <= width) return text + std::string(static_cast<size_t>(width - length), ' ');
  size_t end = 0;
  for (int room = width - 1; room > 0 || !starts(text[end]); ++end) room -= starts(text[end]);
  return text.substr(0, end) + "…";
}

// As many decimals as the deviation gives a meaning to.
std::string Number(double value, double deviation) {
  const double size = std::log10(std::max(deviation, 1e-4));
  return fmt::format("{:.{}f}", value, std::clamp(static_cast<int>(std::ceil(1 - size)), 0, 4));
}

std::string ExpectedOf(const api::Question* question, const api::ExpectedAnswer& expected) {
  if (expected.categories.empty()) {
    const bool bare = question == nullptr || question->unit.empty() || question->unit == "1";
    return fmt::format("{} ± {}{}", Number(expected.mean, expected.deviation),
                       Number(expected.deviation, expected.deviation),
                       bare ? "" : " " + question->unit_label);
  }
  std::vector<api::ClassChance> chances = expected.categories;
  std::ranges::stable_sort(chances, std::ranges::greater(), &api::ClassChance::probability);
  std::string text;
  for (const api::ClassChance& chance : chances) {
    std::string label = chance.label;
    if (question != nullptr) {
      const auto choice = std::ranges::find(question->choices, chance.label, &api::Choice::value);
      if (choice != question->choices.end()) label = choice->label;
    }
    text += fmt::format("{}{} {:.0f} %", text.empty() ? "" : ", ", label, 100 * chance.probability);
  }
  return text;
}

}  // namespace

void PrintEffects(const api::Questionnaire& questionnaire, const api::StepReply& reply,
                  const std::map<std::string, std::string>& told, TextStyle style,
                  std::ostream& out) {
  if (reply.effects.empty()) return;
  for (const api::OutcomeChance& chance : reply.outcomes) {
    if (chance.classes.empty()) continue;  // a number has no odds
    const api::AskedOutcome* outcome = questionnaire.FindOutcome(chance.outcome);
    const std::string towards = chance.classes.empty() ? "" : "=" + chance.classes.back().label;
    out << fmt::format(
        "What each answer did to the odds of {}{}{}:\n", chance.outcome, towards,
        outcome == nullptr || outcome->label.empty() || outcome->label == chance.outcome
            ? ""
            : " (" + outcome->label + ")");
    const double largest = std::max(LargestEffect(reply, chance.outcome), 1e-9);
    for (const api::AnswerEffect& answer : reply.effects) {
      const api::OutcomeEffect* effect = EffectOn(answer, chance.outcome);
      if (effect == nullptr) continue;
      const auto value = told.find(answer.feature);
      out << fmt::format(
          "  {} {} {}{:+6.2f}  {:<12} now {:+.2f}\n", Fitted(answer.feature, kKeyWidth),
          Fitted(value == told.end() ? "" : value->second, kValueWidth),
          BarOf(std::abs(effect->log_odds_change) / largest, effect->log_odds_change > 0, style),
          effect->log_odds_change, OddsOf(effect->log_odds_change), effect->left_out);
    }
  }
  out << "  (log odds when it was given; now: against the same answers without it)\n";
}

void PrintExpected(const api::Questionnaire& questionnaire, const api::StepReply& reply,
                   size_t most, std::ostream& out) {
  if (reply.expected.empty()) return;
  out << "Expected of what was not asked:\n";
  for (size_t i = 0; i < std::min(most, reply.expected.size()); ++i) {
    const api::ExpectedAnswer& expected = reply.expected[i];
    out << fmt::format("  {} {}\n", Fitted(expected.feature, kKeyWidth),
                       ExpectedOf(questionnaire.Find(expected.feature), expected));
  }
  if (reply.expected.size() > most) {
    out << fmt::format("  and {} more; expect shows all\n", reply.expected.size() - most);
  }
}

}  // namespace consilium::cli
