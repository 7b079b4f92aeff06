#include "base/toml_fields.h"

#include <algorithm>

#include "fmt/format.h"
#include "fmt/ranges.h"

namespace consilium {
namespace {

// Complains unless `text` is allowed.
bool IsAllowed(TomlTable& table, std::string_view key, const std::string& text,
               const std::vector<std::string>& allowed) {
  if (std::find(allowed.begin(), allowed.end(), text) != allowed.end()) return true;
  table.ComplainAt(key, fmt::format("{} is '{}', expected one of: {}{}", key, text,
                                    fmt::join(allowed, ", "), Suggestion(text, allowed)));
  return false;
}

}  // namespace

void Read(TomlTable& table, std::string_view key, int& field, int minimum, int maximum) {
  const std::optional<int64_t> value = table.Integer(key);
  if (!value) return;
  if (*value < minimum || *value > maximum) {
    table.ComplainAt(key,
                     fmt::format("{} is {}, expected {} to {}", key, *value, minimum, maximum));
    return;
  }
  field = static_cast<int>(*value);
}

void Read(TomlTable& table, std::string_view key, double& field, double minimum, double maximum) {
  const std::optional<double> value = table.Number(key);
  if (!value) return;
  if (!(*value >= minimum && *value <= maximum)) {
    table.ComplainAt(key,
                     fmt::format("{} is {}, expected {} to {}", key, *value, minimum, maximum));
    return;
  }
  field = *value;
}

void Read(TomlTable& table, std::string_view key, bool& field) {
  field = table.Flag(key).value_or(field);
}

void Read(TomlTable& table, std::string_view key, std::string& field,
          const std::vector<std::string>& allowed) {
  std::optional<std::string> value = table.Text(key);
  if (value && IsAllowed(table, key, *value, allowed)) field = *std::move(value);
}

void Read(TomlTable& table, std::string_view key, std::vector<std::string>& field,
          const std::vector<std::string>& allowed) {
  std::optional<std::vector<std::string>> values = table.Texts(key);
  if (!values) return;
  bool fine = true;
  for (const std::string& value : *values) fine &= IsAllowed(table, key, value, allowed);
  if (fine) field = *std::move(values);
}

}  // namespace consilium
