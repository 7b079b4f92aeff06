#include "modules/compress/difference_quantized.h"

#include <algorithm>
#include <limits>

#include "modules/compress/bit_pack.h"
#include "modules/compress/codec_bytes.h"
#include "modules/compress/kernels/round_loops.h"

namespace consilium {
namespace {

constexpr size_t kFewest = 4;  // numbers in a matrix that is rounded

// The largest integer, as a share of the largest difference, that is tried.
constexpr double kClips[kRoundSteps] = {1.0, 0.75, 0.55, 0.4, 0.3};

template <typename Scalar>
class DifferenceQuantized final : public LinkCodec<Scalar> {
 public:
  DifferenceQuantized(const FlatShape& shape, int bits)
      : loops_(BestRoundLoops<Scalar>()),
        bits_(bits),
        largest_((1 << (bits - 1)) - 1),
        believed_(shape.size()) {
    for (const MatrixSlice& matrix : shape.matrices) {
      parts_.push_back({matrix.offset, matrix.size()});
      bytes_ += PartBytes(parts_.back().size);
    }
    rounded_.resize(shape.size());
    next_.resize(shape.size());
  }

  using LinkCodec<Scalar>::Encode;
  void Encode(std::span<const Scalar> values, ByteWriter& writer) override;
  Status Decode(std::string_view bytes) override;
  std::span<const Scalar> Believed() const override { return believed_; }
  std::vector<Scalar> State() const override;
  Status Restore(std::span<const Scalar> state) override;

 private:
  size_t PartBytes(size_t size) const {
    return size < kFewest ? size * sizeof(Scalar) : sizeof(Scalar) + PackedBytes(size, bits_);
  }
  Scalar ChooseStep(const Scalar* difference, size_t size, Scalar furthest) const;
  Status ReadPart(ByteReader& reader, const Block& part);

  const RoundLoops<Scalar>& loops_;
  const int bits_;
  const int largest_;
  std::vector<Block> parts_;
  size_t bytes_ = kCodecHeaderBytes;
  uint32_t serial_ = 0;
  std::vector<Scalar> believed_;  // R
  std::vector<Scalar> next_;      // the difference at the sender, the next R at the receiver
  std::vector<int8_t> rounded_;
};

// The step for differences of which the largest is `furthest`.
template <typename Scalar>
Scalar DifferenceQuantized<Scalar>::ChooseStep(const Scalar* difference, size_t size,
                                               Scalar furthest) const {
  const Scalar whole = furthest / static_cast<Scalar>(largest_);
  // Below this the inverse of a step overflows: nothing worth sending.
  if (!(whole * Scalar(0.25) > std::numeric_limits<Scalar>::min())) return 0;
  Scalar steps[kRoundSteps], left[kRoundSteps];
  for (int s = 0; s < kRoundSteps; ++s) steps[s] = whole * static_cast<Scalar>(kClips[s]);
  loops_.left(difference, static_cast<long>(size), steps, largest_, left);
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
void DifferenceQuantized<Scalar>::Encode(std::span<const Scalar> values, ByteWriter& writer) {
  writer.Reserve(bytes_);
  WriteCodecHeader<Scalar>(writer, CodecFormat::kDifferenceQuantized, serial_++);
  for (const Block& part : parts_) {
    const auto own = values.subspan(part.offset, part.size);
    Scalar* believed = believed_.data() + part.offset;
    if (part.size < kFewest) {
      std::copy(own.begin(), own.end(), believed);
      PutNumbers(writer, own);
      continue;
    }
    const auto count = static_cast<long>(part.size);
    Scalar* difference = next_.data() + part.offset;
    const Scalar furthest = loops_.subtract(own.data(), believed, count, difference);
    const Scalar step = ChooseStep(difference, part.size, furthest);
    const auto rounded = std::span<int8_t>(rounded_).subspan(part.offset, part.size);
    loops_.round(difference, count, step, largest_, rounded.data(), believed);
    PutNumbers(writer, std::span<const Scalar>(&step, 1));
    PackBits(rounded, bits_, writer);
  }
}

// Writes one part of the next R.
template <typename Scalar>
Status DifferenceQuantized<Scalar>::ReadPart(ByteReader& reader, const Block& part) {
  const auto next = std::span<Scalar>(next_).subspan(part.offset, part.size);
  const Scalar* believed = believed_.data() + part.offset;
  bool finite = true;
  if (part.size < kFewest) {
    finite = TakeFiniteNumbers(reader, next);
  } else {
    Scalar step = 0;
    TakeNumbers(reader, std::span<Scalar>(&step, 1));
    const auto rounded = std::span<int8_t>(rounded_).subspan(part.offset, part.size);
    if (!UnpackBits(reader.Raw(PackedBytes(part.size, bits_)), bits_, rounded)) {
      return InvalidArgument("compressed message with an integer above {}", largest_);
    }
    finite =
        loops_.apply(rounded.data(), static_cast<long>(part.size), step, believed, next.data());
  }
  if (!finite) return InvalidArgument("compressed message with a number that is not finite");
  return OkStatus();
}

template <typename Scalar>
Status DifferenceQuantized<Scalar>::Decode(std::string_view bytes) {
  RETURN_IF_ERROR(
      CheckCodecHeader<Scalar>(bytes, CodecFormat::kDifferenceQuantized, serial_, bytes_));
  ByteReader reader(bytes.substr(kCodecHeaderBytes));
  for (const Block& part : parts_) RETURN_IF_ERROR(ReadPart(reader, part));
  believed_.swap(next_);
  ++serial_;
  return OkStatus();
}

template <typename Scalar>
std::vector<Scalar> DifferenceQuantized<Scalar>::State() const {
  std::vector<Scalar> state = {static_cast<Scalar>(serial_ % (1u << 23))};
  state.insert(state.end(), believed_.begin(), believed_.end());
  return state;
}

template <typename Scalar>
Status DifferenceQuantized<Scalar>::Restore(std::span<const Scalar> state) {
  if (state.size() != believed_.size() + 1) return RefuseState(state.size(), believed_.size() + 1);
  serial_ = static_cast<uint32_t>(state[0]);
  believed_.assign(state.begin() + 1, state.end());
  return OkStatus();
}

}  // namespace

template <typename Scalar>
std::unique_ptr<LinkCodec<Scalar>> MakeDifferenceQuantized(const FlatShape& shape, int bits) {
  return std::make_unique<DifferenceQuantized<Scalar>>(shape, bits);
}

template std::unique_ptr<LinkCodec<float>> MakeDifferenceQuantized(const FlatShape&, int);
template std::unique_ptr<LinkCodec<double>> MakeDifferenceQuantized(const FlatShape&, int);

}  // namespace consilium
