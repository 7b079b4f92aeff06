#ifndef CONSILIUM_SERVER_STORAGE_SEALED_H_
#define CONSILIUM_SERVER_STORAGE_SEALED_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/status.h"

// What every stored value is wrapped in: docs/formats/database.md, "Sealed bodies".
namespace consilium::storage {

// What was written, with its CRC-32C after it. The first byte written is the version.
std::string Seal(ByteWriter&& written);

// What was written after the version. DataLoss if it is damaged, FailedPrecondition if its version
// is above `newest`. `what` names it: "checkpoint of run heart". Borrows `bytes`.
StatusOr<std::string_view> Unseal(std::string_view bytes, uint8_t newest, std::string_view what);

// Reads the number of elements that follow, each of at least `bytes_each`. More than the rest of
// the reader could hold makes the reader fail and gives 0, so that nothing is allocated for it.
size_t ReadCount(ByteReader& reader, size_t bytes_each);

}  // namespace consilium::storage

#endif  // CONSILIUM_SERVER_STORAGE_SEALED_H_
