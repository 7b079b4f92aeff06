#include "modules/compress/power_gossip.h"

#include <algorithm>
#include <cmath>

#include "modules/compress/codec_bytes.h"
#include "modules/compress/factor_pair.h"

namespace consilium::compress {
namespace {

// algorithms.py of the reference: each vector divided by its length plus epsilon, then its part
// taken from the vectors after it.
template <typename Scalar>
void ReferenceOrthogonalize(Scalar* vectors, int rank, const FactorSpan& span, Scalar epsilon) {
  const auto dot = [&](const Scalar* a, const Scalar* b) {
    Scalar sum = 0;
    for (int i = 0; i < span.length; ++i) sum += a[i] * b[i];
    return sum;
  };
  for (int c = 0; c < rank; ++c) {
    Scalar* vector = vectors + c * span.stride;
    const Scalar length = std::sqrt(dot(vector, vector)) + epsilon;
    for (int i = 0; i < span.length; ++i) vector[i] /= length;
    for (int k = c + 1; k < rank; ++k) {
      Scalar* later = vectors + k * span.stride;
      const Scalar along = dot(vector, later);
      for (int i = 0; i < span.length; ++i) later[i] -= along * vector[i];
    }
  }
}

template <typename Scalar>
class PowerGossip final : public EdgeCodec<Scalar> {
 public:
  PowerGossip(const LowRankLayout& layout, uint64_t seed, EdgeEnd end, double norm_epsilon)
      : end_(end), norm_epsilon_(static_cast<Scalar>(norm_epsilon)), factors_(layout, seed) {
    for (const LowRankPart& part : layout.parts) {
      if (part.cols == part.stride) continue;
      const size_t size = static_cast<size_t>(std::min(BandOf<Scalar>(part), part.rows)) *
                          static_cast<size_t>(part.stride);
      if (padded_.size() < size) padded_.resize(size);
    }
  }

  using EdgeCodec<Scalar>::Encode;
  void Encode(std::span<const Scalar> values, ByteWriter& writer) override;
  Status Decode(std::string_view bytes, std::span<Scalar> difference) override;
  void Reset() override { factors_.Reset(); }
  void AddTraffic(std::span<BlockTraffic> by_block) const override;
  std::vector<Scalar> State() const override;
  Status Restore(std::span<const Scalar> state) override;

 private:
  const LowRankLayout& layout() const { return factors_.layout(); }
  void Orthonormalize();
  void Multiply(const LowRankPart& part, const Scalar* own);
  void Negate(const LowRankPart& part);

