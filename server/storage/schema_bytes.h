#ifndef CONSILIUM_SERVER_STORAGE_SCHEMA_BYTES_H_
#define CONSILIUM_SERVER_STORAGE_SCHEMA_BYTES_H_

#include "base/bytes.h"
#include "server/data/schema.h"

// A schema inside a model's file: docs/formats/model.md, "Schema".
namespace consilium::storage {

// Whether it has what version 1 of a model's file could not say: a vector, series or image, an
// outcome that is a number, a decoder with a hidden layer.
bool NeedsVersion2(const data::Schema& schema);

void WriteSchema(const data::Schema& schema, ByteWriter& writer);

// What is wrong with the bytes shows at reader.Finish().
data::Schema ReadSchema(ByteReader& reader);

}  // namespace consilium::storage

#endif  // CONSILIUM_SERVER_STORAGE_SCHEMA_BYTES_H_
