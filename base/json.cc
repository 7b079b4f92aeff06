#include "base/json.h"

#include <nlohmann/json.hpp>
#include <utility>
#include <variant>

namespace consilium {
namespace {

using Items = std::vector<Json>;
using Members = std::vector<std::pair<std::string, Json>>;
using Library = nlohmann::ordered_json;  // writes and reads the text

}  // namespace

struct Json::Value {
  std::variant<bool, int64_t, uint64_t, double, std::string, Items, Members> held;

  static Library Of(const Json& json);
  static Json From(const Library& read);
};

Library Json::Value::Of(const Json& json) {
  if (!json.value_) return nullptr;
  const auto& held = json.value_->held;
  if (const auto* items = std::get_if<Items>(&held)) {
    Library array = Library::array();
    for (const Json& item : *items) array.push_back(Of(item));
    return array;
  }
  if (const auto* members = std::get_if<Members>(&held)) {
    Library object = Library::object();
    for (const auto& [name, value] : *members) object.emplace(name, Of(value));
    return object;
  }
  return std::visit(
      [](const auto& value) -> Library {
        if constexpr (std::is_constructible_v<Library, decltype(value)>) return value;
        return nullptr;
      },
      held);
}

Json Json::Value::From(const Library& read) {
  Json json;
  if (read.is_array()) {
    json = Array();
    for (const Library& item : read) json.Append(From(item));
  } else if (read.is_object()) {
    json = Object();
    for (const auto& [name, value] : read.items()) json[name] = From(value);
  } else if (read.is_string()) {
    json = read.get_ref<const std::string&>();
  } else if (read.is_boolean()) {
    json = read.get<bool>();
  } else if (read.is_number_float()) {
    json = read.get<double>();
  } else if (read.is_number_unsigned()) {
    json = read.get<uint64_t>();
  } else if (read.is_number_integer()) {
    json = read.get<int64_t>();
  }
  return json;
}

Json::Json() noexcept = default;
Json::Json(std::unique_ptr<Value> value) : value_(std::move(value)) {}
Json::Json(std::string_view text) : Json(std::make_unique<Value>(std::string(text))) {}
Json Json::MakeBool(bool value) { return Json(std::make_unique<Value>(value)); }
Json Json::MakeSigned(int64_t value) { return Json(std::make_unique<Value>(value)); }
Json Json::MakeUnsigned(uint64_t value) { return Json(std::make_unique<Value>(value)); }
Json Json::MakeReal(double value) { return Json(std::make_unique<Value>(value)); }
Json Json::Array() { return Json(std::make_unique<Value>(Items{})); }
Json Json::Object() { return Json(std::make_unique<Value>(Members{})); }

Json::Json(std::initializer_list<Member> members) : Json(Object()) {
  for (const Member& member : members) (*this)[member.name] = member.value;
}

Json::Json(const Json& other)
    : value_(other.value_ ? std::make_unique<Value>(*other.value_) : nullptr) {}
Json::Json(Json&& other) noexcept = default;
Json& Json::operator=(Json other) noexcept {
  value_ = std::move(other.value_);
  return *this;
}
Json::~Json() = default;

Json& Json::operator[](std::string_view name) {
  if (!value_) *this = Object();
  auto& members = std::get<Members>(value_->held);
  for (auto& [known, value] : members) {
    if (known == name) return value;
  }
  return members.emplace_back(name, Json()).second;
}

Json& Json::Append(Json value) {
  if (!value_) *this = Array();
  return std::get<Items>(value_->held).emplace_back(std::move(value));
}

std::string Json::Text(int indent) const {
  return Value::Of(*this).dump(indent, ' ', false, Library::error_handler_t::replace);
}

StatusOr<Json> Json::Parse(std::string_view text) {
  const Library read = Library::parse(text, nullptr, /*allow_exceptions=*/false);
  if (read.is_discarded()) return InvalidArgument("no JSON: {}", text.substr(0, 80));
  return Value::From(read);
}

}  // namespace consilium
