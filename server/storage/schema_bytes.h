#ifndef CONSILIUM_SERVER_STORAGE_SCHEMA_BYTES_H_
#define CONSILIUM_SERVER_STORAGE_SCHEMA_BYTES_H_

#include "base/bytes.h"
#include "server/data/schema.h"

// A schema inside a model's file: docs/formats/model.md, "Schema".
namespace consilium {

void WriteSchema(const Schema& schema, ByteWriter& writer);

// What is wrong with the bytes shows at reader.Finish().
Schema ReadSchema(ByteReader& reader);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_STORAGE_SCHEMA_BYTES_H_
