#include "modules/compress/index_pack.h"

namespace consilium::compress {
namespace {

class BitWriter {
 public:
  explicit BitWriter(ByteWriter& writer) : writer_(writer) {}

  void Put(uint32_t value, int bits) {  // bits <= 32
    held_ |= static_cast<uint64_t>(value) << count_;
    count_ += bits;
    for (; count_ >= 8; count_ -= 8, held_ >>= 8) writer_.U8(static_cast<uint8_t>(held_));
  }
  void Finish() {
    if (count_ > 0) writer_.U8(static_cast<uint8_t>(held_));
  }

 private:
  ByteWriter& writer_;
  uint64_t held_ = 0;
  int count_ = 0;
};

class BitReader {
 public:
  explicit BitReader(ByteReader& reader) : reader_(reader) {}

  uint32_t Take(int bits) {
    for (; count_ < bits; count_ += 8) held_ |= static_cast<uint64_t>(reader_.U8()) << count_;
    const auto value = static_cast<uint32_t>(held_ & ((uint64_t{1} << bits) - 1));
    held_ >>= bits;
    count_ -= bits;
    return value;
  }
  bool FilledWithZeros() const { return held_ == 0; }
  bool failed() const { return reader_.failed(); }

 private:
  ByteReader& reader_;
  uint64_t held_ = 0;
  int count_ = 0;
};

}  // namespace

int RiceBits(size_t size, size_t count) {
  int bits = 0;
  // The mean gap times ln 2, rounded down to a power of 2.
  while (bits < 31 && static_cast<double>(count) * static_cast<double>(uint64_t{2} << bits) <=
                          0.6931471805599453 * static_cast<double>(size)) {
    ++bits;
  }
  return bits;
}

void PackIndices(std::span<const uint32_t> indices, size_t size, ByteWriter& writer) {
  const int low = RiceBits(size, indices.size());
  BitWriter bits(writer);
  uint32_t next = 0;
  for (const uint32_t index : indices) {
    const uint32_t gap = index - next;
    for (uint32_t ones = gap >> low; ones > 0; --ones) bits.Put(1, 1);
    bits.Put(0, 1);
    bits.Put(gap & ((uint32_t{1} << low) - 1), low);
    next = index + 1;
  }
  bits.Finish();
}

bool UnpackIndices(ByteReader& reader, size_t size, std::span<uint32_t> indices) {
  const int low = RiceBits(size, indices.size());
  BitReader bits(reader);
  uint64_t next = 0;
  for (uint32_t& index : indices) {
    while (bits.Take(1) == 1) {
      next += uint64_t{1} << low;
      if (next >= size) return false;
    }
    next += bits.Take(low);
    if (bits.failed() || next >= size) return false;
    index = static_cast<uint32_t>(next++);
  }
  return bits.FilledWithZeros();
}

}  // namespace consilium::compress
