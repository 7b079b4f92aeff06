#include "modules/schedule/compressed_reduce.h"

#include <algorithm>
#include <utility>

namespace consilium::schedule {
namespace {

// One phase, whose numbers every hop compresses anew.
template <typename Scalar>
class CompressedReduce final : public TreeReduce<Scalar>,
                               private ErrorFeedback<Scalar>,
                               private TrafficAccount {
 public:
  explicit CompressedReduce(CompressedReduceOptions<Scalar> options)
      : TreeReduce<Scalar>(std::move(options.place)), codec_(std::move(options.codec)) {}

  schedule::Extras<Scalar> Extras() override { return this->ExtrasWith(this, *this); }

 private:
  void AddTraffic(std::span<BlockTraffic> by_block) const override;
  std::vector<Scalar> Owed() const override;
  Status Owe(std::span<const Scalar> owed) override;

  int phases() const override { return 1; }
  std::vector<Block> PhaseBlocks(int) const override { return blocks(); }
  void BeginRound(std::span<const Scalar> values) override {
    values_.assign(values.begin(), values.end());
    went_up_ = false;
    went_down_ = 0;
  }
  void EndRound(std::span<Scalar> values) override;
  std::span<const Scalar> Contribution(int) override { return values_; }
  void WriteSum(std::span<const Scalar> sum, ByteWriter& writer) override {
    codec_->Encode(sum, this->round(), writer);
  }
  void WriteMean(std::span<Scalar> mean, ByteWriter& writer) override {
    WriteSum(mean, writer);
    std::ranges::copy(codec_->Decoded(), mean.begin());
  }
  Status Read(std::string_view payload, std::span<Scalar> numbers) override {
    return codec_->Decode(payload, this->round(), numbers);
  }
  void CountUp() override { went_up_ = true; }
  void CountDown(size_t messages) override { went_down_ += messages; }
  void Absorb(int phase, TreeSum<Scalar>& mean, bool counted) override;

  Scalar UnitOfError(size_t block) const;
  bool at_root() const { return this->place().parent < 0; }
  const std::vector<Block>& blocks() const { return this->place().blocks; }

  const std::unique_ptr<compress::HopCodec<Scalar>> codec_;

  std::vector<Scalar> values_;
  std::vector<Scalar> mean_;  // as all sites have it
  bool went_up_ = false;      // in this round
  size_t went_down_ = 0;
};

template <typename Scalar>
void CompressedReduce<Scalar>::Absorb(int, TreeSum<Scalar>& mean, bool counted) {
  mean_.swap(mean.values);
  if (counted) return codec_->Sent();
  std::vector<Scalar> own = values_;
  for (size_t b = 0; b < blocks().size(); ++b) {
    const auto weight = static_cast<Scalar>(this->place().own_weights[b]);
    Scalar* part = own.data() + blocks()[b].offset;
    for (size_t i = 0; i < blocks()[b].size; ++i) part[i] *= weight;
  }
  codec_->Unsent(own);
}

template <typename Scalar>
void CompressedReduce<Scalar>::EndRound(std::span<Scalar> values) {
  for (size_t b = 0; b < blocks().size(); ++b) {
    const std::vector<Scalar>& from = this->place().total_weights[b] > 0 ? mean_ : values_;
    std::copy_n(from.begin() + static_cast<std::ptrdiff_t>(blocks()[b].offset), blocks()[b].size,
                values.begin() + static_cast<std::ptrdiff_t>(blocks()[b].offset));
  }
}

template <typename Scalar>
void CompressedReduce<Scalar>::AddTraffic(std::span<BlockTraffic> by_block) const {
  if (went_up_) codec_->AddTraffic(by_block);
  for (size_t message = 0; message < went_down_; ++message) {
    if (at_root()) {
      codec_->AddTraffic(by_block);
    } else {
      codec_->AddDecoded(by_block);
    }
  }
}

// What a unit of this site's error is of its own values: errors are of sums, the root's of means.
template <typename Scalar>
Scalar CompressedReduce<Scalar>::UnitOfError(size_t block) const {
  const TreePlace& place = this->place();
  const double sums = at_root() ? place.total_weights[block] : 1;
  return static_cast<Scalar>(place.own_weights[block] > 0 ? sums / place.own_weights[block] : 0);
}

template <typename Scalar>
std::vector<Scalar> CompressedReduce<Scalar>::Owed() const {
  std::vector<Scalar> owed = codec_->State();
  for (size_t b = 0; b < blocks().size(); ++b) {
    const Scalar unit = UnitOfError(b);
    for (size_t i = 0; i < blocks()[b].size; ++i) owed[blocks()[b].offset + i] *= unit;
  }
  return owed;
}

template <typename Scalar>
Status CompressedReduce<Scalar>::Owe(std::span<const Scalar> owed) {
  if (owed.empty()) return OkStatus();
  const size_t size = blocks().empty() ? 0 : blocks().back().offset + blocks().back().size;
  if (owed.size() != size) {
    return InvalidArgument("{} numbers are owed to an all-reduce of {}", owed.size(), size);
  }
  std::vector<Scalar> error(owed.begin(), owed.end());
  for (size_t b = 0; b < blocks().size(); ++b) {
    const Scalar unit = UnitOfError(b);
    for (size_t i = blocks()[b].offset; i < blocks()[b].offset + blocks()[b].size; ++i) {
      error[i] = unit > 0 ? error[i] / unit : 0;
    }
  }
  return codec_->Restore(error);
}

}  // namespace

template <typename Scalar>
std::unique_ptr<Exchange<Scalar>> MakeCompressedReduce(CompressedReduceOptions<Scalar> options) {
  return std::make_unique<CompressedReduce<Scalar>>(std::move(options));
}

template std::unique_ptr<Exchange<float>> MakeCompressedReduce(CompressedReduceOptions<float>);
template std::unique_ptr<Exchange<double>> MakeCompressedReduce(CompressedReduceOptions<double>);

}  // namespace consilium::schedule
