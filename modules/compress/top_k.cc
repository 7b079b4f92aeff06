#include "modules/compress/top_k.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "modules/compress/compressor_row.h"
#include "modules/compress/index_pack.h"
#include "modules/numbers.h"

namespace consilium::compress {
namespace {

constexpr CodecFormat kFormat{8};
constexpr const CompressorOption* kOptions[] = {&kKeepOption};

template <typename Scalar>
class TopK final : public MatrixCodec<Scalar> {
 public:
  explicit TopK(double keep) : keep_(keep) {}

  CodecFormat format() const override { return kFormat; }

  void Encode(std::span<const Scalar> values, uint64_t, ByteWriter& writer,
              std::span<Scalar> decoded) override {
    Choose(values);
    kept_.clear();
    for (const uint32_t index : indices_) kept_.push_back(values[index]);
    PutNumbers(writer, std::span<const Scalar>(kept_));
    PackIndices(indices_, values.size(), writer);
    Scatter(decoded);
  }

  Status Decode(ByteReader& reader, uint64_t, std::span<Scalar> decoded) override {
    kept_.resize(KeptOf(keep_, decoded.size()));
    indices_.resize(kept_.size());
    TakeNumbers(reader, std::span<Scalar>(kept_));
    if (reader.failed()) return RefuseLength();
    if (!UnpackIndices(reader, decoded.size(), indices_)) {
      return InvalidArgument("compressed message with indices cut short or out of range");
    }
    RETURN_IF_ERROR(CheckWithin("compressed message", std::span<const Scalar>(kept_)));
    Scatter(decoded);
    return OkStatus();
  }

  double Contraction(size_t size) const override {
    return static_cast<double>(KeptOf(keep_, size)) / static_cast<double>(size);
  }

 private:
  // Fills indices_.
  void Choose(std::span<const Scalar> values) {
    const size_t count = KeptOf(keep_, values.size());
    magnitudes_.clear();
    for (const Scalar value : values) magnitudes_.push_back(std::abs(value));
    const auto last = magnitudes_.begin() + static_cast<std::ptrdiff_t>(count - 1);
    std::nth_element(magnitudes_.begin(), last, magnitudes_.end(), std::greater<Scalar>());
    const Scalar least = *last;
    const auto above = std::count_if(magnitudes_.begin(), last,
                                     [&](Scalar magnitude) { return magnitude > least; });
    size_t equal = count - static_cast<size_t>(above);  // that many equal to the least are kept
    indices_.clear();
    for (size_t i = 0; i < values.size(); ++i) {
      const Scalar magnitude = std::abs(values[i]);
      if (!(magnitude > least) && (magnitude < least || equal == 0)) continue;
      if (!(magnitude > least)) --equal;
      indices_.push_back(static_cast<uint32_t>(i));
    }
  }

  void Scatter(std::span<Scalar> decoded) const {
    std::fill(decoded.begin(), decoded.end(), Scalar{0});
    for (size_t k = 0; k < indices_.size(); ++k) decoded[indices_[k]] = kept_[k];
  }

  const double keep_;
  std::vector<Scalar> magnitudes_;
  std::vector<uint32_t> indices_;
  std::vector<Scalar> kept_;
};

}  // namespace

template <typename Scalar>
std::unique_ptr<MatrixCodec<Scalar>> MakeTopK(double keep) {
  return std::make_unique<TopK<Scalar>>(keep);
}

template std::unique_ptr<MatrixCodec<float>> MakeTopK(double);
template std::unique_ptr<MatrixCodec<double>> MakeTopK(double);

namespace {

template <typename Scalar>
constexpr CompressorMakers<Scalar> kMakers = {
    .matrix = [](const CompressorOptions& options) { return MakeTopK<Scalar>(options.keep); }};

}  // namespace

constinit const CompressorRow kTopK = {
    .name = "top_k",
    .help = "the largest numbers and where they stand",
    .options = kOptions,
    .consensus_step =
        [](const CompressorOptions& options) { return std::min(1.0, 2 * options.keep); },
    .formats = {kFormat},
    .of_floats = kMakers<float>,
    .of_doubles = kMakers<double>};

}  // namespace consilium::compress
