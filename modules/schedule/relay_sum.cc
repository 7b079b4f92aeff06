#include "modules/schedule/relay_sum.h"

#include <algorithm>
#include <utility>

#include "modules/schedule/message.h"
#include "modules/schedule/relay_link.h"

namespace consilium {
namespace {

// With more neighbours than this the sum over all but one is the sum over all without that one:
// linear in the neighbours, not quadratic, and rounded a little more.
constexpr size_t kFewNeighbors = 16;

// result = base + share (theirs - own), number by number; result may be base.
template <typename Scalar>
void AddShare(const Scalar* base, Scalar share, const Scalar* theirs, const Scalar* own,
              size_t size, Scalar* result) {
  for (size_t i = 0; i < size; ++i) result[i] = base[i] + share * (theirs[i] - own[i]);
}

template <typename Scalar>
class RelaySum final : public Exchange<Scalar> {
 public:
  explicit RelaySum(RelaySumOptions<Scalar> options);

  std::vector<Outgoing> Begin(std::span<const Scalar> values) override;
  StatusOr<std::vector<Outgoing>> Receive(int from, std::string_view body) override;
  bool Complete() const override { return begun_ && (overdue_ || Missing().empty()); }
  std::vector<int> Missing() const override;
  std::vector<Outgoing> Deadline() override {
    overdue_ = true;
    return {};
  }
  void End(std::span<Scalar> values) override;
  void AddTraffic(std::span<BlockTraffic> by_block) const override {
    for (const RelayLink<Scalar>& link : relays_) link.AddTraffic(by_block);
  }

 private:
  std::string MessageTo(RelayLink<Scalar>& to);
  void SumDeviations();
  std::span<const Scalar> MeanWithout(const RelayLink<Scalar>& to, std::span<const double> relayed);
  std::span<const Scalar> RelayedMean(const RelayLink<Scalar>& to, std::span<const double> relayed);
  std::vector<double> RelayedWeights(const RelayLink<Scalar>& to) const;
  void Average(size_t block, std::span<Scalar> values) const;

  const std::vector<Block> blocks_;
  const std::vector<double> own_weights_;
  const RelayFallback fallback_;
  std::vector<double> total_;
  std::vector<RelayLink<Scalar>> relays_;

