#ifndef CONSILIUM_BASE_FIELDS_H_
#define CONSILIUM_BASE_FIELDS_H_

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "base/clock.h"

// The keys of a file, each declared once: what it is called, where its value goes, what it may be
// and what it means. A function that declares keys is used by a reader (read_fields.h) and by what
// lists them (describe_fields.h).
namespace consilium {

// From `least` to `most`, both included.
struct Range {
  double least = 0;
  double most = 1e9;
};

// What a file calls a value. A table of these has each value and each word once.
template <typename Value>
struct Word {
  Value value;
  std::string_view word;
  std::string_view help = "";
};

// The word of a value; "" if the table has none.
template <typename Value>
std::string_view WordOf(std::span<const Word<std::type_identity_t<Value>>> words, Value value) {
  const auto found = std::ranges::find(words, value, &Word<Value>::value);
  return found == words.end() ? "" : found->word;
}

// The value of a word; nothing if the table has no such word.
template <typename Value>
std::optional<Value> ValueOf(std::span<const Word<Value>> words, std::string_view word) {
  const auto found = std::ranges::find(words, word, &Word<Value>::word);
  return found == words.end() ? std::nullopt : std::optional(found->value);
}

// A field that holds one of several values, each of which has a word.
struct Choice {
  struct Option {
    std::string_view word;
    std::string_view help;
  };
  std::vector<Option> options;
  std::string_view chosen;  // the word of the field's value
  std::function<void(std::string_view word)> choose;
};

// The words' texts and `field` have to outlive the choice.
template <typename Value>
Choice OneOf(Value& field, std::span<const Word<std::type_identity_t<Value>>> words) {
  Choice choice;
  for (const Word<Value>& each : words) choice.options.push_back({each.word, each.help});
  choice.chosen = WordOf(words, field);
  choice.choose = [&field, all = std::vector(words.begin(), words.end())](std::string_view word) {
    field = ValueOf<Value>(all, word).value_or(field);
  };
  return choice;
}

// A text, or several: of `known`, or any if that is empty.
struct Name {
  std::string* field;
  std::vector<std::string> known = {};
};
struct Names {
  std::vector<std::string>* field;
  std::vector<std::string> known = {};
};

// Where a value goes, and where its default stands. Borrowed.
using Place = std::variant<int*, uint64_t*, double*, bool*, Duration*, std::vector<double>*, Name,
                           Names, Choice>;

struct Field {
  std::string_view key;
  Place place;
  Range range = {};               // of a number, of each of several, and of a duration in seconds
  std::string_view help = "";     // what it means, with its unit
  std::string_view example = "";  // of a key whose absence means what no value does
};

// What takes the declarations. Not thread-safe.
class Fields {
 public:
  virtual ~Fields() = default;
  virtual void Add(const Field& field) = 0;
  // A table within this one. `declare` is called at once, or not at all.
  virtual void Table(std::string_view key, std::string_view help,
                     const std::function<void(Fields& fields)>& declare) = 0;
};

}  // namespace consilium

#endif  // CONSILIUM_BASE_FIELDS_H_
