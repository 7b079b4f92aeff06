#include "modules/compress/difference_low_rank.h"

#include <algorithm>

#include "modules/compress/codec_bytes.h"
#include "modules/compress/factor_pair.h"

namespace consilium::compress {
namespace {

template <typename Scalar>
class DifferenceLowRank final : public LinkCodec<Scalar> {
 public:
  DifferenceLowRank(const LowRankLayout& layout, uint64_t seed)
      : loops_(BestFactorLoops<Scalar>()), factors_(layout, seed), believed_(layout.flat_size) {}

  using LinkCodec<Scalar>::Encode;
  void Encode(std::span<const Scalar> values, ByteWriter& writer) override;
  Status Decode(std::string_view bytes) override;
  std::span<const Scalar> Believed() const override { return believed_; }
  void AddTraffic(std::span<BlockTraffic> by_block) const override;
  std::vector<Scalar> State() const override;
  Status Restore(std::span<const Scalar> state) override;

 private:
  const LowRankLayout& layout() const { return factors_.layout(); }
  Status Reach(Scalar largest);

  const FactorLoops<Scalar>& loops_;
  FactorPair<Scalar> factors_;
  std::vector<Scalar> believed_;    // R
  std::vector<Scalar> difference_;  // padded; at the sender only
  std::vector<Scalar> message_;
  Scalar reached_ = 0;  // at the receiver: no magnitude of R is above
};

template <typename Scalar>
void DifferenceLowRank<Scalar>::Encode(std::span<const Scalar> values, ByteWriter& writer) {
  difference_.resize(layout().padded_size);
  message_.resize(MessageSize(layout(), factors_.sent(), /*plain=*/true));
  factors_.OrthonormalizeDirections();
  Scalar* to = message_.data();
  for (const LowRankPart& part : layout().parts) {
    const Scalar* own = values.data() + part.offset;
    Scalar* believed = believed_.data() + part.offset;
    if (part.rank == 0) {
      to = std::copy_n(own, part.cols, to);
      std::copy_n(own, part.cols, believed);
      continue;
    }
    loops_.pad_difference(difference_.data() + part.padded, part.rows, part.stride, own, believed,
                          part.cols);
    factors_.Multiply(part, difference_);
    factors_.Expand(part, /*add=*/true, believed_);
    to = PackFactor(factors_.factor(part, factors_.sent()), part.rank,
                    FactorOf(part, factors_.sent()), to);
  }
  WriteCodecMessage(writer, kDifferenceLowRankFormat, factors_.iteration(),
                    std::span<const Scalar>(message_));
  factors_.Next();
}

// Refuses a message whose largest number is `largest` if R might get beyond kLargestNumber: the
// direction's numbers are at most 1.
template <typename Scalar>
Status DifferenceLowRank<Scalar>::Reach(Scalar largest) {
  const Scalar further = largest * (kLargestNumber<Scalar> / LargestFactor<Scalar>(layout()));
  if (!(reached_ + further <= kLargestNumber<Scalar>)) {
    reached_ = LargestOf(std::span<const Scalar>(believed_));
  }
  if (!(reached_ + further <= kLargestNumber<Scalar>)) {
    return InvalidArgument("compressed message with {}, which may lead from {} to beyond {:g}",
                           largest, reached_, kLargestNumber<Scalar>);
  }
  reached_ += further;
  return OkStatus();
}

// R += direction times the factor in the message, as at the sender.
template <typename Scalar>
Status DifferenceLowRank<Scalar>::Decode(std::string_view bytes) {
  message_.resize(MessageSize(layout(), factors_.sent(), /*plain=*/true));
  RETURN_IF_ERROR(ReadCodecMessage(bytes, kDifferenceLowRankFormat, factors_.iteration(),
                                   std::span<Scalar>(message_), LargestFactor<Scalar>(layout())));
  RETURN_IF_ERROR(Reach(LargestOf(std::span<const Scalar>(message_))));
  factors_.OrthonormalizeDirections();
  const Scalar* from = message_.data();
  for (const LowRankPart& part : layout().parts) {
    if (part.rank > 0) {
      from = UnpackFactor(from, part.rank, FactorOf(part, factors_.sent()),
                          factors_.factor(part, factors_.sent()));
      factors_.Expand(part, /*add=*/true, believed_);
    } else {
      std::copy_n(from, part.cols, believed_.data() + part.offset);
      from += part.cols;
    }
  }
  factors_.Next();
  return OkStatus();
}

// A is orthonormal, so |D - A Q'|^2 = |D|^2 - |Q|^2.
template <typename Scalar>
void DifferenceLowRank<Scalar>::AddTraffic(std::span<BlockTraffic> by_block) const {
  if (difference_.empty()) return;
  const Side sent = Opposite(factors_.sent());
  for (const LowRankPart& part : layout().parts) {
    BlockTraffic& block = by_block[static_cast<size_t>(part.block)];
    block.bytes += sizeof(Scalar) * NumbersOf(part, sent);
    block.numbers += part.size();
    if (part.rank == 0) continue;
    const double whole = SquaredNorm(difference_.data() + part.padded, part.rows, part.stride);
    const double said =
        SquaredNorm(factors_.factor(part, sent), part.rank, FactorOf(part, sent).stride);
    block.squared_norm += whole;
    block.squared_error += std::max(0.0, whole - said);
  }
}

template <typename Scalar>
std::vector<Scalar> DifferenceLowRank<Scalar>::State() const {
  std::vector<Scalar> state;
  factors_.AppendState(state);
  state.insert(state.end(), believed_.begin(), believed_.end());
  return state;
}

template <typename Scalar>
Status DifferenceLowRank<Scalar>::Restore(std::span<const Scalar> state) {
  const size_t expected = factors_.state_size() + layout().flat_size;
  RETURN_IF_ERROR(CheckSerialState(state, expected));
  factors_.TakeState(state.first(factors_.state_size()));
  const std::span<const Scalar> believed = state.subspan(factors_.state_size());
  believed_.assign(believed.begin(), believed.end());
  reached_ = LargestOf(believed);
  return OkStatus();
}

}  // namespace

template <typename Scalar>
std::unique_ptr<LinkCodec<Scalar>> MakeDifferenceLowRank(const LowRankLayout& layout,
                                                         uint64_t seed) {
  return std::make_unique<DifferenceLowRank<Scalar>>(layout, seed);
}

template std::unique_ptr<LinkCodec<float>> MakeDifferenceLowRank(const LowRankLayout&, uint64_t);
template std::unique_ptr<LinkCodec<double>> MakeDifferenceLowRank(const LowRankLayout&, uint64_t);

}  // namespace consilium::compress
