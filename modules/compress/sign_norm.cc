#include "modules/compress/sign_norm.h"

#include <cmath>

#include "modules/compress/compressor_row.h"
#include "modules/numbers.h"

namespace consilium::compress {
namespace {

constexpr CodecFormat kFormat{10};

template <typename Scalar>
Scalar MeanMagnitude(std::span<const Scalar> values) {
  double sum = 0;
  for (const Scalar value : values) {
    sum += static_cast<double>(std::abs(value)) / static_cast<double>(values.size());
  }
  return static_cast<Scalar>(sum);
}

template <typename Scalar>
class SignNorm final : public MatrixCodec<Scalar> {
 public:
  CodecFormat format() const override { return kFormat; }

  void Encode(std::span<const Scalar> values, uint64_t, ByteWriter& writer,
              std::span<Scalar> decoded) override {
    const Scalar mean = MeanMagnitude(values);
    PutNumbers(writer, std::span<const Scalar>(&mean, 1));
    char* to = writer.Extend((values.size() + 7) / 8);
    for (size_t begin = 0; begin < values.size(); begin += 8) {
      const size_t end = std::min(begin + 8, values.size());
      unsigned bits = 0;
      for (size_t i = begin; i < end; ++i) {
        const bool negative = values[i] < 0;
        bits |= (negative ? 1u : 0u) << (i - begin);
        decoded[i] = negative ? -mean : mean;
      }
      to[begin / 8] = static_cast<char>(bits);
    }
  }

  Status Decode(ByteReader& reader, uint64_t, std::span<Scalar> decoded) override {
    Scalar mean = 0;
    TakeNumbers(reader, std::span<Scalar>(&mean, 1));
    const std::string_view bytes = reader.Raw((decoded.size() + 7) / 8);
    if (reader.failed()) return RefuseLength();
    if (!(mean >= 0) || mean > kLargestNumber<Scalar>) {
      return InvalidArgument("compressed message with a norm of {}, expected 0 to {:g}", mean,
                             kLargestNumber<Scalar>);
    }
    for (size_t i = 0; i < decoded.size(); ++i) {
      const unsigned bits = static_cast<unsigned char>(bytes[i / 8]);
      decoded[i] = (bits >> (i % 8) & 1u) != 0 ? -mean : mean;
    }
    const size_t last = decoded.size() % 8;
    if (last != 0 && static_cast<unsigned char>(bytes.back()) >> last != 0) {
      return InvalidArgument("compressed message with more signs than numbers");
    }
    return OkStatus();
  }

  double Contraction(size_t size) const override { return 1.0 / static_cast<double>(size); }
};

}  // namespace

template <typename Scalar>
std::unique_ptr<MatrixCodec<Scalar>> MakeSignNorm() {
  return std::make_unique<SignNorm<Scalar>>();
}

template std::unique_ptr<MatrixCodec<float>> MakeSignNorm();
template std::unique_ptr<MatrixCodec<double>> MakeSignNorm();

namespace {

template <typename Scalar>
constexpr CompressorMakers<Scalar> kMakers = {
    .matrix = [](const CompressorOptions&) { return MakeSignNorm<Scalar>(); }};

}  // namespace

constinit const CompressorRow kSign = {
    .name = "sign",
    .help = "signs and a norm",
    .consensus_step = [](const CompressorOptions&) { return 0.5; },
    .formats = {kFormat},
    .of_floats = kMakers<float>,
    .of_doubles = kMakers<double>};

}  // namespace consilium::compress
