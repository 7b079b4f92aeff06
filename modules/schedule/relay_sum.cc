#include "modules/schedule/relay_sum.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "modules/numbers.h"
#include "modules/schedule/message.h"
#include "modules/schedule/relay_link.h"
#include "modules/schedule/relay_loops.h"

namespace consilium::schedule {
namespace {

// With more neighbours than this the sum over all but one is the sum over all without that one:
// linear in the neighbours, not quadratic, and rounded a little more.
constexpr size_t kFewNeighbors = 16;

// A vector is gone through in pieces of so many numbers: those of a few vectors lie in the second
// cache, and copies are long enough for the CPU's way with long ones.
constexpr size_t kPiece = 8192;

template <typename Scalar>
class RelaySum final : public Exchange<Scalar>, private TrafficAccount {
 public:
  explicit RelaySum(RelaySumOptions<Scalar> options);

  std::vector<Outgoing> Begin(std::span<const Scalar> values) override;
  StatusOr<std::vector<Outgoing>> Receive(int from, Incoming message) override {
    RETURN_IF_ERROR(Read(from, message.body(), message.whole()));
    return std::vector<Outgoing>{};
  }
  bool Complete() const override { return begun_ && (overdue_ || Missing().empty()); }
  std::vector<int> Missing() const override;
  std::vector<Outgoing> Deadline() override {
    overdue_ = true;
    return {};
  }
  void End(std::span<Scalar> values) override;
  schedule::Extras<Scalar> Extras() override { return {.traffic = this}; }

 private:
  void AddTraffic(std::span<BlockTraffic> by_block) const override {
    for (const RelayLink<Scalar>& link : relays_) link.AddTraffic(by_block);
  }

  // visit(b, part) for each part of a block b in `piece`; visit(piece) for each piece of all.
  template <typename Visit>
  void VisitBlocks(Block piece, Visit visit) const;
  template <typename Visit>
  void VisitPieces(Visit visit) const;

  void TakeValues(std::span<const Scalar> values, Block piece);
  std::vector<Outgoing> PlainMessages(std::span<const Scalar> values);
  void RelayedMean(const RelayLink<Scalar>& to, std::span<const double> relayed, Block piece,
                   Scalar* mean) const;
  void RelayedMeanOfBlock(const RelayLink<Scalar>& to, double relayed, size_t block, Block part,
                          Scalar* mean) const;
  std::vector<double> RelayedWeights(const RelayLink<Scalar>& to) const;
  Status Read(int from, std::string_view body, std::string* whole);
  void Average(size_t block, Block part, std::span<Scalar> values) const;

