#include "modules/compress/difference_low_rank.h"

#include <algorithm>

#include "modules/compress/codec_bytes.h"
#include "modules/compress/factor_pair.h"

namespace consilium {
namespace {

template <typename Scalar>
class DifferenceLowRank final : public LinkCodec<Scalar> {
 public:
  DifferenceLowRank(const LowRankLayout& layout, uint64_t seed)
      : factors_(layout, seed), believed_(layout.flat_size) {}

  std::string Encode(std::span<const Scalar> values) override;
  Status Decode(std::string_view bytes) override;
  std::span<const Scalar> Believed() const override { return believed_; }
  std::vector<Scalar> State() const override;
  Status Restore(std::span<const Scalar> state) override;

 private:
  const LowRankLayout& layout() const { return factors_.layout(); }
  void ResizeMessage();
  void Apply();

  FactorPair<Scalar> factors_;
  std::vector<Scalar> believed_;    // R
  std::vector<Scalar> difference_;  // padded; at the sender only
  std::vector<Scalar> message_;
};

template <typename Scalar>
void DifferenceLowRank<Scalar>::ResizeMessage() {
  const std::vector<Block> blocks = MessageBlocks(layout(), factors_.sent(), /*plain=*/true);
  message_.resize(blocks.empty() ? 0 : blocks.back().offset + blocks.back().size);
}

template <typename Scalar>
std::string DifferenceLowRank<Scalar>::Encode(std::span<const Scalar> values) {
  difference_.resize(layout().padded_size);
  for (const LowRankPart& part : layout().parts) {
    size_t from = part.offset;
    Scalar* to = difference_.data() + part.padded;
    if (part.rank == 0) continue;
    for (int i = 0; i < part.rows; ++i, to += part.stride) {
      for (int j = 0; j < part.cols; ++j, ++from) to[j] = values[from] - believed_[from];
    }
  }
  factors_.OrthonormalizeDirections();
  factors_.Multiply(difference_);
  ResizeMessage();
  Scalar* to = message_.data();
  for (const LowRankPart& part : layout().parts) {
    to = part.rank > 0 ? PackFactor(factors_.factor(part, factors_.sent()), part.rank,
                                    FactorOf(part, factors_.sent()), to)
                       : std::copy_n(values.data() + part.offset, part.cols, to);
  }
  std::string bytes = WriteCodecMessage(CodecFormat::kDifferenceLowRank, factors_.iteration(),
                                        std::span<const Scalar>(message_));
  Apply();
  return bytes;
}

template <typename Scalar>
Status DifferenceLowRank<Scalar>::Decode(std::string_view bytes) {
  ResizeMessage();
  RETURN_IF_ERROR(ReadCodecMessage(bytes, CodecFormat::kDifferenceLowRank, factors_.iteration(),
                                   std::span<Scalar>(message_)));
  factors_.OrthonormalizeDirections();
  Apply();
  return OkStatus();
}

// R += direction times the factor in the message, the same at both ends.
template <typename Scalar>
void DifferenceLowRank<Scalar>::Apply() {
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
  if (state.size() != expected) return RefuseState(state.size(), expected);
  factors_.TakeState(state.first(factors_.state_size()));
  const std::span<const Scalar> believed = state.subspan(factors_.state_size());
  believed_.assign(believed.begin(), believed.end());
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

}  // namespace consilium
