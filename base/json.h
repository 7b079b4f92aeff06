#ifndef CONSILIUM_BASE_JSON_H_
#define CONSILIUM_BASE_JSON_H_

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace consilium {

// A JSON value to write: null unless made otherwise. A braced list of names and values is an
// object, {{"rows", 3}, {"site", name}}, whose members keep their order. Not thread-safe.
class Json {
 public:
  struct Member;

  Json() noexcept;
  Json(std::nullptr_t) : Json() {}
  Json(std::same_as<bool> auto value) : Json(MakeBool(value)) {}
  Json(std::signed_integral auto value) : Json(MakeSigned(value)) {}
  Json(std::unsigned_integral auto value) requires(!std::same_as<decltype(value), bool>)
      : Json(MakeUnsigned(value)) {}
  Json(std::floating_point auto value) : Json(MakeReal(value)) {}
  Json(const char* text) : Json(std::string_view(text)) {}
  Json(const std::string& text) : Json(std::string_view(text)) {}
  Json(std::string_view text);
  Json(std::initializer_list<Member> members);

  // Null where absent.
  template <typename Value>
  Json(const std::optional<Value>& value) : Json(value ? Json(*value) : Json()) {}

  template <typename Value>
  Json(const std::vector<Value>& values) : Json(Array()) {
    for (const Value& value : values) Append(Json(value));
  }

  Json(const Json& other);
  Json(Json&& other) noexcept;
  Json& operator=(Json other) noexcept;
  ~Json();

  static Json Array();   // empty
  static Json Object();  // empty

  // The object's member of that name; null and last if there was none. Requires an object or null,
  // which becomes one. Valid until the object gets another member.
  Json& operator[](std::string_view name);

  // Adds to the end of an array, and returns what is there now, valid until more is added. Requires
  // an array or null, which becomes one.
  Json& Append(Json value);

  // On one line, or on many with `indent` spaces a level. A number that is not finite is null; what
  // is not UTF-8 becomes U+FFFD.
  std::string Text(int indent = -1) const;

  // The value that `text` is, or kInvalidArgument.
  static StatusOr<Json> Parse(std::string_view text);

 private:
  struct Value;

  explicit Json(std::unique_ptr<Value> value);
  static Json MakeBool(bool value);
  static Json MakeSigned(int64_t value);
  static Json MakeUnsigned(uint64_t value);
  static Json MakeReal(double value);

  std::unique_ptr<Value> value_;  // none: null
};

struct Json::Member {
  std::string_view name;
  Json value;
};

}  // namespace consilium

#endif  // CONSILIUM_BASE_JSON_H_
