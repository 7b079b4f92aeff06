#include "modules/compress/power_sgd.h"

#include <algorithm>
#include <utility>

#include "modules/compress/codec_bytes.h"
#include "modules/compress/factor_pair.h"

namespace consilium {
namespace {

template <typename Scalar>
class PowerSgd final : public MeanCodec<Scalar> {
 public:
  PowerSgd(const LowRankLayout& layout, int iterations, uint64_t seed)
      : iterations_(iterations),
        loops_(BestFactorLoops<Scalar>()),
        factors_(layout, seed),
        rest_(layout.padded_size) {}

  int phases() const override { return iterations_; }
  std::vector<Block> PhaseBlocks(int phase) const override {
    return MessageBlocks(layout(), SentIn(phase), phase == 0);
  }
  void Begin(std::span<const Scalar> values) override;
  std::vector<Scalar> Contribution(int phase) override;
  void Absorb(int phase, std::span<const Scalar> mean, bool counted) override;
  void End(std::span<Scalar> mean_values) override;

  bool Remembers() const override { return true; }
  std::vector<Scalar> State() const override;
  Status Restore(std::span<const Scalar> state) override;

 private:
  const LowRankLayout& layout() const { return factors_.layout(); }
  Side SentIn(int phase) const;
  void Subtract(const LowRankPart& part);

  const int iterations_;
  const FactorLoops<Scalar>& loops_;
  FactorPair<Scalar> factors_;
  uint32_t round_began_ = 0;    // the iteration of phase 0
  std::vector<Scalar> rest_;    // padded: values plus error, less what was sent; then the error
  std::vector<Scalar> first_;   // the mean of phase 0, for the uncompressed parts
  std::vector<Scalar> output_;  // of the phases before the last, where there is more than one
};

template <typename Scalar>
Side PowerSgd<Scalar>::SentIn(int phase) const {
  return (round_began_ + static_cast<uint32_t>(phase)) % 2 == 0 ? Side::kRight : Side::kLeft;
}

template <typename Scalar>
void PowerSgd<Scalar>::Begin(std::span<const Scalar> values) {
  for (const LowRankPart& part : layout().parts) {
    loops_.add_rows(rest_.data() + part.padded, part.rows, part.stride, values.data() + part.offset,
                    part.cols);
  }
}

template <typename Scalar>
std::vector<Scalar> PowerSgd<Scalar>::Contribution(int phase) {
  factors_.OrthonormalizeDirections();
  factors_.Multiply(rest_);
  const std::vector<Block> blocks = PhaseBlocks(phase);
  std::vector<Scalar> message(blocks.empty() ? 0 : blocks.back().offset + blocks.back().size);
  Scalar* to = message.data();
  for (const LowRankPart& part : layout().parts) {
    if (part.rank > 0) {
      to = PackFactor(factors_.factor(part, factors_.sent()), part.rank,
                      FactorOf(part, factors_.sent()), to);
    } else if (phase == 0) {
      to = std::copy_n(rest_.data() + part.padded, part.cols, to);
    }
  }
  return message;
}

// Takes what was sent of a part from what is left of it.
template <typename Scalar>
void PowerSgd<Scalar>::Subtract(const LowRankPart& part) {
  loops_.add_outer(rest_.data() + part.padded, part.rows, part.stride, factors_.left(part),
                   part.left_stride, factors_.right(part), part.rank, Scalar{-1});
}

template <typename Scalar>
void PowerSgd<Scalar>::Absorb(int phase, std::span<const Scalar> mean, bool counted) {
  const bool last = phase + 1 == iterations_;
  if (phase == 0) first_.assign(mean.begin(), mean.end());
  if (!last) output_.resize(layout().flat_size);
  const Scalar* from = mean.data();
  for (const LowRankPart& part : layout().parts) {
    if (part.rank > 0) {
      if (counted) Subtract(part);
      from = UnpackFactor(from, part.rank, FactorOf(part, factors_.sent()),
                          factors_.factor(part, factors_.sent()));
      if (!last) factors_.Expand(part, phase > 0, output_);
    } else if (phase == 0) {
      if (counted) std::fill_n(rest_.data() + part.padded, part.cols, Scalar{0});
      from += part.cols;
    }
  }
  factors_.Next();
}

template <typename Scalar>
void PowerSgd<Scalar>::End(std::span<Scalar> mean_values) {
  const bool several = iterations_ > 1;
  if (several) std::copy(output_.begin(), output_.end(), mean_values.begin());
  const Scalar* plain = first_.data();
  for (const LowRankPart& part : layout().parts) {
    if (part.rank > 0) {
      factors_.Expand(part, several, mean_values);
      plain += part.rank * FactorOf(part, SentIn(0)).length;
    } else {
      std::copy_n(plain, part.cols, mean_values.data() + part.offset);
      plain += part.cols;
    }
  }
  round_began_ = factors_.iteration();
}

template <typename Scalar>
std::vector<Scalar> PowerSgd<Scalar>::State() const {
  std::vector<Scalar> state;
  factors_.AppendState(state);
  for (const LowRankPart& part : layout().parts) {
    const Scalar* row = rest_.data() + part.padded;
    for (int i = 0; i < part.rows; ++i, row += part.stride) {
      state.insert(state.end(), row, row + part.cols);
    }
  }
  return state;
}

template <typename Scalar>
Status PowerSgd<Scalar>::Restore(std::span<const Scalar> state) {
  const size_t expected = factors_.state_size() + layout().flat_size;
  if (state.size() != expected) return RefuseState(state.size(), expected);
  factors_.TakeState(state.first(factors_.state_size()));
  round_began_ = factors_.iteration();
  Pad(layout(), state.subspan(factors_.state_size()), std::span<Scalar>(rest_));
  return OkStatus();
}

}  // namespace

template <typename Scalar>
std::unique_ptr<MeanCodec<Scalar>> MakePowerSgd(const LowRankLayout& layout, int iterations,
                                                uint64_t seed) {
  return std::make_unique<PowerSgd<Scalar>>(layout, iterations, seed);
}

template std::unique_ptr<MeanCodec<float>> MakePowerSgd(const LowRankLayout&, int, uint64_t);
template std::unique_ptr<MeanCodec<double>> MakePowerSgd(const LowRankLayout&, int, uint64_t);

}  // namespace consilium
