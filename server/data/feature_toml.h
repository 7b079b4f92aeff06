#ifndef CONSILIUM_SERVER_DATA_FEATURE_TOML_H_
#define CONSILIUM_SERVER_DATA_FEATURE_TOML_H_

#include <initializer_list>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/toml.h"
#include "server/data/feature.h"

// What features, outcomes and groups of schema.toml have in common, and features themselves. Every
// reader complains to its table about what is wrong and gives something to go on with.
namespace consilium::data {

inline constexpr size_t kMostKeyBytes = 64;

bool IsKey(std::string_view key);

// `what` is "feature", "outcome", ...; a key among `seen` is a complaint.
std::string ReadKey(TomlTable& table, std::string_view what, std::set<std::string>& seen);

std::optional<Code> ReadCode(TomlTable& table);

// Two or more, of the array `key`.
std::vector<Category> ReadCategories(TomlTable& table, std::string_view key);

struct Quantity {
  std::string unit;
  std::string unit_label;
  Range range = {0, 1};
};
Quantity ReadQuantity(TomlTable& table);
Range ReadRange(TomlTable& table);
std::optional<Scale> ReadNormalisation(TomlTable& table);

// Complains about each of `keys` that is there: `what` has none.
void RefuseKeys(TomlTable& table, std::string_view what,
                std::initializer_list<std::string_view> keys);

// `groups` are the keys of the schema's groups.
Feature ReadFeature(TomlTable table, const std::vector<std::string>& groups,
                    std::set<std::string>& seen);

}  // namespace consilium::data

#endif  // CONSILIUM_SERVER_DATA_FEATURE_TOML_H_
