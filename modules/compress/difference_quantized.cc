#include "modules/compress/difference_quantized.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "modules/compress/bit_pack.h"
#include "modules/compress/codec_bytes.h"

namespace consilium {
namespace {

constexpr size_t kFewest = 4;  // numbers in a matrix that is rounded

// The largest integer, as a share of the largest difference, that is tried.
constexpr double kClips[] = {1.0, 0.75, 0.55, 0.4, 0.3};

template <typename Scalar>
class DifferenceQuantized final : public LinkCodec<Scalar> {
 public:
  DifferenceQuantized(const FlatShape& shape, int bits)
      : bits_(bits), largest_((1 << (bits - 1)) - 1), believed_(shape.size()) {
    for (const MatrixSlice& matrix : shape.matrices) {
      parts_.push_back({matrix.offset, matrix.size()});
      bytes_ += PartBytes(parts_.back().size);
    }
    rounded_.resize(shape.size());
    next_.resize(shape.size());
  }

  std::string Encode(std::span<const Scalar> values) override;
  Status Decode(std::string_view bytes) override;
  std::span<const Scalar> Believed() const override { return believed_; }
  std::vector<Scalar> State() const override;
  Status Restore(std::span<const Scalar> state) override;

 private:
  size_t PartBytes(size_t size) const {
    return size < kFewest ? size * sizeof(Scalar) : sizeof(Scalar) + PackedBytes(size, bits_);
  }
  Scalar ChooseStep(std::span<const Scalar> difference) const;
  Scalar Left(std::span<const Scalar> difference, Scalar step) const;
  void Round(std::span<const Scalar> difference, Scalar step, std::span<int8_t> rounded) const;
  Status ReadPart(ByteReader& reader, const Block& part);

  const int bits_;
  const int largest_;
  std::vector<Block> parts_;
  size_t bytes_ = kCodecHeaderBytes;
  uint32_t serial_ = 0;
  std::vector<Scalar> believed_;  // R
  std::vector<Scalar> next_;      // the difference at the sender, the next R at the receiver
  std::vector<int8_t> rounded_;
};

// To the nearest integer, halves away from 0, cut to the largest one.
template <typename Scalar>
int8_t Nearest(Scalar quotient, int largest) {
  const Scalar limit = static_cast<Scalar>(largest);
  const Scalar cut = std::min(std::max(quotient, -limit), limit);
  return static_cast<int8_t>(cut + (cut < 0 ? Scalar(-0.5) : Scalar(0.5)));
}

template <typename Scalar>
void DifferenceQuantized<Scalar>::Round(std::span<const Scalar> difference, Scalar step,
                                        std::span<int8_t> rounded) const {
  const Scalar inverse = step > 0 ? 1 / step : 0;
  for (size_t i = 0; i < difference.size(); ++i) {
    rounded[i] = Nearest(difference[i] * inverse, largest_);
  }
}

// The sum of the squares of what a step leaves out.
template <typename Scalar>
Scalar DifferenceQuantized<Scalar>::Left(std::span<const Scalar> difference, Scalar step) const {
  const Scalar inverse = 1 / step;
  Scalar sums[8] = {};
  for (size_t i = 0; i < difference.size(); ++i) {
    const Scalar rest =
        difference[i] - step * static_cast<Scalar>(Nearest(difference[i] * inverse, largest_));
    sums[i % 8] += rest * rest;
  }
  return ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]));
}

template <typename Scalar>
Scalar DifferenceQuantized<Scalar>::ChooseStep(std::span<const Scalar> difference) const {
  Scalar furthest = 0;
  for (const Scalar value : difference) furthest = std::max(furthest, std::abs(value));
  const Scalar whole = furthest / static_cast<Scalar>(largest_);
  // Below this the inverse of a step overflows: nothing worth sending.
  if (!(whole * Scalar(0.25) > std::numeric_limits<Scalar>::min())) return 0;
  Scalar best = whole;
  Scalar least = std::numeric_limits<Scalar>::infinity();
  for (const double clip : kClips) {
    const Scalar step = whole * static_cast<Scalar>(clip);
    const Scalar left = Left(difference, step);
    if (!(left < least)) continue;
    least = left;
    best = step;
  }
  return best;
}

template <typename Scalar>
std::string DifferenceQuantized<Scalar>::Encode(std::span<const Scalar> values) {
  for (size_t i = 0; i < values.size(); ++i) next_[i] = values[i] - believed_[i];
  ByteWriter writer;
  WriteCodecHeader<Scalar>(writer, CodecFormat::kDifferenceQuantized, serial_++);
  for (const Block& part : parts_) {
    const auto difference = std::span<const Scalar>(next_).subspan(part.offset, part.size);
    Scalar* believed = believed_.data() + part.offset;
    if (part.size < kFewest) {
      const auto own = values.subspan(part.offset, part.size);
      std::copy(own.begin(), own.end(), believed);
      PutNumbers(writer, own);
      continue;
    }
    const Scalar step = ChooseStep(difference);
    const auto rounded = std::span<int8_t>(rounded_).subspan(part.offset, part.size);
    Round(difference, step, rounded);
    PutNumbers(writer, std::span<const Scalar>(&step, 1));
    PackBits(rounded, bits_, writer);
    for (size_t i = 0; i < part.size; ++i) believed[i] += step * static_cast<Scalar>(rounded[i]);
  }
  return writer.Take();
}

// Writes one part of the next R.
template <typename Scalar>
Status DifferenceQuantized<Scalar>::ReadPart(ByteReader& reader, const Block& part) {
  const auto next = std::span<Scalar>(next_).subspan(part.offset, part.size);
  const Scalar* believed = believed_.data() + part.offset;
  if (part.size < kFewest) {
    TakeNumbers(reader, next);
  } else {
    Scalar step = 0;
    TakeNumbers(reader, std::span<Scalar>(&step, 1));
    const auto rounded = std::span<int8_t>(rounded_).subspan(part.offset, part.size);
    if (!UnpackBits(reader.Raw(PackedBytes(part.size, bits_)), bits_, rounded)) {
      return InvalidArgument("compressed message with an integer above {}", largest_);
    }
    for (size_t i = 0; i < part.size; ++i) {
      next[i] = believed[i] + step * static_cast<Scalar>(rounded[i]);
    }
  }
  if (!AllFinite(std::span<const Scalar>(next))) {
    return InvalidArgument("compressed message with a number that is not finite");
  }
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
