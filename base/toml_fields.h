#ifndef CONSILIUM_BASE_TOML_FIELDS_H_
#define CONSILIUM_BASE_TOML_FIELDS_H_

#include <string>
#include <string_view>
#include <vector>

#include "base/toml.h"

// Each reads one value into the field that holds its default, and complains, leaving the field as
// it is, about one out of bounds.
namespace consilium {

void Read(TomlTable& table, std::string_view key, int& field, int minimum,
          int maximum = 1'000'000'000);
void Read(TomlTable& table, std::string_view key, double& field, double minimum, double maximum);
void Read(TomlTable& table, std::string_view key, bool& field);

void Read(TomlTable& table, std::string_view key, std::string& field,
          const std::vector<std::string>& allowed);

// Every text one of `allowed`.
void Read(TomlTable& table, std::string_view key, std::vector<std::string>& field,
          const std::vector<std::string>& allowed);

}  // namespace consilium

#endif  // CONSILIUM_BASE_TOML_FIELDS_H_
