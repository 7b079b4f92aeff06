#include "modules/compress/random_k.h"

#include <algorithm>

#include "base/random.h"
#include "modules/compress/compressor_row.h"
#include "modules/compress/low_rank.h"
#include "modules/compress/random_k_mean.h"
#include "modules/numbers.h"

namespace consilium::compress {
namespace {

constexpr CodecFormat kFormat{9};
constexpr const CompressorOption* kOptions[] = {&kKeepOption};

template <typename Scalar>
class RandomK final : public MatrixCodec<Scalar> {
 public:
  explicit RandomK(double keep) : keep_(keep) {}

  CodecFormat format() const override { return kFormat; }

  void Encode(std::span<const Scalar> values, uint64_t seed, ByteWriter& writer,
              std::span<Scalar> decoded) override {
    ChooseAtRandom(values.size(), keep_, seed, indices_);
    kept_.clear();
    for (const uint32_t index : indices_) kept_.push_back(values[index]);
    PutNumbers(writer, std::span<const Scalar>(kept_));
    Scatter(decoded);
  }

  Status Decode(ByteReader& reader, uint64_t seed, std::span<Scalar> decoded) override {
    ChooseAtRandom(decoded.size(), keep_, seed, indices_);
    kept_.resize(indices_.size());
    TakeNumbers(reader, std::span<Scalar>(kept_));
    if (reader.failed()) return RefuseLength();
    RETURN_IF_ERROR(CheckWithin("compressed message", std::span<const Scalar>(kept_)));
    Scatter(decoded);
    return OkStatus();
  }

  double Contraction(size_t size) const override {
    const size_t count = KeptOf(keep_, size);
    return 1.0 / static_cast<double>((size + count - 1) / count);
  }

 private:
  void Scatter(std::span<Scalar> decoded) const {
    std::fill(decoded.begin(), decoded.end(), Scalar{0});
    for (size_t k = 0; k < indices_.size(); ++k) decoded[indices_[k]] = kept_[k];
  }

  const double keep_;
  std::vector<uint32_t> indices_;
  std::vector<Scalar> kept_;
};

}  // namespace

void ChooseAtRandom(size_t size, double keep, uint64_t seed, std::vector<uint32_t>& indices) {
  Random random(seed);
  const size_t count = KeptOf(keep, size);
  indices.clear();
  for (size_t k = 0; k < count; ++k) {
    const size_t begin = k * size / count, end = (k + 1) * size / count;
    indices.push_back(static_cast<uint32_t>(begin + random.Below(end - begin)));
  }
}

template <typename Scalar>
std::unique_ptr<MatrixCodec<Scalar>> MakeRandomK(double keep) {
  return std::make_unique<RandomK<Scalar>>(keep);
}

template std::unique_ptr<MatrixCodec<float>> MakeRandomK(double);
template std::unique_ptr<MatrixCodec<double>> MakeRandomK(double);

namespace {

template <typename Scalar>
StatusOr<std::unique_ptr<MeanCodec<Scalar>>> MakeMean(const CompressorOptions& options,
                                                      const FlatShape& shape, uint64_t seed) {
  RETURN_IF_ERROR(CheckMatrices(shape));
  return MakeRandomKMean<Scalar>(shape, options.keep, seed);
}

template <typename Scalar>
constexpr CompressorMakers<Scalar> kMakers = {
    .matrix = [](const CompressorOptions& options) { return MakeRandomK<Scalar>(options.keep); },
    .mean = MakeMean<Scalar>};

}  // namespace

constinit const CompressorRow kRandomK = {
    .name = "random_k",
    .help = "numbers at places that both ends know",
    .options = kOptions,
    .consensus_step = [](const CompressorOptions& options) { return options.keep; },
    .formats = {kFormat},
    .of_floats = kMakers<float>,
    .of_doubles = kMakers<double>};

}  // namespace consilium::compress
