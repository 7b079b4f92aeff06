#ifndef CONSILIUM_MODULES_COMPRESS_BIT_PACK_H_
#define CONSILIUM_MODULES_COMPRESS_BIT_PACK_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/bytes.h"

namespace consilium::compress {

// Small integers q with |q| <= 2^(bits-1) - 1, each as q + 2^(bits-1) - 1 in `bits` bits, the
// lowest bits of a byte first; the last byte is filled with zeros. Requires 2 <= bits <= 8.
constexpr size_t PackedBytes(size_t count, int bits) {
  return (count * static_cast<size_t>(bits) + 7) / 8;
}

void PackBits(std::span<const int8_t> values, int bits, ByteWriter& writer);

// False if the bytes are not PackedBytes(values.size(), bits), or not what PackBits writes.
bool UnpackBits(std::string_view bytes, int bits, std::span<int8_t> values);

}  // namespace consilium::compress

#endif  // CONSILIUM_MODULES_COMPRESS_BIT_PACK_H_
