#include "modules/schedule/mean_root.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "modules/numbers.h"
#include "modules/schedule/exchange_parts.h"
#include "modules/schedule/message.h"
#include "modules/schedule/star_root.h"
#include "modules/schedule/weighted_sum.h"

namespace consilium::schedule {
namespace {

constexpr size_t kAtOnce = 2048;  // numbers, still in the first cache when they are divided

// What came of one site's message: pieces end anywhere, also within a number.
template <typename Scalar>
struct Arriving {
  bool begun = false;  // the header is here
  std::array<char, sizeof(Scalar)> carry;
  size_t carried = 0;  // bytes of a number whose end is in `piece`
  std::string piece;
  size_t used = 0;  // of `piece`

  size_t numbers() const { return (carried + piece.size() - used) / sizeof(Scalar); }

  // Requires count <= numbers().
  void Read(std::span<Scalar> to) {
    char* out = reinterpret_cast<char*>(to.data());
    size_t bytes = to.size_bytes();
    std::memcpy(out, carry.data(), carried);
    bytes -= carried;
    std::memcpy(out + carried, piece.data() + used, bytes);
    carried = 0;
    used += bytes;
  }

  // Keeps only the beginning of a number that a piece ends in. Requires numbers() == 0.
  void Carry() {
    const size_t bytes = piece.size() - used;
    std::memcpy(carry.data() + carried, piece.data() + used, bytes);
    carried += bytes;
    piece.clear();
    used = 0;
  }
};

template <typename Scalar>
class Root final : public StarRoot {
 public:
  // Without a codec every number travels as it is.
  Root(const ExchangeOptions& options, std::unique_ptr<compress::MeanCodec<Scalar>> codec)
      : StarRoot(options, sizeof(Scalar)),
        codec_(std::move(codec)),
        zeros_(codec_ ? options.shape.size() : 0),
        arriving_(children().size()) {
    if (codec_) codec_->Begin(zeros_);
    StartPhase(0, 0);
  }

  std::optional<size_t> message_bytes() const override {
    return kMessageHeaderBytes + size_ * sizeof(Scalar);
  }
  std::optional<size_t> mean_bytes() const override {
    return Beginning(true).size() + size_ * sizeof(Scalar);
  }
  bool Waits(size_t child) const override { return arriving_[child].numbers() > 0; }
  std::string TakeFormed() override { return std::exchange(formed_, {}); }
  bool complete() const override { return formed_numbers_ == size_; }

  void Include(const std::vector<bool>& included) override {
    Admit(included);
    (void)Form();  // of nobody, it is complete at once
  }

  Status Take(size_t number, std::string piece, bool) override {
    Arriving<Scalar>& child = arriving_[number];
    child.piece = std::move(piece);
    child.used = 0;
    if (!std::exchange(child.begun, true)) {
      const Status fits = CheckBeginning(children()[number], child.piece);
      if (!fits.ok()) return Refuse(number, fits);
      child.used = kMessageHeaderBytes;
    }
    const size_t bytes = child.carried + child.piece.size() - child.used;
    if (bytes > (size_ - formed_numbers_) * sizeof(Scalar)) {
      return Refuse(number, InvalidArgument("site {} sent more than the {} numbers of the phase",
                                            children()[number].site, size_));
    }
    if (child.numbers() > 0) return Form();
    child.Carry();
    return OkStatus();
  }

  void Next() override {
    if (codec_) codec_->Absorb(phase(), mean_, /*counted=*/true);
    if (phase() + 1 < (codec_ ? codec_->phases() : 1)) return StartPhase(phase() + 1, round());
    if (codec_) {
      codec_->End(zeros_);
      std::ranges::fill(zeros_, Scalar{0});
      codec_->Begin(zeros_);
    }
    StartPhase(0, round() + 1);
  }

 private:
  void StartPhase(int phase, int round) {
    BeginPhase(phase, round);
    phase_blocks_ = codec_ ? codec_->PhaseBlocks(phase) : blocks();
    if (codec_) (void)codec_->Contribution(phase);
    size_ = phase_blocks_.empty() ? 0 : phase_blocks_.back().offset + phase_blocks_.back().size;
    formed_numbers_ = 0;
    block_ = 0;
    mean_.clear();
    for (Arriving<Scalar>& child : arriving_) {
      child.begun = false;
      child.carried = child.used = 0;
      child.piece.clear();
    }
  }

