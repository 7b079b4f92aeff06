#include "client/cli/consult_answers.h"

#include <set>

namespace consilium {
namespace {

constexpr std::string_view kSpace = " \t\r";

std::string_view Trim(std::string_view text) {
  const size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

// `text` after the "=": a quoted value, or everything up to a comment. Empty if there is none.
StatusOr<std::string> ValueOf(std::string_view text) {
  if (text.empty() || text[0] != '"') return std::string(Trim(text.substr(0, text.find('#'))));
  const size_t close = text.find('"', 1);
  if (close == std::string_view::npos) return InvalidArgument("a quote is not closed");
  const std::string_view rest = Trim(text.substr(close + 1));
  if (!rest.empty() && rest[0] != '#') {
    return InvalidArgument("something follows the closing quote; expected one value a line");
  }
  return std::string(text.substr(1, close - 1));
}

StatusOr<WrittenAnswer> ParseLine(std::string_view line) {
  const size_t equals = line.find('=');
  if (equals == std::string_view::npos) return InvalidArgument("no \"=\"; expected key = value");
  WrittenAnswer answer;
  answer.feature = Trim(line.substr(0, equals));
  if (answer.feature.empty()) return InvalidArgument("no key before \"=\"; expected key = value");
  ASSIGN_OR_RETURN(answer.value, ValueOf(Trim(line.substr(equals + 1))));
  if (answer.value.empty()) {
    return InvalidArgument("no value after \"=\"; leave the line out if the answer is not known");
  }
  return answer;
}

}  // namespace

StatusOr<std::vector<WrittenAnswer>> ParseAnswers(std::string_view text, std::string_view source) {
  std::vector<WrittenAnswer> answers;
  std::set<std::string> seen;
  int number = 0;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    const std::string_view line = Trim(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    ++number;
    if (line.empty() || line[0] == '#') continue;
    StatusOr<WrittenAnswer> answer = ParseLine(line);
    if (!answer.ok()) return Annotate(answer.status(), fmt::format("{}:{}", source, number));
    if (!seen.insert(answer->feature).second) {
      return InvalidArgument("{}:{}: {} is answered twice; keep one of the lines", source, number,
                             answer->feature);
    }
    answer->line = number;
    answers.push_back(std::move(*answer));
  }
  return answers;
}

}  // namespace consilium
