#include "modules/compress/power_sgd.h"

#include <algorithm>
#include <utility>

#include "modules/compress/codec_bytes.h"
#include "modules/compress/factor_pair.h"

namespace consilium::compress {
namespace {

template <typename Scalar>
class PowerSgd final : public MeanCodec<Scalar> {
 public:
  PowerSgd(const LowRankLayout& layout, PowerSgdForm form, int iterations, uint64_t seed)
      : alternating_(form == PowerSgdForm::kAlternating),
        phases_(PhasesOf(form, iterations)),
        loops_(BestFactorLoops<Scalar>()),
        factors_(layout, seed),
        rest_(layout.padded_size),
        own_left_(layout.left_size),
        own_right_(layout.right_size),
        plain_(layout.flat_size) {
    if (alternating_) return;
    factors_.Next();  // begins with the right factor as the direction
    round_began_ = factors_.iteration();
  }

  int phases() const override { return phases_; }
  std::vector<Block> PhaseBlocks(int phase) const override {
    return MessageBlocks(layout(), SentIn(phase), phase == 0);
  }
  void Begin(std::span<const Scalar> values) override;
  std::span<const Scalar> Contribution(int phase) override;
  void Absorb(int phase, std::span<const Scalar> mean, bool counted) override;
  void End(std::span<Scalar> mean_values) override;

  void AddTraffic(std::span<BlockTraffic> by_block) const override;
  bool Remembers() const override { return true; }
  std::vector<Scalar> Owed() const override;
  Status Owe(std::span<const Scalar> owed) override;
  std::vector<Scalar> State() const override;
  Status Restore(std::span<const Scalar> state) override;

 private:
  const LowRankLayout& layout() const { return factors_.layout(); }
  Side SentIn(int phase) const;
  Factors<Scalar> Sent(const LowRankPart& part) const;
  void Subtract(const LowRankPart& part, Scalar* rest) const;
  void Account(int phase);
  double SaidLast(const LowRankPart& part) const;

