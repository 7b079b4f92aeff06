#ifndef CONSILIUM_CLIENT_CLI_CONSULT_LINE_H_
#define CONSILIUM_CLIENT_CLI_CONSULT_LINE_H_

#include <string>
#include <string_view>

#include "client/api/consultation.h"

// What a clinician types in a consultation, and the questions they type it at.
namespace consilium::cli {

struct TypedLine {
  enum class Kind {
    kValue,     // an answer to the question asked
    kSkip,      // not now
    kUnknown,   // not known
    kBack,      // take the last answer back and ask again
    kAsk,       // ask `feature` now
    kRevise,    // another answer for `feature`; asked for if `value` is empty
    kWithdraw,  // take the answer for `feature` back
    kWhatIf,    // what would `value` lead to
    kWhy,       // why this question, and what the answers did so far
    kExpect,    // what is expected of the answers not given
    kList,      // all questions
    kHelp,
    kDone,
  };
  Kind kind = Kind::kValue;
  std::string feature;
  std::string value;
};

// A line that is no command is a value. An empty line skips.
TypedLine ParseTypedLine(std::string_view line);

// "Chest pain? (cp)  1 typical angina  2 atypical angina": the numbers are those ValueTyped takes.
std::string QuestionLine(const api::Question& question);

// The value the protocol wants for what was typed: a category may be given by its number in
// QuestionLine, its value, or its label whatever the case. What fits nothing is returned as it is,
// for the node to refuse with its reason.
std::string ValueTyped(const api::Question& question, std::string_view typed);

// What can be typed.
std::string_view TypingHelp();

}  // namespace consilium::cli

#endif  // CONSILIUM_CLIENT_CLI_CONSULT_LINE_H_
