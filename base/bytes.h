#ifndef CONSILIUM_BASE_BYTES_H_
#define CONSILIUM_BASE_BYTES_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/status.h"

// Explicit little-endian reading and writing, for every format of docs/formats.
namespace consilium {

class ByteWriter {
 public:
  void U8(uint8_t value);
  void U32(uint32_t value);
  void U64(uint64_t value);
  void F32(float value);
  void F64(double value);
  void Floats(std::span<const float> values);
  void Doubles(std::span<const double> values);
  void Raw(std::string_view bytes);
  void Text(std::string_view text);  // u32 length, then the bytes

  // Makes room for `count` bytes more at once.
  void Reserve(size_t count) { bytes_.reserve(bytes_.size() + count); }

  // Appends `count` zeros to be written over; valid until the next call.
  char* Extend(size_t count) {
    bytes_.resize(bytes_.size() + count);
    return bytes_.data() + bytes_.size() - count;
  }

  size_t size() const { return bytes_.size(); }
  std::string Take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

// Reads what ByteWriter wrote. The first read beyond the end makes the reader fail for good: reads
// then return zeros, and Finish() says what was wrong. Lengths are checked before anything is
// allocated. Borrows `bytes`.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : rest_(bytes), total_(bytes.size()) {}

  uint8_t U8();
  uint32_t U32();
  uint64_t U64();
  float F32();
  double F64();
  void Floats(std::span<float> values);
  void Doubles(std::span<double> values);
  std::string_view Raw(size_t count);
  std::string_view Text();

  size_t remaining() const { return rest_.size(); }
  bool failed() const { return failed_; }

  // OK if every read was within bounds and nothing is left over; `what` names the format.
  Status Finish(std::string_view what) const;

 private:
  std::string_view Take(size_t count);

  std::string_view rest_;
  size_t total_;
  bool failed_ = false;
};

// CRC-32C (Castagnoli) of `bytes`.
uint32_t Crc32c(std::string_view bytes);

// Lower-case hexadecimal.
std::string Hex(std::string_view bytes);

}  // namespace consilium

#endif  // CONSILIUM_BASE_BYTES_H_
