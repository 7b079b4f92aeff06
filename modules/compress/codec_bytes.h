#ifndef CONSILIUM_MODULES_COMPRESS_CODEC_BYTES_H_
#define CONSILIUM_MODULES_COMPRESS_CODEC_BYTES_H_

#include <cstdint>
#include <span>
#include <string_view>

#include "base/status.h"
#include "modules/numbers.h"

// The common form of codec messages (docs/formats/exchange-messages.md): version, kind, bytes in a
// number, serial number of the message, then a known count of numbers.
namespace consilium {

enum class CodecFormat : uint8_t {
  kIdentityLink = 1,
  kIdentityEdge = 2,
  kDifferenceLowRank = 3,
  kPowerGossip = 4,
  kDifferenceQuantized = 5,
};

constexpr uint8_t kCodecVersion = 1;
constexpr size_t kCodecHeaderBytes = 7;

template <typename Scalar>
void WriteCodecHeader(ByteWriter& writer, CodecFormat format, uint32_t serial) {
  writer.U8(kCodecVersion);
  writer.U8(static_cast<uint8_t>(format));
  writer.U8(static_cast<uint8_t>(sizeof(Scalar)));
  writer.U32(serial);
}

// Refuses a message that is not of this format, serial number and length.
template <typename Scalar>
Status CheckCodecHeader(std::string_view bytes, CodecFormat format, uint32_t serial,
                        size_t expected_bytes) {
  if (bytes.size() != expected_bytes) {
    return InvalidArgument(
        "compressed message of {} bytes, expected {}: shape or compression differ", bytes.size(),
        expected_bytes);
  }
  ByteReader reader(bytes);
  const int version = reader.U8();
  const int kind = reader.U8();
  const int width = reader.U8();
  if (version != kCodecVersion || kind != static_cast<int>(format) ||
      width != static_cast<int>(sizeof(Scalar))) {
    return InvalidArgument(
        "compressed message of version {}, format {}, {} bytes a number; expected {}, {}, {}",
        version, kind, width, kCodecVersion, static_cast<int>(format), sizeof(Scalar));
  }
  const uint32_t got = reader.U32();
  if (got != serial) {
    return DataLoss("compressed message number {}, expected {}: one was lost or repeated", got,
                    serial);
  }
  return OkStatus();
}

template <typename Scalar>
void WriteCodecMessage(ByteWriter& writer, CodecFormat format, uint32_t serial,
                       std::span<const Scalar> numbers) {
  writer.Reserve(kCodecHeaderBytes + numbers.size_bytes());
  WriteCodecHeader<Scalar>(writer, format, serial);
  PutNumbers(writer, numbers);
}

// Reads a message of exactly this format, serial number and count of numbers, all of them finite.
// `numbers` may be half written on an error.
template <typename Scalar>
Status ReadCodecMessage(std::string_view bytes, CodecFormat format, uint32_t serial,
                        std::span<Scalar> numbers) {
  RETURN_IF_ERROR(
      CheckCodecHeader<Scalar>(bytes, format, serial, kCodecHeaderBytes + numbers.size_bytes()));
  ByteReader reader(bytes.substr(kCodecHeaderBytes));
  if (!TakeFiniteNumbers(reader, numbers)) {
    return InvalidArgument("compressed message with a number that is not finite");
  }
  return OkStatus();
}

inline Status RefuseState(size_t got, size_t expected) {
  return InvalidArgument("codec state of {} numbers, expected {}", got, expected);
}

}  // namespace consilium

#endif  // CONSILIUM_MODULES_COMPRESS_CODEC_BYTES_H_
