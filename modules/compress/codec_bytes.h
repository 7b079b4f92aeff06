#ifndef CONSILIUM_MODULES_COMPRESS_CODEC_BYTES_H_
#define CONSILIUM_MODULES_COMPRESS_CODEC_BYTES_H_

#include <cstdint>
#include <span>
#include <string_view>

#include "base/status.h"
#include "modules/numbers.h"

// The common form of codec messages (docs/formats/exchange-messages.md): version, kind, bytes in a
// number, serial number of the message, then a known count of numbers.
namespace consilium::compress {

// What a message is written in: a number of its own for each codec, beside which it is declared.
enum class CodecFormat : uint8_t {};

constexpr uint8_t kCodecVersion = 1;
constexpr size_t kCodecHeaderBytes = 7;

template <typename Scalar>
void WriteCodecHeader(ByteWriter& writer, CodecFormat format, uint32_t serial) {
  writer.U8(kCodecVersion);
  writer.U8(static_cast<uint8_t>(format));
  writer.U8(static_cast<uint8_t>(sizeof(Scalar)));
  writer.U32(serial);
}

inline Status RefuseLength() {
  return InvalidArgument("compressed message ends too early: shape or compression differ");
}

// Refuses a message that is not of this format and serial number.
template <typename Scalar>
Status CheckCodecHeader(std::string_view bytes, CodecFormat format, uint32_t serial) {
  if (bytes.size() < kCodecHeaderBytes) return RefuseLength();
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

// Refuses a message that is not of exactly this format, serial number and count of numbers.
template <typename Scalar>
Status CheckCodecMessage(std::string_view bytes, CodecFormat format, uint32_t serial,
                         size_t count) {
  const size_t expected = kCodecHeaderBytes + count * sizeof(Scalar);
  if (bytes.size() != expected) {
    return InvalidArgument(
        "compressed message of {} bytes, expected {}: shape or compression differ", bytes.size(),
        expected);
  }
  return CheckCodecHeader<Scalar>(bytes, format, serial);
}

// Reads such a message, none of whose numbers is beyond `largest`. `numbers` may be half written on
// an error.
template <typename Scalar>
Status ReadCodecMessage(std::string_view bytes, CodecFormat format, uint32_t serial,
                        std::span<Scalar> numbers, Scalar largest = kLargestNumber<Scalar>) {
  RETURN_IF_ERROR(CheckCodecMessage<Scalar>(bytes, format, serial, numbers.size()));
  ByteReader reader(bytes.substr(kCodecHeaderBytes));
  return TakeNumbersWithin("compressed message", reader, numbers, largest);
}

// Refuses a codec's state that is not of `expected` numbers, or has one beyond kLargestNumber.
template <typename Scalar>
Status CheckState(std::span<const Scalar> state, size_t expected) {
  if (state.size() != expected) {
    return InvalidArgument("codec state of {} numbers, expected {}", state.size(), expected);
  }
  return CheckWithin("codec state", state);
}

// A serial number as the first number of a state: every float holds it.
constexpr uint32_t kSerials = 1u << 23;
template <typename Scalar>
Scalar SerialState(uint32_t serial) {
  return static_cast<Scalar>(serial % kSerials);
}
template <typename Scalar>
Status CheckSerialState(std::span<const Scalar> state, size_t expected) {
  RETURN_IF_ERROR(CheckState(state, expected));
  if (!(state[0] >= 0) || !(state[0] < static_cast<Scalar>(kSerials))) {
    return InvalidArgument("codec state with serial number {}, expected 0 to {}", state[0],
                           kSerials - 1);
  }
  return OkStatus();
}

}  // namespace consilium::compress

#endif  // CONSILIUM_MODULES_COMPRESS_CODEC_BYTES_H_
