#include "modules/compress/bit_pack.h"

#include <cstring>

namespace consilium::compress {
namespace {

// Eight values at a time, one in each byte of a word: eight of `bits` bits fill `bits` bytes.
constexpr size_t kAtOnce = 8;
constexpr uint64_t kOnes = 0x0101010101010101u;
constexpr uint64_t kHighBits = 0x80 * kOnes;

// The lowest `used` bits of every `width` bits of a word.
constexpr uint64_t Fields(int width, int used) {
  uint64_t mask = 0;
  for (int at = 0; at < 64; at += width) mask |= (~uint64_t{0} >> (64 - used)) << at;
  return mask;
}

// Brings eight fields of `bits` bits, one in each byte, together, and back.
template <int kBits>
uint64_t Together(uint64_t word) {
  constexpr uint64_t kOne = Fields(16, kBits), kTwo = Fields(32, 2 * kBits);
  constexpr uint64_t kFour = Fields(64, 4 * kBits);
  word = (word & kOne) | (word >> (8 - kBits) & kOne << kBits);
  word = (word & kTwo) | (word >> (16 - 2 * kBits) & kTwo << (2 * kBits));
  return (word & kFour) | (word >> (32 - 4 * kBits) & kFour << (4 * kBits));
}
template <int kBits>
uint64_t Apart(uint64_t word) {
  constexpr uint64_t kOne = Fields(16, kBits), kTwo = Fields(32, 2 * kBits);
  constexpr uint64_t kFour = Fields(64, 4 * kBits);
  word = (word & kFour) | (word << (32 - 4 * kBits) & kFour << 32);
  word = (word & kTwo) | (word << (16 - 2 * kBits) & kTwo << 16);
  return (word & kOne) | (word << (8 - kBits) & kOne << 8);
}

// Byte by byte, without carries between them.
constexpr uint64_t AddBytes(uint64_t a, uint64_t b) {
  return ((a & ~kHighBits) + (b & ~kHighBits)) ^ ((a ^ b) & kHighBits);
}

// Whether a byte is 0.
constexpr bool HasZero(uint64_t word) { return ((word - kOnes) & ~word & kHighBits) != 0; }

template <int kBits>
void Pack(std::span<const int8_t> values, char* to) {
  constexpr uint64_t kMiddle = ((1u << (kBits - 1)) - 1) * kOnes;
  const size_t whole = values.size() / kAtOnce * kAtOnce;
  for (size_t i = 0; i < values.size(); i += kAtOnce) {
    const size_t count = i < whole ? kAtOnce : values.size() - i;
    uint64_t word = 0;
    std::memcpy(&word, values.data() + i, count);
    word = AddBytes(word, kMiddle);
    if (count < kAtOnce) word &= ~uint64_t{0} >> (64 - 8 * count);
    word = Together<kBits>(word);
    const size_t bytes = PackedBytes(count, kBits);
    std::memcpy(to, &word, bytes);
    to += bytes;
  }
}

template <int kBits>
bool Unpack(std::string_view bytes, std::span<int8_t> values) {
  constexpr uint64_t kLess = (256 - ((1u << (kBits - 1)) - 1)) * kOnes;  // the middle, negative
  const size_t whole = values.size() / kAtOnce * kAtOnce;
  const char* from = bytes.data();
  bool good = true;
  for (size_t i = 0; i < values.size(); i += kAtOnce) {
    const size_t count = i < whole ? kAtOnce : values.size() - i;
    uint64_t word = 0;
    std::memcpy(&word, from, PackedBytes(count, kBits));
    from += PackedBytes(count, kBits);
    good = good && (count == kAtOnce || word >> (count * kBits) == 0);
    word = Apart<kBits>(word);
    good = good && !HasZero(word ^ Fields(8, kBits));  // no field is all ones
    word = AddBytes(word, kLess);
    std::memcpy(values.data() + i, &word, count);
  }
  return good;
}

}  // namespace

void PackBits(std::span<const int8_t> values, int bits, ByteWriter& writer) {
  char* to = writer.Extend(PackedBytes(values.size(), bits));
  switch (bits) {
    case 2:
      return Pack<2>(values, to);
    case 3:
      return Pack<3>(values, to);
    case 4:
      return Pack<4>(values, to);
    case 5:
      return Pack<5>(values, to);
    case 6:
      return Pack<6>(values, to);
    case 7:
      return Pack<7>(values, to);
    default:
      return Pack<8>(values, to);
  }
}

bool UnpackBits(std::string_view bytes, int bits, std::span<int8_t> values) {
  if (bytes.size() != PackedBytes(values.size(), bits)) return false;
  switch (bits) {
    case 2:
      return Unpack<2>(bytes, values);
    case 3:
      return Unpack<3>(bytes, values);
    case 4:
      return Unpack<4>(bytes, values);
    case 5:
      return Unpack<5>(bytes, values);
    case 6:
      return Unpack<6>(bytes, values);
    case 7:
      return Unpack<7>(bytes, values);
    default:
      return Unpack<8>(bytes, values);
  }
}

}  // namespace consilium::compress
