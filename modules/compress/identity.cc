#include "modules/compress/identity.h"

#include <algorithm>
#include <cstdint>
#include <string>

#include "modules/compress/codec_bytes.h"
#include "modules/compress/compressor_row.h"

namespace consilium::compress {
namespace {

constexpr CodecFormat kLinkFormat{1};
constexpr CodecFormat kEdgeFormat{2};

template <typename Scalar>
void AddWhole(const std::vector<Block>& blocks, std::span<BlockTraffic> by_block) {
  for (size_t b = 0; b < blocks.size(); ++b) {
    by_block[b].bytes += blocks[b].size * sizeof(Scalar);
    by_block[b].numbers += blocks[b].size;
  }
}

template <typename Scalar>
class IdentityLink final : public LinkCodec<Scalar> {
 public:
  explicit IdentityLink(const FlatShape& shape) : blocks_(shape.blocks), size_(shape.size()) {}

  using LinkCodec<Scalar>::Encode;
  void Encode(std::span<const Scalar> values, ByteWriter& writer) override {
    WriteCodecMessage(writer, kLinkFormat, 0, values);
  }

  bool IsPlain() const override { return true; }
  void BeginPlain(size_t size, ByteWriter& writer) override {
    writer.Reserve(kCodecHeaderBytes + size * sizeof(Scalar));
    WriteCodecHeader<Scalar>(writer, kLinkFormat, 0);
  }

  Status Decode(std::string_view bytes) override {
    arrived_.resize(size_);
    RETURN_IF_ERROR(ReadCodecMessage(bytes, kLinkFormat, 0, std::span<Scalar>(arrived_)));
    values_.swap(arrived_);
    believed_ = values_.data();
    return OkStatus();
  }

  Status Take(std::string& message, size_t begin) override {
    const std::string_view bytes = std::string_view(message).substr(begin);
    RETURN_IF_ERROR(CheckCodecMessage<Scalar>(bytes, kLinkFormat, 0, size_));
    const char* first = bytes.data() + kCodecHeaderBytes;
    const bool aligned = reinterpret_cast<uintptr_t>(first) % alignof(Scalar) == 0;
    if (!aligned || bytes.size() < kWorthKeeping) return Decode(bytes);
    const std::span<const Scalar> numbers(reinterpret_cast<const Scalar*>(first), size_);
    RETURN_IF_ERROR(CheckWithin("compressed message", numbers));
    message_.swap(message);  // so long a string's bytes stay where they are
    believed_ = numbers.data();
    return OkStatus();
  }

  std::span<const Scalar> Believed() const override {
    if (believed_ == nullptr) {
      values_.resize(size_);
      believed_ = values_.data();
    }
    return {believed_, size_};
  }
  bool StandsAlone() const override { return true; }

  void AddTraffic(std::span<BlockTraffic> by_block) const override {
    AddWhole<Scalar>(blocks_, by_block);
  }

  std::vector<Scalar> State() const override {
    const std::span<const Scalar> believed = Believed();
    return {believed.begin(), believed.end()};
  }

  Status Restore(std::span<const Scalar> state) override {
    RETURN_IF_ERROR(CheckState(state, size_));
    values_.assign(state.begin(), state.end());
    believed_ = values_.data();
    return OkStatus();
  }

 private:
  static constexpr size_t kWorthKeeping = 256;

  const std::vector<Block> blocks_;
  const size_t size_;
  std::string message_;                       // that was kept
  mutable std::vector<Scalar> values_;        // if none was
  mutable const Scalar* believed_ = nullptr;  // in one of them; null: zeros that nobody asked for
  std::vector<Scalar> arrived_;
};

template <typename Scalar>
class IdentityEdge final : public EdgeCodec<Scalar> {
 public:
  explicit IdentityEdge(const FlatShape& shape)
      : blocks_(shape.blocks), own_(shape.size()), arrived_(shape.size()) {}

  using EdgeCodec<Scalar>::Encode;
  void Encode(std::span<const Scalar> values, ByteWriter& writer) override {
    std::copy(values.begin(), values.end(), own_.begin());
    WriteCodecMessage(writer, kEdgeFormat, 0, values);
  }

