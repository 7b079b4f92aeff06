#include "modules/compress/random_k_mean.h"

#include <algorithm>

#include "base/random.h"
#include "modules/compress/codec_bytes.h"
#include "modules/compress/matrix_codec.h"
#include "modules/compress/random_k.h"

namespace consilium::compress {
namespace {

template <typename Scalar>
class RandomKMean final : public MeanCodec<Scalar> {
 public:
  RandomKMean(const FlatShape& shape, double keep, uint64_t seed)
      : shape_(shape), keep_(keep), seed_(seed), rest_(shape.size()) {
    std::vector<Block> blocks(shape.blocks.size());
    for (const MatrixSlice& matrix : shape.matrices) {
      blocks[static_cast<size_t>(matrix.block)].size += CountOf(matrix);
    }
    size_t end = 0;
    for (Block& block : blocks) {
      block.offset = end;
      end += block.size;
    }
    phase_blocks_ = std::move(blocks);
  }

  int phases() const override { return 1; }
  std::vector<Block> PhaseBlocks(int) const override { return phase_blocks_; }

  void Begin(std::span<const Scalar> values) override {
    for (size_t i = 0; i < rest_.size(); ++i) rest_[i] += values[i];
    Choose();
  }

  std::span<const Scalar> Contribution(int) override {
    message_.clear();
    for (const uint32_t place : places_) message_.push_back(rest_[place]);
    return message_;
  }

  void Absorb(int, std::span<const Scalar> mean, bool counted) override {
    mean_.assign(mean.begin(), mean.end());
    if (!counted) return;
    for (const uint32_t place : places_) rest_[place] = 0;
  }

  void End(std::span<Scalar> mean_values) override {
    std::fill(mean_values.begin(), mean_values.end(), Scalar{0});
    for (size_t k = 0; k < places_.size(); ++k) mean_values[places_[k]] = mean_[k];
    ++round_;
  }

  void AddTraffic(std::span<BlockTraffic> by_block) const override;

  bool Remembers() const override { return true; }

  std::vector<Scalar> Owed() const override { return rest_; }
  Status Owe(std::span<const Scalar> owed) override {
    RETURN_IF_ERROR(CheckState(owed, rest_.size()));
    rest_.assign(owed.begin(), owed.end());
    return OkStatus();
  }

  std::vector<Scalar> State() const override {
    std::vector<Scalar> state = {SerialState<Scalar>(round_)};
    state.insert(state.end(), rest_.begin(), rest_.end());
    return state;
  }

  Status Restore(std::span<const Scalar> state) override {
    RETURN_IF_ERROR(CheckSerialState(state, rest_.size() + 1));
    round_ = static_cast<uint32_t>(state[0]);
    rest_.assign(state.begin() + 1, state.end());
    return OkStatus();
  }

 private:
  size_t CountOf(const MatrixSlice& matrix) const {
    return matrix.size() < kFewestCoded ? matrix.size() : KeptOf(keep_, matrix.size());
  }
  void Choose();

  const FlatShape shape_;
  const double keep_;
  const uint64_t seed_;
  std::vector<Block> phase_blocks_;
  uint32_t round_ = 0;
  std::vector<Scalar> rest_;  // M, after Absorb e
  std::vector<uint32_t> indices_;
  std::vector<size_t> places_;  // in the flat vector, of the round under way
  std::vector<Scalar> message_;
  std::vector<Scalar> mean_;
};

// The places of this round.
template <typename Scalar>
void RandomKMean<Scalar>::Choose() {
  places_.clear();
  for (size_t k = 0; k < shape_.matrices.size(); ++k) {
    const MatrixSlice& matrix = shape_.matrices[k];
    const uint64_t index = static_cast<uint64_t>(round_) << 32 | static_cast<uint64_t>(k);
    const double keep = matrix.size() < kFewestCoded ? 1.0 : keep_;
    ChooseAtRandom(matrix.size(), keep, Random::Named(seed_, "matrix", index).Bits(), indices_);
    for (const uint32_t place : indices_) places_.push_back(matrix.offset + place);
  }
}

template <typename Scalar>
void RandomKMean<Scalar>::AddTraffic(std::span<BlockTraffic> by_block) const {
  for (size_t b = 0; b < phase_blocks_.size(); ++b) {
    double said = 0, left = 0;
    const Block& part = phase_blocks_[b];
    if (message_.empty()) continue;
    for (size_t k = part.offset; k < part.offset + part.size; ++k) {
      said += static_cast<double>(message_[k]) * static_cast<double>(message_[k]);
    }
    const Block& whole = shape_.blocks[b];
    for (size_t i = whole.offset; i < whole.offset + whole.size; ++i) {
      left += static_cast<double>(rest_[i]) * static_cast<double>(rest_[i]);
    }
    by_block[b].bytes += part.size * sizeof(Scalar);
    by_block[b].numbers += whole.size;
    by_block[b].squared_error += left;
    by_block[b].squared_norm += left + said;
  }
}

}  // namespace

template <typename Scalar>
std::unique_ptr<MeanCodec<Scalar>> MakeRandomKMean(const FlatShape& shape, double keep,
                                                   uint64_t seed) {
  return std::make_unique<RandomKMean<Scalar>>(shape, keep, seed);
}

template std::unique_ptr<MeanCodec<float>> MakeRandomKMean(const FlatShape&, double, uint64_t);
template std::unique_ptr<MeanCodec<double>> MakeRandomKMean(const FlatShape&, double, uint64_t);

}  // namespace consilium::compress
