#include "modules/schedule/all_reduce.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "modules/numbers.h"

namespace consilium::schedule {
namespace {

// Numbers travel as they are.
template <typename Scalar>
class AllReduce final : public TreeReduce<Scalar>,
                        private ErrorFeedback<Scalar>,
                        private TrafficAccount {
 public:
  explicit AllReduce(AllReduceOptions<Scalar> options)
      : TreeReduce<Scalar>(std::move(options.place)),
        codec_(std::move(options.codec)),
        only_updates_(options.only_updates) {}

  schedule::Extras<Scalar> Extras() override { return this->ExtrasWith(this, *this); }

 private:
  void AddTraffic(std::span<BlockTraffic> by_block) const override;
  std::vector<Scalar> Owed() const override { return codec_->Owed(); }
  Status Owe(std::span<const Scalar> owed) override;

  int phases() const override { return codec_->phases(); }
  std::vector<Block> PhaseBlocks(int phase) const override { return codec_->PhaseBlocks(phase); }
  void BeginRound(std::span<const Scalar> values) override;
  void EndRound(std::span<Scalar> values) override;
  std::span<const Scalar> Contribution(int phase) override { return codec_->Contribution(phase); }
  void WriteSum(std::span<const Scalar> sum, ByteWriter& writer) override {
    writer.Reserve(sum.size_bytes());
    PutNumbers(writer, sum);
  }
  void WriteMean(std::span<Scalar> mean, ByteWriter& writer) override { WriteSum(mean, writer); }
  Status Read(std::string_view payload, std::span<Scalar> numbers) override;
  void CountUp() override { CountDown(1); }
  void CountDown(size_t messages) override;
  void Absorb(int phase, TreeSum<Scalar>& mean, bool counted) override;

  std::span<const Scalar> Counting(std::span<const Scalar> values);
  const std::vector<Block>& blocks() const { return this->place().blocks; }

  const std::unique_ptr<compress::MeanCodec<Scalar>> codec_;
  const bool only_updates_;

  std::vector<Scalar> own_;
  std::vector<Scalar> counting_;       // own_ with 0 where this site's weight is 0
  std::vector<bool> nothing_arrived_;  // of each block, in some phase
  std::vector<uint64_t> bytes_;        // of each block, in this round's messages
  size_t messages_ = 0;                // of all phases
};

template <typename Scalar>
void AllReduce<Scalar>::BeginRound(std::span<const Scalar> values) {
  own_.assign(values.begin(), values.end());
  codec_->Begin(Counting(own_));
  nothing_arrived_.assign(blocks().size(), false);
  bytes_.assign(blocks().size(), 0);
  messages_ = 0;
}

// The values, with 0 where this site's weight is 0.
template <typename Scalar>
std::span<const Scalar> AllReduce<Scalar>::Counting(std::span<const Scalar> values) {
  const auto counts = [](double weight) { return weight > 0; };
  const std::vector<double>& weights = this->place().own_weights;
  if (std::ranges::all_of(weights, counts)) return values;
  counting_.assign(values.begin(), values.end());
  for (size_t b = 0; b < blocks().size(); ++b) {
    if (counts(weights[b])) continue;
    std::fill_n(counting_.data() + blocks()[b].offset, blocks()[b].size, Scalar{0});
  }
  return counting_;
}

template <typename Scalar>
void AllReduce<Scalar>::CountDown(size_t messages) {
  messages_ += messages;
  for (size_t b = 0; b < bytes_.size(); ++b) {
    bytes_[b] += messages * this->phase_blocks()[b].size * sizeof(Scalar);
  }
}

template <typename Scalar>
Status AllReduce<Scalar>::Read(std::string_view payload, std::span<Scalar> numbers) {
  if (payload.size() != numbers.size_bytes()) {
    return InvalidArgument(
        "all-reduce message with {} bytes of numbers, expected {}: shape or "
        "compression differ",
        payload.size(), numbers.size_bytes());
  }
  ByteReader reader(payload);
  return TakeNumbersWithin("all-reduce message", reader, numbers);
}

template <typename Scalar>
void AllReduce<Scalar>::Absorb(int phase, TreeSum<Scalar>& mean, bool counted) {
  for (size_t b = 0; b < nothing_arrived_.size(); ++b) {
    if (this->phase_blocks()[b].size > 0 && !(mean.weights[b] > 0)) nothing_arrived_[b] = true;
  }
  codec_->Absorb(phase, mean.values, counted);
}

template <typename Scalar>
void AllReduce<Scalar>::EndRound(std::span<Scalar> values) {
  codec_->End(values);
  for (size_t b = 0; b < blocks().size(); ++b) {
    const bool planned = this->place().total_weights[b] > 0;
    if (!nothing_arrived_[b] || (planned && codec_->Remembers())) continue;
    if (only_updates_) {
      std::ranges::fill(values.subspan(blocks()[b].offset, blocks()[b].size), Scalar{0});
      continue;
    }
    std::copy_n(own_.begin() + static_cast<std::ptrdiff_t>(blocks()[b].offset), blocks()[b].size,
                values.begin() + static_cast<std::ptrdiff_t>(blocks()[b].offset));
  }
}

// The codec knows this site's own contribution, the bytes are of all that goes up and down. What a
// message says in several phases one without compression says in one.
template <typename Scalar>
void AllReduce<Scalar>::AddTraffic(std::span<BlockTraffic> by_block) const {
  std::vector<BlockTraffic> own(by_block.size());
  codec_->AddTraffic(own);
  for (size_t b = 0; b < bytes_.size(); ++b) {
    own[b].bytes = bytes_[b];
    own[b].numbers = messages_ * blocks()[b].size / static_cast<size_t>(phases());
    by_block[b] += own[b];
  }
}

template <typename Scalar>
Status AllReduce<Scalar>::Owe(std::span<const Scalar> owed) {
  if (owed.empty()) return OkStatus();
  const auto finite = [](Scalar number) { return std::isfinite(number); };
  if (!std::all_of(owed.begin(), owed.end(), finite)) {
    return InvalidArgument("a number that is not finite is owed to an all-reduce");
  }
  return codec_->Owe(owed);
}

}  // namespace

template <typename Scalar>
std::unique_ptr<Exchange<Scalar>> MakeAllReduce(AllReduceOptions<Scalar> options) {
  return std::make_unique<AllReduce<Scalar>>(std::move(options));
}

template std::unique_ptr<Exchange<float>> MakeAllReduce(AllReduceOptions<float>);
template std::unique_ptr<Exchange<double>> MakeAllReduce(AllReduceOptions<double>);

}  // namespace consilium::schedule
