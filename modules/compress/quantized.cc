#include "modules/compress/quantized.h"

#include <algorithm>
#include <limits>
#include <vector>

#include "modules/compress/bit_pack.h"
#include "modules/compress/compressor_row.h"
#include "modules/compress/kernels/round_loops.h"
#include "modules/numbers.h"

namespace consilium::compress {
namespace {

constexpr CodecFormat kFormat{5};
constexpr const CompressorOption* kOptions[] = {&kBitsOption};

// The largest integer, as a share of the largest number, that is tried.
constexpr double kClips[kRoundSteps] = {1.0, 0.75, 0.55, 0.4, 0.3};

template <typename Scalar>
class Quantized final : public MatrixCodec<Scalar> {
 public:
  explicit Quantized(int bits)
      : loops_(BestRoundLoops<Scalar>()), bits_(bits), largest_((1 << (bits - 1)) - 1) {}

  CodecFormat format() const override { return kFormat; }
  void Encode(std::span<const Scalar> values, uint64_t seed, ByteWriter& writer,
              std::span<Scalar> decoded) override;
  Status Decode(ByteReader& reader, uint64_t seed, std::span<Scalar> decoded) override;
  double Contraction(size_t size) const override { return 1.0 / static_cast<double>(size); }

 private:
  void MakeRoom(size_t size) {
    if (zeros_.size() < size) zeros_.resize(size);
    rounded_.resize(size);
  }
  Scalar ChooseStep(std::span<const Scalar> values, Scalar furthest) const;

  const RoundLoops<Scalar>& loops_;
  const int bits_;
  const int largest_;
  std::vector<Scalar> zeros_;
  std::vector<int8_t> rounded_;
};

// The step for numbers of which the largest is `furthest`.
template <typename Scalar>
Scalar Quantized<Scalar>::ChooseStep(std::span<const Scalar> values, Scalar furthest) const {
  const Scalar whole = furthest / static_cast<Scalar>(largest_);
  // Below this the inverse of a step overflows: nothing worth sending.
  if (!(whole * Scalar(0.25) > std::numeric_limits<Scalar>::min())) return 0;
  Scalar steps[kRoundSteps], left[kRoundSteps];
  for (int s = 0; s < kRoundSteps; ++s) steps[s] = whole * static_cast<Scalar>(kClips[s]);
  loops_.left(values.data(), static_cast<long>(values.size()), steps, largest_, left);
  Scalar best = whole;
  Scalar least = std::numeric_limits<Scalar>::infinity();
  for (int s = 0; s < kRoundSteps; ++s) {
    if (!(left[s] < least)) continue;
    least = left[s];
    best = steps[s];
  }
  return best;
}

template <typename Scalar>
void Quantized<Scalar>::Encode(std::span<const Scalar> values, uint64_t, ByteWriter& writer,
                               std::span<Scalar> decoded) {
  MakeRoom(values.size());
  const auto count = static_cast<long>(values.size());
  const Scalar furthest = loops_.subtract(values.data(), zeros_.data(), count, decoded.data());
  const Scalar step = ChooseStep(values, furthest);
  std::fill(decoded.begin(), decoded.end(), Scalar{0});
  loops_.round(values.data(), count, step, largest_, rounded_.data(), decoded.data());
  PutNumbers(writer, std::span<const Scalar>(&step, 1));
  PackBits(rounded_, bits_, writer);
}

template <typename Scalar>
Status Quantized<Scalar>::Decode(ByteReader& reader, uint64_t, std::span<Scalar> decoded) {
  MakeRoom(decoded.size());
  Scalar step = 0;
  TakeNumbers(reader, std::span<Scalar>(&step, 1));
  const std::string_view bytes = reader.Raw(PackedBytes(decoded.size(), bits_));
  if (reader.failed()) return RefuseLength();
  if (!UnpackBits(bytes, bits_, rounded_)) {
    return InvalidArgument("compressed message with an integer above {}", largest_);
  }
  RETURN_IF_ERROR(CheckStep(step, largest_));
  (void)loops_.apply(rounded_.data(), static_cast<long>(decoded.size()), step, zeros_.data(),
                     decoded.data());
  return OkStatus();
}

}  // namespace

template <typename Scalar>
std::unique_ptr<MatrixCodec<Scalar>> MakeQuantized(int bits) {
  return std::make_unique<Quantized<Scalar>>(bits);
}

template std::unique_ptr<MatrixCodec<float>> MakeQuantized(int);
template std::unique_ptr<MatrixCodec<double>> MakeQuantized(int);

namespace {

template <typename Scalar>
constexpr CompressorMakers<Scalar> kMakers = {
    .matrix = [](const CompressorOptions& options) { return MakeQuantized<Scalar>(options.bits); }};

}  // namespace

constinit const CompressorRow kQuantized = {.name = "quantized",
                                            .help = "each number rounded to a few bits",
                                            .options = kOptions,
                                            .follows_closely = true,
                                            .formats = {kFormat},
                                            .of_floats = kMakers<float>,
                                            .of_doubles = kMakers<double>};

}  // namespace consilium::compress