  Status Decode(std::string_view bytes, std::span<Scalar> difference) override {
    RETURN_IF_ERROR(ReadCodecMessage(bytes, kEdgeFormat, 0, std::span<Scalar>(arrived_)));
    for (size_t i = 0; i < own_.size(); ++i) difference[i] = arrived_[i] - own_[i];
    return OkStatus();
  }

  void Reset() override {}

  void AddTraffic(std::span<BlockTraffic> by_block) const override {
    AddWhole<Scalar>(blocks_, by_block);
  }

  std::vector<Scalar> State() const override { return {}; }
  Status Restore(std::span<const Scalar> state) override { return CheckState(state, 0); }

 private:
  const std::vector<Block> blocks_;
  std::vector<Scalar> own_;
  std::vector<Scalar> arrived_;
};

template <typename Scalar>
class IdentityMean final : public MeanCodec<Scalar> {
 public:
  explicit IdentityMean(const FlatShape& shape) : blocks_(shape.blocks), mean_(shape.size()) {}

  int phases() const override { return 1; }
  std::vector<Block> PhaseBlocks(int) const override { return blocks_; }

  void Begin(std::span<const Scalar> values) override {
    std::copy(values.begin(), values.end(), mean_.begin());
  }
  std::span<const Scalar> Contribution(int) override { return mean_; }
  void Absorb(int, std::span<const Scalar> mean, bool) override {
    std::copy(mean.begin(), mean.end(), mean_.begin());
  }
  void End(std::span<Scalar> mean_values) override {
    std::copy(mean_.begin(), mean_.end(), mean_values.begin());
  }

  void AddTraffic(std::span<BlockTraffic> by_block) const override {
    AddWhole<Scalar>(blocks_, by_block);
  }

  bool Remembers() const override { return false; }
  std::vector<Scalar> State() const override { return {}; }
  Status Restore(std::span<const Scalar> state) override { return CheckState(state, 0); }

 private:
  const std::vector<Block> blocks_;
  std::vector<Scalar> mean_;
};

}  // namespace

template <typename Scalar>
std::unique_ptr<LinkCodec<Scalar>> MakeIdentityLink(const FlatShape& shape) {
  return std::make_unique<IdentityLink<Scalar>>(shape);
}

template <typename Scalar>
std::unique_ptr<EdgeCodec<Scalar>> MakeIdentityEdge(const FlatShape& shape) {
  return std::make_unique<IdentityEdge<Scalar>>(shape);
}

template <typename Scalar>
std::unique_ptr<MeanCodec<Scalar>> MakeIdentityMean(const FlatShape& shape) {
  return std::make_unique<IdentityMean<Scalar>>(shape);
}

template std::unique_ptr<LinkCodec<float>> MakeIdentityLink(const FlatShape&);
template std::unique_ptr<LinkCodec<double>> MakeIdentityLink(const FlatShape&);
template std::unique_ptr<EdgeCodec<float>> MakeIdentityEdge(const FlatShape&);
template std::unique_ptr<EdgeCodec<double>> MakeIdentityEdge(const FlatShape&);
template std::unique_ptr<MeanCodec<float>> MakeIdentityMean(const FlatShape&);
template std::unique_ptr<MeanCodec<double>> MakeIdentityMean(const FlatShape&);

namespace {

template <typename Scalar>
constexpr CompressorMakers<Scalar> kMakers = {
    .link = [](const CompressorOptions&, const FlatShape& shape, uint64_t)
        -> StatusOr<std::unique_ptr<LinkCodec<Scalar>>> { return MakeIdentityLink<Scalar>(shape); },
    .edge = [](const CompressorOptions&, const FlatShape& shape, uint64_t, EdgeEnd)
        -> StatusOr<std::unique_ptr<EdgeCodec<Scalar>>> { return MakeIdentityEdge<Scalar>(shape); },
    .mean = [](const CompressorOptions&, const FlatShape& shape,
               uint64_t) -> StatusOr<std::unique_ptr<MeanCodec<Scalar>>> {
      return MakeIdentityMean<Scalar>(shape);
    }};

}  // namespace

constinit const CompressorRow kIdentity = {.name = "identity",
                                           .help = "every number as it is",
                                           .follows_closely = true,
                                           .formats = {kLinkFormat, kEdgeFormat},
                                           .of_floats = kMakers<float>,
                                           .of_doubles = kMakers<double>};

}  // namespace consilium::compress
