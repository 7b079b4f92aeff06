#ifndef CONSILIUM_SERVER_DATA_MODALITY_TOML_H_
#define CONSILIUM_SERVER_DATA_MODALITY_TOML_H_

#include "base/toml.h"
#include "server/data/feature.h"

namespace consilium::data {

// The rest of a feature whose kind is a vector, a series or an image. Complains to its table about
// what is wrong.
void ReadModality(TomlTable& table, Feature& feature);

}  // namespace consilium::data

#endif  // CONSILIUM_SERVER_DATA_MODALITY_TOML_H_