  const RelayLoops<Scalar>& loops_ = BestRelayLoops<Scalar>();
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
  if (options.neighbors.size() > kFewNeighbors) sum_.resize(size);
  for (RelayNeighbor<Scalar>& neighbor : options.neighbors) {
    for (size_t b = 0; b < total_.size(); ++b) total_[b] += neighbor.weights_behind[b];
    relays_.emplace_back(std::move(neighbor), blocks_);
  }
  if (fallback_ == RelayFallback::kLastAverage || fallback_ == RelayFallback::kInitialModel) {
    reference_.resize(size);
  }
}

template <typename Scalar>
template <typename Visit>
void RelaySum<Scalar>::VisitBlocks(Block piece, Visit visit) const {
  const size_t end = piece.offset + piece.size;
  auto block = std::ranges::partition_point(
      blocks_, [&](const Block& each) { return each.offset + each.size <= piece.offset; });
  for (; block != blocks_.end() && block->offset < end; ++block) {
    const size_t first = std::max(piece.offset, block->offset);
    const size_t last = std::min(end, block->offset + block->size);
    visit(static_cast<size_t>(block - blocks_.begin()), Block{first, last - first});
  }
}

template <typename Scalar>
template <typename Visit>
void RelaySum<Scalar>::VisitPieces(Visit visit) const {
  for (size_t begin = 0; begin < own_.size(); begin += kPiece) {
    visit(Block{begin, std::min(kPiece, own_.size() - begin)});
  }
}

template <typename Scalar>
std::vector<Outgoing> RelaySum<Scalar>::Begin(std::span<const Scalar> values) {
  begun_ = true;
  overdue_ = false;
  if (!relays_.empty() && relays_.front().IsPlain()) return PlainMessages(values);
  VisitPieces([&](Block piece) { TakeValues(values, piece); });
  const auto mean = std::make_unique_for_overwrite<Scalar[]>(own_.size());
  std::vector<Outgoing> messages;
  for (RelayLink<Scalar>& relay : relays_) {
    const std::vector<double> weights = RelayedWeights(relay);
    VisitPieces(
        [&](Block piece) { RelayedMean(relay, weights, piece, mean.get() + piece.offset); });
    messages.push_back({relay.site(), relay.Write(round_, weights, {mean.get(), own_.size()})});
  }
  return messages;
}

// All messages piece by piece, so that what came from the neighbours is read once.
template <typename Scalar>
std::vector<Outgoing> RelaySum<Scalar>::PlainMessages(std::span<const Scalar> values) {
  std::vector<std::vector<double>> weights;
  std::vector<ByteWriter> writers(relays_.size());
  for (size_t r = 0; r < relays_.size(); ++r) {
    weights.push_back(RelayedWeights(relays_[r]));
    relays_[r].BeginPlain(round_, weights[r], own_.size(), writers[r]);
  }
  const auto mean = std::make_unique_for_overwrite<Scalar[]>(kPiece);
  VisitPieces([&](Block piece) {
    TakeValues(values, piece);
    for (size_t r = 0; r < relays_.size(); ++r) {
      RelayedMean(relays_[r], weights[r], piece, mean.get());
      PutNumbers(writers[r], std::span<const Scalar>(mean.get(), piece.size));
    }
  });
  std::vector<Outgoing> messages;
  for (size_t r = 0; r < relays_.size(); ++r) {
    messages.push_back({relays_[r].site(), writers[r].Take()});
  }
  return messages;
}

// Copies them, and with many neighbours sums over all of these.
template <typename Scalar>
void RelaySum<Scalar>::TakeValues(std::span<const Scalar> values, Block piece) {
  Scalar* own = own_.data() + piece.offset;
  std::copy_n(values.data() + piece.offset, piece.size, own);
  if (sum_.empty()) return;
  std::fill_n(sum_.data() + piece.offset, piece.size, Scalar{0});
  VisitBlocks(piece, [&](size_t block, Block part) {
    for (const RelayLink<Scalar>& relay : relays_) {
      if (!(relay.weights()[block] > 0)) continue;
      loops_.add(own_.data() + part.offset, static_cast<Scalar>(relay.weights()[block]),
                 relay.Believed().data() + part.offset, part.size, sum_.data() + part.offset);
    }
  });
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

// A piece of m_ij / c_ij; `relayed` is c_ij.
template <typename Scalar>
void RelaySum<Scalar>::RelayedMean(const RelayLink<Scalar>& to, std::span<const double> relayed,
                                   Block piece, Scalar* mean) const {
  VisitBlocks(piece, [&](size_t block, Block part) {
    RelayedMeanOfBlock(to, relayed[block], block, part, mean + (part.offset - piece.offset));
  });
}

// As own + sum_k c_ki / c_ij (mean_k - own): where all agree, exactly what they agree on.
template <typename Scalar>
void RelaySum<Scalar>::RelayedMeanOfBlock(const RelayLink<Scalar>& to, double relayed, size_t block,
                                          Block part, Scalar* mean) const {
  const Scalar* own = own_.data() + part.offset;
  if (!sum_.empty()) {
    const auto weight = static_cast<Scalar>(to.weights()[block]);
    const auto scale = static_cast<Scalar>(relayed > 0 ? 1 / relayed : 0);
    const Scalar* theirs = weight > 0 ? to.Believed().data() + part.offset : own;
    return loops_.approach_without(own, weight, theirs, scale, sum_.data() + part.offset, part.size,
                                   mean);
  }
  bool alone = true;
  for (const RelayLink<Scalar>& relay : relays_) {
    if (&relay == &to || !(relay.weights()[block] > 0)) continue;
    const auto share = static_cast<Scalar>(relay.weights()[block] / relayed);
    (alone ? loops_.approach : loops_.add)(own, share, relay.Believed().data() + part.offset,
                                           part.size, mean);
    alone = false;
  }
  if (alone) std::copy_n(own, part.size, mean);
}

template <typename Scalar>
Status RelaySum<Scalar>::Read(int from, std::string_view body, std::string* whole) {
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
  return relay->Read(header, reader, whole);
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
void RelaySum<Scalar>::Average(size_t block, Block part, std::span<Scalar> values) const {
  Scalar* result = values.data() + part.offset;
  const Scalar* own = own_.data() + part.offset;
  double heard = own_weights_[block];
  for (const RelayLink<Scalar>& relay : relays_) heard += relay.weights()[block];
  const double total = fallback_ == RelayFallback::kCount ? heard : total_[block];
  bool alone = true;
  for (const RelayLink<Scalar>& relay : relays_) {
    if (!(relay.weights()[block] > 0) || !(total > 0)) continue;
    const auto share = static_cast<Scalar>(relay.weights()[block] / total);
    (alone ? loops_.approach : loops_.add)(own, share, relay.Believed().data() + part.offset,
                                           part.size, result);
    alone = false;
  }
  if (alone) std::copy_n(own, part.size, result);
  if (reference_.empty() || !(total > 0)) return;
  const auto unheard = static_cast<Scalar>((total - heard) / total);
  loops_.add(own, unheard, reference_.data() + part.offset, part.size, result);
}

template <typename Scalar>
void RelaySum<Scalar>::End(std::span<Scalar> values) {
  for (RelayLink<Scalar>& relay : relays_) relay.End();
  VisitPieces([&](Block piece) {
    VisitBlocks(piece, [&](size_t block, Block part) { Average(block, part, values); });
  });
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

}  // namespace consilium::schedule
