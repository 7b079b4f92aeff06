#ifndef CONSILIUM_SERVER_DATA_MAPPING_TOML_H_
#define CONSILIUM_SERVER_DATA_MAPPING_TOML_H_

#include <string>
#include <string_view>
#include <vector>

#include "base/toml.h"
#include "server/data/mapping.h"
#include "server/data/schema.h"

// Parts of mapping.toml. Every reader complains to its table about what is wrong and gives
// something to go on with.
namespace consilium::data {

// A column by name, or by number where the file has no `header`.
ColumnRef ReadColumn(TomlTable& table, std::string_view key, bool header);

char ReadDelimiter(TomlTable& table, char otherwise);

// Table [files]. Its rows know patients by `patient_id` of the mapping unless they say otherwise.
std::vector<FileMapping> ReadFiles(TomlTable& root, const Mapping& mapping);

// The entry `key` of a vector, series or image.
void ReadModalityEntry(TomlTable& features, const std::string& key, const Feature& feature,
                       const Mapping& mapping, FeatureMapping& read);

}  // namespace consilium::data

#endif  // CONSILIUM_SERVER_DATA_MAPPING_TOML_H_
