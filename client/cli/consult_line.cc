#include "client/cli/consult_line.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "client/cli/consult_payload.h"
#include "fmt/core.h"

namespace consilium::cli {
namespace {

struct Word {
  std::string_view word;
  TypedLine::Kind kind;
  enum class Takes { kNothing, kFeature, kFeatureAndValue, kValue } takes;
};

constexpr std::array<Word, 17> kWords = {{
    {"skip", TypedLine::Kind::kSkip, Word::Takes::kNothing},
    {"unknown", TypedLine::Kind::kUnknown, Word::Takes::kNothing},
    {"back", TypedLine::Kind::kBack, Word::Takes::kNothing},
    {"ask", TypedLine::Kind::kAsk, Word::Takes::kFeature},
    {"revise", TypedLine::Kind::kRevise, Word::Takes::kFeatureAndValue},
    {"withdraw", TypedLine::Kind::kWithdraw, Word::Takes::kFeature},
    {"if", TypedLine::Kind::kWhatIf, Word::Takes::kValue},
    {"what-if", TypedLine::Kind::kWhatIf, Word::Takes::kValue},
    {"why", TypedLine::Kind::kWhy, Word::Takes::kNothing},
    {"expect", TypedLine::Kind::kExpect, Word::Takes::kNothing},
    {"list", TypedLine::Kind::kList, Word::Takes::kNothing},
    {"help", TypedLine::Kind::kHelp, Word::Takes::kNothing},
    {"?", TypedLine::Kind::kHelp, Word::Takes::kNothing},
    {"done", TypedLine::Kind::kDone, Word::Takes::kNothing},
    {"quit", TypedLine::Kind::kDone, Word::Takes::kNothing},
    {"exit", TypedLine::Kind::kDone, Word::Takes::kNothing},
    {"", TypedLine::Kind::kSkip, Word::Takes::kNothing},
}};

std::string_view Trim(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

// Cuts the first word off `text`.
std::string_view TakeWord(std::string_view& text) {
  const size_t end = text.find_first_of(" \t");
  const std::string_view word = text.substr(0, end);
  text = end == std::string_view::npos ? std::string_view() : Trim(text.substr(end));
  return word;
}

bool SameLetters(std::string_view a, std::string_view b) {
  return std::ranges::equal(
      a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

bool IsNumber(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789.-") == std::string_view::npos;
}

// Values that are numbers stand for themselves; others are numbered from 1.
std::string NumberOf(const api::Question& question, size_t choice) {
  const bool own = std::ranges::any_of(
      question.choices, [](const api::Choice& each) { return IsNumber(each.value); });
  return own ? question.choices[choice].value : std::to_string(choice + 1);
}

}  // namespace

TypedLine ParseTypedLine(std::string_view line) {
  const std::string_view whole = Trim(line);
  std::string_view rest = whole;
  const std::string_view first = TakeWord(rest);
  const TypedLine value{TypedLine::Kind::kValue, "", std::string(whole)};
  for (const Word& word : kWords) {
    if (!SameLetters(word.word, first)) continue;
    switch (word.takes) {
      case Word::Takes::kNothing:
        return rest.empty() ? TypedLine{word.kind, "", ""} : value;
      case Word::Takes::kValue:
        return rest.empty() ? TypedLine{TypedLine::Kind::kHelp, "", ""}
                            : TypedLine{word.kind, "", std::string(rest)};
      case Word::Takes::kFeature:
      case Word::Takes::kFeatureAndValue:
        if (rest.empty()) return {TypedLine::Kind::kHelp, "", ""};
        const std::string feature(TakeWord(rest));
        return {word.kind, feature, std::string(rest)};
    }
  }
  return value;
}

std::string QuestionLine(const api::Question& question) {
  std::string line = fmt::format("{} ({})", question.text, question.key);
  for (size_t c = 0; c < question.choices.size(); ++c) {
    line += fmt::format("\n    {:>3}  {}", NumberOf(question, c), question.choices[c].label);
  }
  if (question.form != api::Question::Form::kOne) return line + "  " + Typeable(question);
  if (question.categorical()) return line;
  const bool bare = question.unit.empty() || question.unit == "1";
  return line + fmt::format("  {:g} to {:g}{}", question.minimum, question.maximum,
                            bare ? "" : " " + question.unit_label);
}

std::string ValueTyped(const api::Question& question, std::string_view typed) {
  for (size_t c = 0; c < question.choices.size(); ++c) {
    const api::Choice& choice = question.choices[c];
    if (typed == NumberOf(question, c) || SameLetters(typed, choice.value) ||
        SameLetters(typed, choice.label)) {
      return choice.value;
    }
  }
  return std::string(typed);
}

std::string_view TypingHelp() {
  return "  a value        answers the question; a category by its number, value or label\n"
         "  skip           (or an empty line) asks something else first\n"
         "  unknown        the answer is not known; not asked again\n"
         "  back           takes the last answer back and asks again\n"
         "  ask KEY        asks this question now\n"
         "  revise KEY     changes an answer; revise KEY VALUE at once\n"
         "  withdraw KEY   takes an answer back, as if it had never been given\n"
         "  if VALUE       shows what this answer would change; keeps nothing\n"
         "  why            why this is asked, and what each answer changed\n"
         "  expect         what is expected of the answers not given yet\n"
         "  list           all questions\n"
         "  done           ends the consultation\n";
}

}  // namespace consilium::cli
