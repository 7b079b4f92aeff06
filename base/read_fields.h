#ifndef CONSILIUM_BASE_READ_FIELDS_H_
#define CONSILIUM_BASE_READ_FIELDS_H_

#include <functional>

#include "base/fields.h"
#include "base/toml.h"

namespace consilium {

// Reads the declared keys of `table` into their fields. A field whose key is absent, or is
// complained about, keeps its value.
void ReadFields(TomlTable& table, const std::function<void(Fields& fields)>& declare);

}  // namespace consilium

#endif  // CONSILIUM_BASE_READ_FIELDS_H_
