#include "base/describe_fields.h"

#include <type_traits>

#include "fmt/format.h"
#include "fmt/ranges.h"

namespace consilium {
namespace {

constexpr size_t kComment = 32;  // the column in which comments begin
constexpr size_t kWidth = 128;

// 1e9 for 1000000000 and for 1e+09.
std::string Short(double number) {
  std::string text = fmt::format("{}", number);
  const size_t zeros = text.size() - 1 - text.find_last_not_of('0');
  if (zeros >= 6) return fmt::format("{}e{}", text.substr(0, text.size() - zeros), zeros);
  const size_t e = text.find('e');
  if (e == text.npos) return text;
  const std::string sign = text[e + 1] == '-' ? "-" : "";
  const size_t digit = text.find_first_not_of("+-0", e + 1);
  return text.substr(0, e + 1) + sign + text.substr(digit);
}

// A number that is no integer, so that it can be told from one.
std::string Real(double number) {
  std::string text = Short(number);
  return text.find_first_of(".e") == text.npos ? text + ".0" : text;
}

std::string Quoted(std::string_view text) { return fmt::format("\"{}\"", text); }

// A field's value in TOML.
struct Value {
  std::string operator()(const int* field) const { return fmt::format("{}", *field); }
  std::string operator()(const uint64_t* field) const { return fmt::format("{}", *field); }
  std::string operator()(const double* field) const { return Real(*field); }
  std::string operator()(const bool* field) const { return *field ? "true" : "false"; }
  std::string operator()(const Duration* field) const { return Real(ToSeconds(*field)); }
  std::string operator()(const std::vector<double>* field) const {
    std::vector<std::string> numbers;
    for (const double number : *field) numbers.push_back(Real(number));
    return fmt::format("[{}]", fmt::join(numbers, ", "));
  }
  std::string operator()(const Name& name) const { return Quoted(*name.field); }
  std::string operator()(const Names& names) const {
    std::vector<std::string> texts;
    for (const std::string& name : *names.field) texts.push_back(Quoted(name));
    return fmt::format("[{}]", fmt::join(texts, ", "));
  }
  std::string operator()(const Choice& choice) const { return Quoted(choice.chosen); }
};

// What a field may be: its words, or its range.
class Allowed {
 public:
  explicit Allowed(const Range& range) : range_(range) {}

  std::string operator()(const bool*) const { return ""; }
  std::string operator()(const Name& name) const { return Words(name.known); }
  std::string operator()(const Names& names) const { return Words(names.known); }
  std::string operator()(const Choice& choice) const {
    std::vector<std::string> words;
    for (const Choice::Option& option : choice.options) {
      words.emplace_back(option.word);
      if (!option.help.empty()) words.back() += fmt::format(" ({})", option.help);
    }
    return Words(words);
  }
  template <typename Number>
  std::string operator()(const Number*) const {
    return fmt::format("{} to {}", Short(range_.least), Short(range_.most));
  }

 private:
  static std::string Words(const std::vector<std::string>& words) {
    return fmt::format("{}", fmt::join(words, " | "));
  }

  const Range range_;
};

// `code`, then `comment` in its column, wrapped between words.
std::string Line(std::string code, std::string_view comment) {
  if (comment.empty()) return code + "\n";
  code += std::string(code.size() + 1 < kComment ? kComment - code.size() : 2, ' ') + "#";
  std::string text;
  while (!comment.empty()) {
    const size_t end = std::min(comment.find(' '), comment.size());
    if (code.size() + 1 + end > kWidth) {
      text += code + "\n";
      code = std::string(kComment, ' ') + "#";
    }
    code += fmt::format(" {}", comment.substr(0, end));
    comment.remove_prefix(std::min(end + 1, comment.size()));
  }
  return text + code + "\n";
}

class Description final : public Fields {
 public:
  Description(std::string table, std::string& text) : table_(std::move(table)), text_(text) {}

  void Add(const Field& field) override {
    const bool of_words = std::holds_alternative<Choice>(field.place) ||
                          std::holds_alternative<Name>(field.place) ||
                          std::holds_alternative<Names>(field.place);
    const std::string allowed = std::visit(Allowed(field.range), field.place);
    std::string comment(field.help);
    if (!comment.empty() && !allowed.empty()) comment += of_words ? ": " : "; ";
    comment += allowed;
    text_ +=
        field.example.empty()
            ? Line(fmt::format("{} = {}", field.key, std::visit(Value(), field.place)), comment)
            : Line(fmt::format("# {} = {}", field.key, field.example), comment);
  }

  void Table(std::string_view key, std::string_view help,
             const std::function<void(Fields& fields)>& declare) override {
    const std::string name = table_.empty() ? std::string(key) : fmt::format("{}.{}", table_, key);
    if (!text_.empty()) text_ += "\n";
    text_ += Line(fmt::format("[{}]", name), help);
    Description inner(name, text_);
    declare(inner);
  }

 private:
  const std::string table_;
  std::string& text_;
};

}  // namespace

std::string DescribeFields(const std::function<void(Fields& fields)>& declare) {
  std::string text;
  Description description("", text);
  declare(description);
  return text;
}

}  // namespace consilium