  // Adds up and divides as many numbers as are there of all.
  Status Form() {
    size_t ready = size_ - formed_numbers_;
    for (size_t i = 0; i < arriving_.size(); ++i) {
      if (children()[i].included) ready = std::min(ready, arriving_[i].numbers());
    }
    std::array<Scalar, kAtOnce> sum;
    std::array<Scalar, kAtOnce> part;
    formed_.reserve(formed_.size() + ready * sizeof(Scalar));
    while (ready > 0) {
      const size_t count = std::min(ready, kAtOnce);
      std::fill_n(sum.begin(), count, Scalar{0});
      for (size_t child = 0; child < arriving_.size(); ++child) {
        if (!children()[child].included) continue;
        const std::span<Scalar> numbers(part.data(), count);
        arriving_[child].Read(numbers);
        const Status fits =
            CheckSum<Scalar>(phase_blocks_, children()[child].weights, formed_numbers_, numbers);
        if (!fits.ok()) {
          return Refuse(child,
                        InvalidArgument("site {}: {}", children()[child].site, Message(fits)));
        }
        for (size_t i = 0; i < count; ++i) sum[i] += part[i];
      }
      Divide({sum.data(), count});
      formed_.append(reinterpret_cast<const char*>(sum.data()), count * sizeof(Scalar));
      if (codec_) mean_.insert(mean_.end(), sum.begin(), sum.begin() + count);
      ready -= count;
    }
    for (size_t i = 0; i < arriving_.size(); ++i) {
      if (children()[i].included && arriving_[i].numbers() == 0) arriving_[i].Carry();
    }
    return OkStatus();
  }

  // The next numbers of the phase's sum become means.
  void Divide(std::span<Scalar> sum) {
    while (!sum.empty()) {
      const Block& block = phase_blocks_[block_];
      const size_t left = block.offset + block.size - formed_numbers_;
      const auto part = sum.first(std::min(left, sum.size()));
      if (weights()[block_] > 0) {
        const auto weight = static_cast<Scalar>(weights()[block_]);
        for (Scalar& number : part) number /= weight;
      }
      formed_numbers_ += part.size();
      if (part.size() == left) ++block_;
      sum = sum.subspan(part.size());
    }
  }

  const std::unique_ptr<compress::MeanCodec<Scalar>> codec_;
  std::vector<Scalar> zeros_;               // this site's values, for the codec
  std::vector<Arriving<Scalar>> arriving_;  // of each child

  std::vector<Block> phase_blocks_;
  size_t size_ = 0;            // numbers in the phase
  size_t formed_numbers_ = 0;  // of them
  size_t block_ = 0;           // that the next of them is in
  std::vector<Scalar> mean_;   // for the codec
  std::string formed_;
};

Status Check(const ExchangeOptions& options) {
  const auto n = static_cast<size_t>(options.graph.size());
  const auto root = static_cast<size_t>(options.root);
  if (options.self != options.root || root >= n || options.weights.size() != n ||
      options.graph.Neighbors(options.root).size() + 1 != n) {
    return InvalidArgument("site {} of {} is not in the middle of a star", options.self, n);
  }
  for (const std::vector<double>& weights : options.weights) {
    if (weights.size() != options.shape.blocks.size()) {
      return InvalidArgument("{} weights for {} modules", weights.size(),
                             options.shape.blocks.size());
    }
  }
  if (std::ranges::any_of(options.weights[root], [](double weight) { return weight != 0; })) {
    return InvalidArgument("site {} has a weight, expected none in the middle", options.self);
  }
  return OkStatus();
}

}  // namespace

template <typename Scalar>
StatusOr<std::unique_ptr<MeanRoot>> MakeMeanRoot(const ExchangeOptions& options) {
  RETURN_IF_ERROR(Check(options));
  if (options.schedule == ScheduleKind::kScaffold) {
    ExchangeOptions reduce = OfScaffoldsReduce(options);
    reduce.schedule = ScheduleKind::kAllReduce;
    return MakeMeanRoot<Scalar>(reduce);
  }
  if (!compress::CanBeSummed(*options.compressor.kind)) return MakeHopRoot<Scalar>(options);
  std::unique_ptr<compress::MeanCodec<Scalar>> codec;
  if (options.compressor.kind != &compress::kIdentity) {
    ASSIGN_OR_RETURN(codec, compress::MakeMeanCodec<Scalar>(options.compressor, options.shape,
                                                            SeedOf(options, "mean", 0, 0)));
  }
  return std::unique_ptr<MeanRoot>(std::make_unique<Root<Scalar>>(options, std::move(codec)));
}

template StatusOr<std::unique_ptr<MeanRoot>> MakeMeanRoot<float>(const ExchangeOptions&);
template StatusOr<std::unique_ptr<MeanRoot>> MakeMeanRoot<double>(const ExchangeOptions&);

}  // namespace consilium::schedule
