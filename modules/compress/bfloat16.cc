#include "modules/compress/bfloat16.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>

#include "modules/compress/compressor_row.h"

namespace consilium::compress {
namespace {

constexpr CodecFormat kFormat{6};

constexpr uint32_t kLargest = 0x7f7f;  // finite

uint16_t Rounded(float value) {
  const uint32_t bits = std::bit_cast<uint32_t>(value);
  const uint32_t sign = bits >> 16 & 0x8000u;
  const uint32_t magnitude = bits & 0x7fffffffu;
  const uint32_t nearest = (magnitude + 0x7fffu + (magnitude >> 16 & 1u)) >> 16;
  return static_cast<uint16_t>(sign | std::min(nearest, kLargest));
}

template <typename Scalar>
float AsFloat(Scalar value) {
  constexpr auto kMost = static_cast<Scalar>(std::numeric_limits<float>::max());
  return static_cast<float>(std::clamp(value, -kMost, kMost));
}

template <typename Scalar>
Scalar Widened(uint16_t bits) {
  return static_cast<Scalar>(std::bit_cast<float>(static_cast<uint32_t>(bits) << 16));
}

template <typename Scalar>
class Bfloat16 final : public MatrixCodec<Scalar> {
 public:
  CodecFormat format() const override { return kFormat; }

  void Encode(std::span<const Scalar> values, uint64_t, ByteWriter& writer,
              std::span<Scalar> decoded) override {
    char* to = writer.Extend(2 * values.size());
    for (size_t i = 0; i < values.size(); ++i) {
      const uint16_t bits = Rounded(AsFloat(values[i]));
      decoded[i] = Widened<Scalar>(bits);
      const char both[] = {static_cast<char>(bits & 0xff), static_cast<char>(bits >> 8)};
      std::memcpy(to + 2 * i, both, 2);
    }
  }

  Status Decode(ByteReader& reader, uint64_t, std::span<Scalar> decoded) override {
    const std::string_view bytes = reader.Raw(2 * decoded.size());
    if (reader.failed()) return RefuseLength();
    for (size_t i = 0; i < decoded.size(); ++i) {
      const auto low = static_cast<unsigned char>(bytes[2 * i]);
      const auto high = static_cast<unsigned char>(bytes[2 * i + 1]);
      const auto bits = static_cast<uint16_t>(low | high << 8);
      decoded[i] = Widened<Scalar>(bits);
    }
    return CheckWithin("compressed message", std::span<const Scalar>(decoded));
  }

  double Contraction(size_t) const override { return 1 - 0x1p-16; }
};

}  // namespace

template <typename Scalar>
std::unique_ptr<MatrixCodec<Scalar>> MakeBfloat16() {
  return std::make_unique<Bfloat16<Scalar>>();
}

template std::unique_ptr<MatrixCodec<float>> MakeBfloat16();
template std::unique_ptr<MatrixCodec<double>> MakeBfloat16();

namespace {

template <typename Scalar>
constexpr CompressorMakers<Scalar> kMakers = {
    .matrix = [](const CompressorOptions&) { return MakeBfloat16<Scalar>(); }};

}  // namespace

constinit const CompressorRow kBfloat16 = {.name = "bfloat16",
                                           .help = "half of each float",
                                           .follows_closely = true,
                                           .formats = {kFormat},
                                           .of_floats = kMakers<float>,
                                           .of_doubles = kMakers<double>};

}  // namespace consilium::compress
