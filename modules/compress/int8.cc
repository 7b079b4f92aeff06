#include "modules/compress/int8.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/random.h"
#include "modules/compress/bit_pack.h"
#include "modules/compress/compressor_row.h"
#include "modules/numbers.h"

namespace consilium::compress {
namespace {

constexpr CodecFormat kFormat{7};

constexpr int kBits = 8;
constexpr int kLargest = 127;

template <typename Scalar>
class Int8 final : public MatrixCodec<Scalar> {
 public:
  CodecFormat format() const override { return kFormat; }

  void Encode(std::span<const Scalar> values, uint64_t seed, ByteWriter& writer,
              std::span<Scalar> decoded) override {
    Random random(seed);
    for (size_t begin = 0; begin < values.size(); begin += kNumbersOfAScale) {
      const size_t count = std::min(kNumbersOfAScale, values.size() - begin);
      const Scalar step = Round(values.subspan(begin, count), random);
      PutNumbers(writer, std::span<const Scalar>(&step, 1));
      PackBits(rounded_, kBits, writer);
      Expand(step, decoded.subspan(begin, count));
    }
  }

  Status Decode(ByteReader& reader, uint64_t, std::span<Scalar> decoded) override {
    for (size_t begin = 0; begin < decoded.size(); begin += kNumbersOfAScale) {
      const auto some = decoded.subspan(begin, std::min(kNumbersOfAScale, decoded.size() - begin));
      Scalar step = 0;
      TakeNumbers(reader, std::span<Scalar>(&step, 1));
      const std::string_view bytes = reader.Raw(some.size());
      if (reader.failed()) return RefuseLength();
      rounded_.resize(some.size());
      if (!UnpackBits(bytes, kBits, rounded_)) {
        return InvalidArgument("compressed message with an integer above {}", kLargest);
      }
      RETURN_IF_ERROR(CheckStep(step, kLargest));
      Expand(step, some);
    }
    return OkStatus();
  }

  double Contraction(size_t size) const override {
    const auto of_a_scale = static_cast<double>(std::min(size, kNumbersOfAScale));
    return 1 - of_a_scale / (4.0 * kLargest * kLargest);
  }

  bool unbiased() const override { return true; }

 private:
  // Fills rounded_; returns the step, 0 where all numbers are 0 or too small for one.
  Scalar Round(std::span<const Scalar> values, Random& random) {
    Scalar furthest = 0;
    for (const Scalar value : values) furthest = std::max(furthest, std::abs(value));
    const Scalar step = furthest / kLargest;
    const Scalar inverse = Scalar{1} / step;
    rounded_.assign(values.size(), 0);
    if (!std::isfinite(inverse)) return 0;
    for (size_t i = 0; i < values.size(); i += 2) {
      const uint64_t bits = random.Bits();
      rounded_[i] = ByChance(values[i] * inverse, static_cast<uint32_t>(bits));
      if (i + 1 == values.size()) break;
      rounded_[i + 1] = ByChance(values[i + 1] * inverse, static_cast<uint32_t>(bits >> 32));
    }
    return step;
  }

  static int8_t ByChance(Scalar quotient, uint32_t chance) {
    const double raised = static_cast<double>(quotient) + chance * 0x1p-32 + kLargest;
    const int floor = static_cast<int>(raised) - kLargest;  // raised is above -1
    return static_cast<int8_t>(std::clamp(floor, -kLargest, kLargest));
  }

  void Expand(Scalar step, std::span<Scalar> decoded) const {
    for (size_t i = 0; i < decoded.size(); ++i) {
      decoded[i] = step * static_cast<Scalar>(rounded_[i]);
    }
  }

  std::vector<int8_t> rounded_;
};

}  // namespace

template <typename Scalar>
std::unique_ptr<MatrixCodec<Scalar>> MakeInt8() {
  return std::make_unique<Int8<Scalar>>();
}

template std::unique_ptr<MatrixCodec<float>> MakeInt8();
template std::unique_ptr<MatrixCodec<double>> MakeInt8();

namespace {

template <typename Scalar>
constexpr CompressorMakers<Scalar> kMakers = {
    .matrix = [](const CompressorOptions&) { return MakeInt8<Scalar>(); }};

}  // namespace

constinit const CompressorRow kInt8 = {.name = "int8",
                                       .help = "a byte for each number, rounded by chance",
                                       .follows_closely = true,
                                       .formats = {kFormat},
                                       .of_floats = kMakers<float>,
                                       .of_doubles = kMakers<double>};

}  // namespace consilium::compress