  const bool alternating_;
  const int phases_;
  const FactorLoops<Scalar>& loops_;
  FactorPair<Scalar> factors_;
  uint32_t round_began_ = 0;  // the iteration of phase 0
  // Padded: values plus error, less what was sent; then the error. While `owed_`, what was sent
  // last is still to be taken from the compressed parts: that waits for their next use.
  AlignedVector<Scalar> rest_;
  bool owed_ = false;
  AlignedVector<Scalar>
      own_left_;  // this site's factor as sent, in the iterations that send a left
  AlignedVector<Scalar> own_right_;  // or a right one
  AlignedVector<Scalar> kept_right_;
  std::vector<Scalar> message_;
  std::vector<Scalar> plain_;    // the mean of the uncompressed parts, one after the other
  std::vector<Scalar> output_;   // of the phases before the last, where there is more than one
  std::vector<uint64_t> bytes_;  // that this site gave in the round, of each part
  std::vector<double> said_;     // the squared norm of what it said of each part before the last
};                               // phase

template <typename Scalar>
Side PowerSgd<Scalar>::SentIn(int phase) const {
  return (round_began_ + static_cast<uint32_t>(phase)) % 2 == 0 ? Side::kRight : Side::kLeft;
}

// The direction of the product sent last and what was sent.
template <typename Scalar>
Factors<Scalar> PowerSgd<Scalar>::Sent(const LowRankPart& part) const {
  Factors<Scalar> sent = factors_.factors(part);
  if (factors_.direction() == Side::kLeft) {
    sent.left = own_left_.data() + part.left;
  } else {
    sent.right = own_right_.data() + part.right;
  }
  return sent;
}

// Takes what was sent last of a part from what was left of it.
template <typename Scalar>
void PowerSgd<Scalar>::Subtract(const LowRankPart& part, Scalar* rest) const {
  loops_.subtract_outer(rest + part.padded, part.rows, part.stride, Sent(part));
}

// Goes once through each part, in bands of rows: everything that the first phase needs of them is
// in a near cache.
template <typename Scalar>
void PowerSgd<Scalar>::Begin(std::span<const Scalar> values) {
  factors_.OrthonormalizeDirections();
  for (const LowRankPart& part : layout().parts) {
    Scalar* rest = rest_.data() + part.padded;
    const Scalar* own = values.data() + part.offset;
    const int band = BandOf<Scalar>(part);
    Factors<Scalar> sent = Sent(part);
    if (band < part.rows) {  // the first band's product is written over it
      kept_right_.assign(sent.right, sent.right + part.rank * part.right_stride);
      sent.right = kept_right_.data();
    }
    for (int first = 0; first < part.rows; first += band) {
      const int rows = std::min(band, part.rows - first);
      if (owed_ && part.rank > 0) {
        loops_.renew(rest, rows, part.stride, sent, own, part.cols);
      } else {
        loops_.add_rows(rest, rows, part.stride, own, part.cols);
      }
      factors_.MultiplyBand(part, rest, first, rows);
      rest += static_cast<std::ptrdiff_t>(rows) * part.stride;
      own += static_cast<std::ptrdiff_t>(rows) * part.cols;
      sent.left += rows;
    }
  }
  owed_ = false;
}

// The squared norm of the factor that this site gave last, and so of its product with the
// orthonormal direction.
template <typename Scalar>
double PowerSgd<Scalar>::SaidLast(const LowRankPart& part) const {
  const Side side = factors_.direction();  // the one sent last is the next direction
  const Scalar* own =
      side == Side::kLeft ? own_left_.data() + part.left : own_right_.data() + part.right;
  return SquaredNorm(own, part.rank, FactorOf(part, side).stride);
}

// Counts what this site gives in the phase that begins.
template <typename Scalar>
void PowerSgd<Scalar>::Account(int phase) {
  const std::vector<LowRankPart>& parts = layout().parts;
  if (phase == 0) {
    bytes_.assign(parts.size(), 0);
    said_.assign(parts.size(), 0);
  }
  for (size_t k = 0; k < parts.size(); ++k) {
    if (parts[k].rank == 0 && phase > 0) continue;
    bytes_[k] += sizeof(Scalar) * NumbersOf(parts[k], factors_.sent());
    if (phase > 0 && alternating_) said_[k] += SaidLast(parts[k]);
  }
}

// What remains of M at the end of the round is orthogonal to what was said.
template <typename Scalar>
void PowerSgd<Scalar>::AddTraffic(std::span<BlockTraffic> by_block) const {
  if (bytes_.empty()) return;
  for (size_t k = 0; k < bytes_.size(); ++k) {
    const LowRankPart& part = layout().parts[k];
    BlockTraffic& block = by_block[static_cast<size_t>(part.block)];
    block.bytes += bytes_[k];
    block.numbers += part.size();
    if (part.rank == 0) continue;
    const double rest = SquaredNorm(rest_.data() + part.padded, part.rows, part.stride);
    block.squared_norm += said_[k] + rest;
    block.squared_error += std::max(0.0, rest - SaidLast(part));
  }
}

template <typename Scalar>
std::span<const Scalar> PowerSgd<Scalar>::Contribution(int phase) {
  if (phase > 0) {
    factors_.OrthonormalizeDirections();
    for (const LowRankPart& part : layout().parts) {
      if (alternating_ && owed_ && part.rank > 0) Subtract(part, rest_.data());
      factors_.Multiply(part, rest_);
    }
    owed_ = false;
  }
  Account(phase);
  message_.resize(MessageSize(layout(), factors_.sent(), phase == 0));
  Scalar* to = message_.data();
  for (const LowRankPart& part : layout().parts) {
    if (part.rank > 0) {
      to = PackFactor(factors_.factor(part, factors_.sent()), part.rank,
                      FactorOf(part, factors_.sent()), to);
    } else if (phase == 0) {
      to = std::copy_n(rest_.data() + part.padded, part.cols, to);
    }
  }
  return message_;
}

template <typename Scalar>
void PowerSgd<Scalar>::Absorb(int phase, std::span<const Scalar> mean, bool counted) {
  const bool adds = alternating_ && phase + 1 < phases_;
  if (adds) output_.resize(layout().flat_size);
  factors_.SwapSent(factors_.sent() == Side::kLeft ? own_left_ : own_right_);
  const Scalar* from = mean.data();
  Scalar* plain = plain_.data();
  for (const LowRankPart& part : layout().parts) {
    if (part.rank > 0) {
      from = UnpackFactor(from, part.rank, FactorOf(part, factors_.sent()),
                          factors_.factor(part, factors_.sent()));
      if (adds) factors_.Expand(part, phase > 0, output_);
    } else if (phase == 0) {
      if (counted) std::fill_n(rest_.data() + part.padded, part.cols, Scalar{0});
      plain = std::copy_n(from, part.cols, plain);
      from += part.cols;
    }
  }
  owed_ = counted;
  factors_.Next();
}

template <typename Scalar>
void PowerSgd<Scalar>::End(std::span<Scalar> mean_values) {
  const bool several = alternating_ && phases_ > 1;
  if (several) std::copy(output_.begin(), output_.end(), mean_values.begin());
  const Scalar* plain = plain_.data();
  for (const LowRankPart& part : layout().parts) {
    if (part.rank > 0) {
      factors_.Expand(part, several, mean_values);
    } else {
      std::copy_n(plain, part.cols, mean_values.data() + part.offset);
      plain += part.cols;
    }
  }
  round_began_ = factors_.iteration();
}

template <typename Scalar>
std::vector<Scalar> PowerSgd<Scalar>::Owed() const {
  std::vector<Scalar> owed;
  owed.reserve(layout().flat_size);
  AlignedVector<Scalar> rest = rest_;
  for (const LowRankPart& part : layout().parts) {
    if (owed_ && part.rank > 0) Subtract(part, rest.data());
    const Scalar* row = rest.data() + part.padded;
    for (int i = 0; i < part.rows; ++i, row += part.stride) {
      owed.insert(owed.end(), row, row + part.cols);
    }
  }
  return owed;
}

template <typename Scalar>
Status PowerSgd<Scalar>::Owe(std::span<const Scalar> owed) {
  RETURN_IF_ERROR(CheckState(owed, layout().flat_size));
  owed_ = false;
  Pad(layout(), owed, std::span<Scalar>(rest_));
  return OkStatus();
}

template <typename Scalar>
std::vector<Scalar> PowerSgd<Scalar>::State() const {
  std::vector<Scalar> state;
  factors_.AppendState(state);
  const std::vector<Scalar> owed = Owed();
  state.insert(state.end(), owed.begin(), owed.end());
  return state;
}

template <typename Scalar>
Status PowerSgd<Scalar>::Restore(std::span<const Scalar> state) {
  const size_t expected = factors_.state_size() + layout().flat_size;
  RETURN_IF_ERROR(CheckSerialState(state, expected));
  factors_.TakeState(state.first(factors_.state_size()));
  round_began_ = factors_.iteration();
  return Owe(state.subspan(factors_.state_size()));
}

}  // namespace

template <typename Scalar>
std::unique_ptr<MeanCodec<Scalar>> MakePowerSgd(const LowRankLayout& layout, int iterations,
                                                uint64_t seed, PowerSgdForm form) {
  return std::make_unique<PowerSgd<Scalar>>(layout, form, iterations, seed);
}

template std::unique_ptr<MeanCodec<float>> MakePowerSgd(const LowRankLayout&, int, uint64_t,
                                                        PowerSgdForm);
template std::unique_ptr<MeanCodec<double>> MakePowerSgd(const LowRankLayout&, int, uint64_t,
                                                         PowerSgdForm);

}  // namespace consilium::compress
