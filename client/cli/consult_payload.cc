#include "client/cli/consult_payload.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>

#include "base/file.h"

namespace consilium::cli {
namespace {

constexpr size_t kMostImageBytes = size_t{3} << 20;  // fits a message with room to spare

std::optional<std::vector<double>> NumbersOf(std::string_view text) {
  constexpr std::string_view kBetween = " ,\t";
  std::vector<double> numbers;
  while (true) {
    const size_t first = text.find_first_not_of(kBetween);
    if (first == std::string_view::npos) return numbers;
    text.remove_prefix(first);
    const std::string_view word = text.substr(0, text.find_first_of(kBetween));
    double number = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
    if (error != std::errc() || end != word.data() + word.size()) return std::nullopt;
    numbers.push_back(number);
    text.remove_prefix(word.size());
  }
}

std::string Counted(size_t count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

}  // namespace

std::string Typeable(const api::Question& question) {
  if (question.form == api::Question::Form::kImage) {
    return fmt::format("the name of a PGM or PNG file of {} x {}", question.width, question.height);
  }
  std::string names;
  for (const std::string& component : question.components) {
    names += (names.empty() ? " (" : ", ") + component;
  }
  if (!names.empty()) names += ")";
  const std::string numbers = Counted(static_cast<size_t>(question.width), "number") + names;
  if (question.form == api::Question::Form::kVector) return numbers;
  return numbers + " of each time, the earliest first, with ; between times";
}

Status ReadTyped(const api::Question& question, api::Act& act) {
  if (question.form == api::Question::Form::kOne || act.value.empty()) return OkStatus();
  if (question.form == api::Question::Form::kImage) {
    ASSIGN_OR_RETURN(act.image, ReadFile(act.value, kMostImageBytes));
    act.value.clear();
    if (act.image.empty()) return InvalidArgument("an empty file, expected a PGM or PNG");
    return OkStatus();
  }
  std::string_view rest = act.value;
  while (!rest.empty()) {
    const size_t end = std::min(rest.find(';'), rest.size());
    std::optional<std::vector<double>> numbers = NumbersOf(rest.substr(0, end));
    if (!numbers) {
      act.rows.clear();
      return InvalidArgument("expected {}", Typeable(question));
    }
    if (!numbers->empty()) act.rows.push_back(std::move(*numbers));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  act.value.clear();
  if (act.rows.empty()) return InvalidArgument("no number, expected {}", Typeable(question));
  return OkStatus();
}

std::string SummaryOf(const api::Question* question, const api::Act& act) {
  const bool image = question != nullptr && question->form == api::Question::Form::kImage;
  if (!act.image.empty() || (image && !act.rows.empty())) return "image";
  if (act.rows.empty()) return "";
  const bool vector = question != nullptr && question->form == api::Question::Form::kVector;
  if (vector) return Counted(act.rows.front().size(), "number");
  return Counted(act.rows.size(), "measurement");
}

}  // namespace consilium::cli