  uint32_t round_ = 0;
  bool begun_ = false;    // between Begin and End
  bool overdue_ = false;  // the deadline passed
  std::vector<Scalar> own_;
  std::vector<Scalar> reference_;  // what stands for sites not heard from, if not own_
  std::vector<Scalar> mean_;       // of the message under way
  std::vector<Scalar> sum_;  // over neighbours weight (theirs - own); empty with few neighbours
};

template <typename Scalar>
RelaySum<Scalar>::RelaySum(RelaySumOptions<Scalar> options)
    : blocks_(std::move(options.blocks)),
      own_weights_(std::move(options.own_weights)),
      fallback_(options.fallback),
      total_(own_weights_) {
  const size_t size = blocks_.empty() ? 0 : blocks_.back().offset + blocks_.back().size;
  own_.resize(size);
  mean_.resize(size);
  for (RelayNeighbor<Scalar>& neighbor : options.neighbors) {
    for (size_t b = 0; b < total_.size(); ++b) total_[b] += neighbor.weights_behind[b];
    relays_.emplace_back(std::move(neighbor), blocks_);
  }
  if (fallback_ == RelayFallback::kLastAverage || fallback_ == RelayFallback::kInitialModel) {
    reference_.resize(size);
  }
}

template <typename Scalar>
std::vector<Outgoing> RelaySum<Scalar>::Begin(std::span<const Scalar> values) {
  std::copy(values.begin(), values.end(), own_.begin());
  begun_ = true;
  overdue_ = false;
  if (relays_.size() > kFewNeighbors) SumDeviations();
  std::vector<Outgoing> messages;
  for (RelayLink<Scalar>& relay : relays_) messages.push_back({relay.site(), MessageTo(relay)});
  return messages;
}

template <typename Scalar>
std::vector<double> RelaySum<Scalar>::RelayedWeights(const RelayLink<Scalar>& to) const {
  std::vector<double> weights = own_weights_;
  for (const RelayLink<Scalar>& relay : relays_) {
    if (&relay == &to) continue;
    for (size_t b = 0; b < weights.size(); ++b) weights[b] += relay.weights()[b];
  }
  return weights;
}

template <typename Scalar>
std::string RelaySum<Scalar>::MessageTo(RelayLink<Scalar>& to) {
  const std::vector<double> weights = RelayedWeights(to);
  return to.Write(round_, weights, RelayedMean(to, weights));
}

template <typename Scalar>
void RelaySum<Scalar>::SumDeviations() {
  sum_.assign(own_.size(), 0);
  for (size_t b = 0; b < blocks_.size(); ++b) {
    const Block part = blocks_[b];
    for (const RelayLink<Scalar>& relay : relays_) {
      if (!(relay.weights()[b] > 0)) continue;
      const Scalar* theirs = relay.Believed().data() + part.offset;
      AddShare(sum_.data() + part.offset, static_cast<Scalar>(relay.weights()[b]), theirs,
               own_.data() + part.offset, part.size, sum_.data() + part.offset);
    }
  }
}

// As RelayedMean, from the sum over all neighbours.
template <typename Scalar>
std::span<const Scalar> RelaySum<Scalar>::MeanWithout(const RelayLink<Scalar>& to,
                                                      std::span<const double> relayed) {
  for (size_t b = 0; b < blocks_.size(); ++b) {
    const size_t begin = blocks_[b].offset, end = begin + blocks_[b].size;
    const auto weight = static_cast<Scalar>(to.weights()[b]);
    const auto scale = static_cast<Scalar>(relayed[b] > 0 ? 1 / relayed[b] : 0);
    const Scalar* theirs = weight > 0 ? to.Believed().data() : own_.data();
    for (size_t i = begin; i < end; ++i) {
      mean_[i] = own_[i] + scale * (sum_[i] - weight * (theirs[i] - own_[i]));
    }
  }
  return mean_;
}

// m_ij / c_ij as own + sum_k c_ki / c_ij (mean_k - own): where all agree, exactly what they agree
// on. Valid until the next call or Begin.
template <typename Scalar>
std::span<const Scalar> RelaySum<Scalar>::RelayedMean(const RelayLink<Scalar>& to,
                                                      std::span<const double> relayed) {
  if (relays_.size() == 1) return own_;
  if (!sum_.empty()) return MeanWithout(to, relayed);
  for (size_t b = 0; b < blocks_.size(); ++b) {
    const Block part = blocks_[b];
    const Scalar* own = own_.data() + part.offset;
    const Scalar* base = own;
    Scalar* mean = mean_.data() + part.offset;
    for (const RelayLink<Scalar>& relay : relays_) {
      if (&relay == &to || !(relay.weights()[b] > 0)) continue;
      const auto share = static_cast<Scalar>(relay.weights()[b] / relayed[b]);
      const Scalar* theirs = relay.Believed().data() + part.offset;
      AddShare(base, share, theirs, own, part.size, mean);
      base = mean;
    }
    if (base == own) std::copy_n(own, part.size, mean);
  }
  return mean_;
}

template <typename Scalar>
StatusOr<std::vector<Outgoing>> RelaySum<Scalar>::Receive(int from, std::string_view body) {
  const auto relay =
      std::find_if(relays_.begin(), relays_.end(),
                   [&](const RelayLink<Scalar>& each) { return each.site() == from; });
  if (relay == relays_.end()) {
    return InvalidArgument("message from site {}, which is no neighbour in the tree", from);
  }
  ByteReader reader(body);
  ASSIGN_OR_RETURN(const MessageHeader header, ReadHeader(reader, sizeof(Scalar)));
  if (header.kind != MessageKind::kRelaySum) {
    return InvalidArgument("site {} sent a message of another schedule", from);
  }
  if (header.round < relay->next_round()) {
    return AlreadyExists("message of site {} for round {} is here already", from, header.round);
  }
  if (header.round >= round_ + (begun_ ? 1 : 0)) return AheadOfRound(from, header.round, round_);
  RETURN_IF_ERROR(relay->Read(header, reader));
  return std::vector<Outgoing>{};
}

template <typename Scalar>
std::vector<int> RelaySum<Scalar>::Missing() const {
  std::vector<int> missing;
  for (const RelayLink<Scalar>& relay : relays_) {
    if (relay.next_round() <= round_) missing.push_back(relay.site());
  }
  return missing;
}

template <typename Scalar>
void RelaySum<Scalar>::Average(size_t block, std::span<Scalar> values) const {
  const Block part = blocks_[block];
  Scalar* result = values.data() + part.offset;
  const Scalar* own = own_.data() + part.offset;
  const Scalar* base = own;
  double heard = own_weights_[block];
  for (const RelayLink<Scalar>& relay : relays_) heard += relay.weights()[block];
  const double total = fallback_ == RelayFallback::kCount ? heard : total_[block];
  for (const RelayLink<Scalar>& relay : relays_) {
    if (!(relay.weights()[block] > 0) || !(total > 0)) continue;
    const auto share = static_cast<Scalar>(relay.weights()[block] / total);
    const Scalar* theirs = relay.Believed().data() + part.offset;
    AddShare(base, share, theirs, own, part.size, result);
    base = result;
  }
  if (base == own) std::copy_n(own, part.size, result);
  if (reference_.empty() || !(total > 0)) return;
  const auto unheard = static_cast<Scalar>((total - heard) / total);
  const Scalar* reference = reference_.data() + part.offset;
  AddShare(result, unheard, reference, own, part.size, result);
}

template <typename Scalar>
void RelaySum<Scalar>::End(std::span<Scalar> values) {
  for (RelayLink<Scalar>& relay : relays_) relay.End();
  for (size_t b = 0; b < blocks_.size(); ++b) Average(b, values);
  if (fallback_ == RelayFallback::kLastAverage) {
    std::copy(values.begin(), values.end(), reference_.begin());
  }
  begun_ = false;
  ++round_;
}

}  // namespace

template <typename Scalar>
std::unique_ptr<Exchange<Scalar>> MakeRelaySum(RelaySumOptions<Scalar> options) {
  return std::make_unique<RelaySum<Scalar>>(std::move(options));
}

template std::unique_ptr<Exchange<float>> MakeRelaySum(RelaySumOptions<float>);
template std::unique_ptr<Exchange<double>> MakeRelaySum(RelaySumOptions<double>);

}  // namespace consilium
