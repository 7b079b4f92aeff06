#include "base/crc32c.h"

#include <isa-l/crc.h>

#include <algorithm>

#include "base/bytes.h"

namespace consilium {

uint32_t ContinueCrc32c(uint32_t so_far, std::string_view bytes) {
  constexpr size_t kPiece = size_t{1} << 30;  // the library counts in int
  uint32_t state = ~so_far;
  for (; !bytes.empty(); bytes.remove_prefix(std::min(kPiece, bytes.size()))) {
    const std::string_view piece = bytes.substr(0, kPiece);
    // It takes what it only reads as if it might change it.
    auto* data = const_cast<unsigned char*>(reinterpret_cast<const unsigned char*>(piece.data()));
    state = crc32_iscsi(data, static_cast<int>(piece.size()), state);
  }
  return ~state;
}

uint32_t Crc32c(std::string_view bytes) { return ContinueCrc32c(0, bytes); }

}  // namespace consilium
