#include "base/bytes.h"

#include <bit>
#include <cstring>

namespace consilium {
namespace {

static_assert(std::endian::native == std::endian::little,
              "ByteWriter and ByteReader copy little-endian values as they lie");

template <typename T>
void Append(std::string& bytes, const T* values, size_t count) {
  bytes.append(reinterpret_cast<const char*>(values), sizeof(T) * count);
}

}  // namespace

void ByteWriter::U8(uint8_t value) { Append(bytes_, &value, 1); }
void ByteWriter::U32(uint32_t value) { Append(bytes_, &value, 1); }
void ByteWriter::U64(uint64_t value) { Append(bytes_, &value, 1); }
void ByteWriter::F32(float value) { Append(bytes_, &value, 1); }
void ByteWriter::F64(double value) { Append(bytes_, &value, 1); }
void ByteWriter::Floats(std::span<const float> values) {
  Append(bytes_, values.data(), values.size());
}
void ByteWriter::Doubles(std::span<const double> values) {
  Append(bytes_, values.data(), values.size());
}
void ByteWriter::Raw(std::string_view bytes) { bytes_.append(bytes); }
void ByteWriter::Text(std::string_view text) {
  U32(static_cast<uint32_t>(text.size()));
  Raw(text);
}

std::string_view ByteReader::Take(size_t count) {
  if (failed_ || count > rest_.size()) {
    failed_ = true;
    return {};
  }
  const std::string_view taken = rest_.substr(0, count);
  rest_.remove_prefix(count);
  return taken;
}

namespace {
template <typename T>
T As(std::string_view bytes) {
  T value{};
  if (bytes.size() == sizeof(T)) std::memcpy(&value, bytes.data(), sizeof(T));
  return value;
}
}  // namespace

uint8_t ByteReader::U8() { return As<uint8_t>(Take(1)); }
uint32_t ByteReader::U32() { return As<uint32_t>(Take(4)); }
uint64_t ByteReader::U64() { return As<uint64_t>(Take(8)); }
float ByteReader::F32() { return As<float>(Take(4)); }
double ByteReader::F64() { return As<double>(Take(8)); }
void ByteReader::Floats(std::span<float> values) {
  const std::string_view bytes = Take(values.size_bytes());
  if (!bytes.empty()) std::memcpy(values.data(), bytes.data(), bytes.size());
}
void ByteReader::Doubles(std::span<double> values) {
  const std::string_view bytes = Take(values.size_bytes());
  if (!bytes.empty()) std::memcpy(values.data(), bytes.data(), bytes.size());
}
std::string_view ByteReader::Raw(size_t count) { return Take(count); }
std::string_view ByteReader::Text() {
  const uint32_t length = U32();
  return Take(length);
}

Status ByteReader::Finish(std::string_view what) const {
  if (failed_) return DataLoss("{}: {} bytes end before the last field", what, total_);
  if (!rest_.empty()) {
    return DataLoss("{}: {} bytes, {} of them after the last field", what, total_, rest_.size());
  }
  return OkStatus();
}

std::string Hex(std::string_view bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    text.push_back(kDigits[static_cast<unsigned char>(c) >> 4]);
    text.push_back(kDigits[static_cast<unsigned char>(c) & 15]);
  }
  return text;
}

}  // namespace consilium