  const EdgeEnd end_;
  const Scalar norm_epsilon_;
  FactorPair<Scalar> factors_;
  std::vector<Scalar> padded_;  // a band of rows
  Side sent_ = Side::kLeft;     // of the message encoded last
  std::vector<Scalar> own_;     // own message, then the difference of the two, high less low
  std::vector<Scalar> theirs_;
};

template <typename Scalar>
void PowerGossip<Scalar>::Orthonormalize() {
  if (!(norm_epsilon_ > 0)) return factors_.OrthonormalizeDirections();
  const Side side = factors_.direction();
  for (const LowRankPart& part : layout().parts) {
    ReferenceOrthogonalize(factors_.factor(part, side), part.rank, FactorOf(part, side),
                           norm_epsilon_);
  }
}

// Computes the part's sent factor, band by band.
template <typename Scalar>
void PowerGossip<Scalar>::Multiply(const LowRankPart& part, const Scalar* own) {
  if (part.rank == 0) return;
  const int band = BandOf<Scalar>(part);
  for (int first = 0; first < part.rows; first += band) {
    const int rows = std::min(band, part.rows - first);
    const Scalar* from = own + static_cast<std::ptrdiff_t>(first) * part.cols;
    if (part.cols < part.stride) {
      PadRows(part, from, rows, padded_.data());
      from = padded_.data();
    }
    factors_.MultiplyBand(part, from, first, rows);
  }
}

template <typename Scalar>
void PowerGossip<Scalar>::Negate(const LowRankPart& part) {
  Scalar* factor = factors_.factor(part, factors_.sent());
  const int count = part.rank * FactorOf(part, factors_.sent()).stride;
  for (int i = 0; i < count; ++i) factor[i] = -factor[i];
}

template <typename Scalar>
void PowerGossip<Scalar>::Encode(std::span<const Scalar> values, ByteWriter& writer) {
  Orthonormalize();
  for (const LowRankPart& part : layout().parts) Multiply(part, values.data() + part.offset);
  sent_ = factors_.sent();
  own_.resize(MessageSize(layout(), sent_, /*plain=*/true));
  Scalar* to = own_.data();
  for (const LowRankPart& part : layout().parts) {
    to = part.rank > 0 ? PackFactor(factors_.factor(part, factors_.sent()), part.rank,
                                    FactorOf(part, factors_.sent()), to)
                       : std::copy_n(values.data() + part.offset, part.cols, to);
  }
  WriteCodecMessage(writer, kPowerGossipFormat, factors_.iteration(),
                    std::span<const Scalar>(own_));
}

template <typename Scalar>
Status PowerGossip<Scalar>::Decode(std::string_view bytes, std::span<Scalar> difference) {
  theirs_.resize(own_.size());
  RETURN_IF_ERROR(ReadCodecMessage(bytes, kPowerGossipFormat, factors_.iteration(),
                                   std::span<Scalar>(theirs_), LargestFactor<Scalar>(layout())));
  const bool low = end_ == EdgeEnd::kLow;
  for (size_t i = 0; i < own_.size(); ++i) {
    own_[i] = low ? theirs_[i] - own_[i] : own_[i] - theirs_[i];
  }
  const Scalar* from = own_.data();
  for (const LowRankPart& part : layout().parts) {
    if (part.rank > 0) {
      from = UnpackFactor(from, part.rank, FactorOf(part, factors_.sent()),
                          factors_.factor(part, factors_.sent()));
      if (!low) Negate(part);  // exactly: the bits are those of the other end but for signs
      factors_.Expand(part, /*add=*/false, difference);
      if (!low) Negate(part);
    } else {
      Scalar* to = difference.data() + part.offset;
      for (int i = 0; i < part.cols; ++i) to[i] = low ? from[i] : -from[i];
      from += part.cols;
    }
  }
  factors_.Next();
  return OkStatus();
}

// Neither end knows the difference of which it computes its half, so what is left out of it is not
// known.
template <typename Scalar>
void PowerGossip<Scalar>::AddTraffic(std::span<BlockTraffic> by_block) const {
  if (own_.empty()) return;
  for (const LowRankPart& part : layout().parts) {
    BlockTraffic& block = by_block[static_cast<size_t>(part.block)];
    block.bytes += sizeof(Scalar) * NumbersOf(part, sent_);
    block.numbers += part.size();
  }
}

template <typename Scalar>
std::vector<Scalar> PowerGossip<Scalar>::State() const {
  std::vector<Scalar> state;
  factors_.AppendState(state);
  return state;
}

template <typename Scalar>
Status PowerGossip<Scalar>::Restore(std::span<const Scalar> state) {
  RETURN_IF_ERROR(CheckSerialState(state, factors_.state_size()));
  factors_.TakeState(state);
  return OkStatus();
}

}  // namespace

template <typename Scalar>
std::unique_ptr<EdgeCodec<Scalar>> MakePowerGossip(const LowRankLayout& layout, uint64_t seed,
                                                   EdgeEnd end, double norm_epsilon) {
  return std::make_unique<PowerGossip<Scalar>>(layout, seed, end, norm_epsilon);
}

template std::unique_ptr<EdgeCodec<float>> MakePowerGossip(const LowRankLayout&, uint64_t, EdgeEnd,
                                                           double);
template std::unique_ptr<EdgeCodec<double>> MakePowerGossip(const LowRankLayout&, uint64_t, EdgeEnd,
                                                            double);

}  // namespace consilium::compress
