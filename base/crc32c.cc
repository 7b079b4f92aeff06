#include "base/crc32c.h"

#include <array>
#include <cstring>

#include "base/bytes.h"

#if defined(__x86_64__)
#include <nmmintrin.h>
#endif

namespace consilium {
namespace {

constexpr std::array<uint32_t, 256> MakeCrcTable() {
  std::array<uint32_t, 256> table{};
  for (uint32_t i = 0; i < 256; ++i) {
    uint32_t crc = i;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) ? 0x82f63b78u : 0);
    table[i] = crc;
  }
  return table;
}
constexpr std::array<uint32_t, 256> kCrcTable = MakeCrcTable();

uint32_t ByTable(uint32_t crc, std::string_view bytes) {
  for (const char c : bytes)
    crc = kCrcTable[(crc ^ static_cast<unsigned char>(c)) & 0xff] ^ (crc >> 8);
  return crc;
}

#if defined(__x86_64__)
// The CPU's own instruction, eight bytes at a time: some twenty times faster. It can begin one
// every cycle and answers after three: kLanes parts of the bytes go side by side, and the state of
// the parts before is brought behind each one's zeros by a table.
constexpr size_t kLanes = 3;
constexpr size_t kLaneBytes = 8192;

constexpr uint32_t BehindZeros(uint32_t crc, size_t zeros) {
  for (size_t i = 0; i < zeros; ++i) crc = kCrcTable[crc & 0xff] ^ (crc >> 8);
  return crc;
}

// Of every byte of a state, what becomes of it behind a lane's length of zeros; linear in bits.
using Shift = std::array<std::array<uint32_t, 256>, 4>;
Shift MakeShift() {
  std::array<uint32_t, 32> bits{};
  for (uint32_t i = 0; i < 32; ++i) bits[i] = BehindZeros(1u << i, kLaneBytes);
  Shift shift{};
  for (uint32_t byte = 0; byte < 4; ++byte) {
    for (uint32_t value = 0; value < 256; ++value) {
      for (uint32_t bit = 0; bit < 8; ++bit) {
        if ((value >> bit) & 1) shift[byte][value] ^= bits[8 * byte + bit];
      }
    }
  }
  return shift;
}

uint32_t Apply(const Shift& shift, uint32_t crc) {
  return shift[0][crc & 0xff] ^ shift[1][(crc >> 8) & 0xff] ^ shift[2][(crc >> 16) & 0xff] ^
         shift[3][crc >> 24];
}

uint64_t Eight(const char* at) {
  uint64_t value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

__attribute__((target("sse4.2"))) uint32_t ByInstruction(uint32_t crc, std::string_view bytes) {
  static const Shift shift = MakeShift();
  const char* at = bytes.data();
  size_t left = bytes.size();
  for (; left >= kLanes * kLaneBytes; left -= kLanes * kLaneBytes) {
    uint64_t first = crc;
    uint64_t second = 0;
    uint64_t third = 0;
    for (const char* end = at + kLaneBytes; at < end; at += 8) {
      first = _mm_crc32_u64(first, Eight(at));
      second = _mm_crc32_u64(second, Eight(at + kLaneBytes));
      third = _mm_crc32_u64(third, Eight(at + 2 * kLaneBytes));
    }
    at += 2 * kLaneBytes;
    crc = Apply(shift, static_cast<uint32_t>(first)) ^ static_cast<uint32_t>(second);
    crc = Apply(shift, crc) ^ static_cast<uint32_t>(third);
  }
  uint64_t wide = crc;
  for (; left >= 8; left -= 8, at += 8) wide = _mm_crc32_u64(wide, Eight(at));
  crc = static_cast<uint32_t>(wide);
  for (; left > 0; --left, ++at) crc = _mm_crc32_u8(crc, static_cast<unsigned char>(*at));
  return crc;
}
#endif

}  // namespace

uint32_t ContinueCrc32c(uint32_t so_far, std::string_view bytes) {
#if defined(__x86_64__)
  static const bool has_instruction = __builtin_cpu_supports("sse4.2");
  if (has_instruction) return ~ByInstruction(~so_far, bytes);
#endif
  return ~ByTable(~so_far, bytes);
}

uint32_t Crc32c(std::string_view bytes) { return ContinueCrc32c(0, bytes); }

}  // namespace consilium
