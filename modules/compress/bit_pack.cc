#include "modules/compress/bit_pack.h"

#include <string>

namespace consilium {

void PackBits(std::span<const int8_t> values, int bits, ByteWriter& writer) {
  const int middle = (1 << (bits - 1)) - 1;
  std::string packed;
  packed.reserve(PackedBytes(values.size(), bits));
  uint32_t pending = 0;
  int held = 0;
  for (const int8_t value : values) {
    pending |= static_cast<uint32_t>(value + middle) << held;
    held += bits;
    while (held >= 8) {
      packed.push_back(static_cast<char>(pending & 0xff));
      pending >>= 8;
      held -= 8;
    }
  }
  if (held > 0) packed.push_back(static_cast<char>(pending & 0xff));
  writer.Raw(packed);
}

bool UnpackBits(std::string_view bytes, int bits, std::span<int8_t> values) {
  if (bytes.size() != PackedBytes(values.size(), bits)) return false;
  const int middle = (1 << (bits - 1)) - 1;
  const uint32_t mask = (1u << bits) - 1;
  uint32_t pending = 0;
  int held = 0;
  size_t next = 0;
  bool good = true;
  for (int8_t& value : values) {
    while (held < bits) {
      pending |= static_cast<uint32_t>(static_cast<unsigned char>(bytes[next++])) << held;
      held += 8;
    }
    const int integer = static_cast<int>(pending & mask) - middle;
    good = good && integer <= middle;
    value = static_cast<int8_t>(integer);
    pending >>= bits;
    held -= bits;
  }
  return good && pending == 0;
}

}  // namespace consilium
