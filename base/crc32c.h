#ifndef CONSILIUM_BASE_CRC32C_H_
#define CONSILIUM_BASE_CRC32C_H_

#include <cstdint>
#include <string_view>

namespace consilium {

// The CRC-32C of what has the checksum `so_far` and `bytes` after it; of nothing it is 0.
// Crc32c (base/bytes.h) is that of `bytes` alone.
uint32_t ContinueCrc32c(uint32_t so_far, std::string_view bytes);

}  // namespace consilium

#endif  // CONSILIUM_BASE_CRC32C_H_
