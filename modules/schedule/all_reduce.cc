#include "modules/schedule/all_reduce.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "modules/numbers.h"
#include "modules/schedule/message.h"

namespace consilium {
namespace {

// A weighted sum on its way up, or the mean on its way down.
template <typename Scalar>
struct Sum {
  std::vector<double> weights;  // of each block
  std::vector<Scalar> values;   // of the phase's blocks
};

template <typename Scalar>
struct Child {
  AllReduceChild plan;
  bool arrived = false;   // its sum of this phase is here
  bool given_up = false;  // not waited for in this round
  bool included = false;  // its sum of this phase went up
  Sum<Scalar> sum;
};

template <typename Scalar>
class AllReduce final : public Exchange<Scalar> {
 public:
  explicit AllReduce(AllReduceOptions<Scalar> options);

  std::vector<Outgoing> Begin(std::span<const Scalar> values) override;
  StatusOr<std::vector<Outgoing>> Receive(int from, std::string_view body) override;
  bool Complete() const override { return begun_ && phase_ == codec_->phases(); }
  std::vector<int> Missing() const override;
  std::vector<Outgoing> Deadline() override;
  void End(std::span<Scalar> values) override;
  void AddTraffic(std::span<BlockTraffic> by_block) const override;
  std::vector<Scalar> Owed() const override { return codec_->Owed(); }
  Status Owe(std::span<const Scalar> owed) override;

 private:
  using Messages = std::vector<Outgoing>;

  void StartPhase();
  void Advance(Messages& messages);
  void Close(const Sum<Scalar>& mean, bool counted, Messages& messages);
  void SendDown(const Sum<Scalar>& mean, bool counted, Messages& messages);
  void AddToSum(const Sum<Scalar>& sum);
  void DivideSum();
  std::span<const Scalar> Counting(std::span<const Scalar> values);
  std::string Write(MessageHeader header, const Sum<Scalar>& sum,
                    std::span<const double> planned) const;
  void CountBytes(size_t messages);
  Status Read(ByteReader& reader, const MessageHeader& header, std::span<const double> planned,
              Sum<Scalar>& sum) const;
  StatusOr<Messages> ReceiveDown(const MessageHeader& header, ByteReader& reader);
  StatusOr<Messages> ReceiveUp(Child<Scalar>& child, const MessageHeader& header,
                               ByteReader& reader);

  const std::vector<Block> blocks_;
  const std::vector<double> own_weights_;
  const std::vector<double> total_weights_;
  const int parent_;
  const std::unique_ptr<MeanCodec<Scalar>> codec_;
  const bool only_updates_;
  const std::unique_ptr<SentMeans> sent_means_;
  std::vector<Child<Scalar>> children_;
  std::vector<double> subtree_weights_;  // planned

  uint32_t round_ = 0;
  int phase_ = 0;
  bool begun_ = false;  // between Begin and End
  bool sent_ = false;   // this phase's sum went up: waiting for the mean
  std::vector<Scalar> own_;
  std::vector<Scalar> counting_;       // own_ with 0 where this site's weight is 0
  std::vector<bool> nothing_arrived_;  // of each block, in some phase
  std::vector<Block> phase_blocks_;
  Sum<Scalar> sum_;              // of this site and its children; at the root then the mean
  Sum<Scalar> mean_;             // what came from the parent
  std::vector<uint64_t> bytes_;  // of each block, in this round's messages
};

template <typename Scalar>
AllReduce<Scalar>::AllReduce(AllReduceOptions<Scalar> options)
    : blocks_(std::move(options.blocks)),
      own_weights_(std::move(options.own_weights)),
      total_weights_(std::move(options.total_weights)),
      parent_(options.parent),
      codec_(std::move(options.codec)),
      only_updates_(options.only_updates),
      sent_means_(std::move(options.sent_means)),
      subtree_weights_(own_weights_) {
  for (AllReduceChild& child : options.children) {
    for (size_t b = 0; b < own_weights_.size(); ++b) subtree_weights_[b] += child.weights[b];
    children_.push_back({.plan = std::move(child), .sum = {}});
  }
}

template <typename Scalar>
std::vector<Outgoing> AllReduce<Scalar>::Begin(std::span<const Scalar> values) {
  own_.assign(values.begin(), values.end());
  codec_->Begin(Counting(own_));
  begun_ = true;
  phase_ = 0;
  nothing_arrived_.assign(blocks_.size(), false);
  bytes_.assign(blocks_.size(), 0);
  for (Child<Scalar>& child : children_) child.given_up = false;
  StartPhase();
  Messages messages;
  Advance(messages);
  return messages;
}

// The values, with 0 where this site's weight is 0.
template <typename Scalar>
std::span<const Scalar> AllReduce<Scalar>::Counting(std::span<const Scalar> values) {
  const auto counts = [](double weight) { return weight > 0; };
  if (std::all_of(own_weights_.begin(), own_weights_.end(), counts)) return values;
  counting_.assign(values.begin(), values.end());
  for (size_t b = 0; b < blocks_.size(); ++b) {
    if (counts(own_weights_[b])) continue;
    std::fill_n(counting_.data() + blocks_[b].offset, blocks_[b].size, Scalar{0});
  }
  return counting_;
}

// Forms this site's own part of the phase's sum.
template <typename Scalar>
void AllReduce<Scalar>::StartPhase() {
  sent_ = false;
  for (Child<Scalar>& child : children_) child.arrived = child.included = false;
  if (phase_ == codec_->phases()) return;
  phase_blocks_ = codec_->PhaseBlocks(phase_);
  sum_.weights = own_weights_;
  const std::span<const Scalar> own = codec_->Contribution(phase_);
  sum_.values.resize(own.size());
  for (size_t b = 0; b < phase_blocks_.size(); ++b) {
    const auto weight = static_cast<Scalar>(own_weights_[b]);
    const Scalar* from = own.data() + phase_blocks_[b].offset;
    Scalar* part = sum_.values.data() + phase_blocks_[b].offset;
    for (size_t i = 0; i < phase_blocks_[b].size; ++i) part[i] = from[i] * weight;
  }
}

template <typename Scalar>
void AllReduce<Scalar>::AddToSum(const Sum<Scalar>& sum) {
  for (size_t b = 0; b < sum_.weights.size(); ++b) sum_.weights[b] += sum.weights[b];
  for (size_t i = 0; i < sum_.values.size(); ++i) sum_.values[i] += sum.values[i];
}

// Makes the sum the mean.
template <typename Scalar>
void AllReduce<Scalar>::DivideSum() {
  for (size_t b = 0; b < phase_blocks_.size(); ++b) {
    if (!(sum_.weights[b] > 0)) continue;  // the sum is 0 then
    const auto weight = static_cast<Scalar>(sum_.weights[b]);
    Scalar* part = sum_.values.data() + phase_blocks_[b].offset;
    for (size_t i = 0; i < phase_blocks_[b].size; ++i) part[i] /= weight;
  }
}

// As far as possible without another message: up where all children are here, and at the root down
// and into the next phase.
template <typename Scalar>
void AllReduce<Scalar>::Advance(Messages& messages) {
  while (phase_ < codec_->phases() && !sent_) {
    for (const Child<Scalar>& child : children_) {
      if (!child.arrived && !child.given_up) return;
    }
    for (Child<Scalar>& child : children_) {  // in the order of the sites, so that bits are fixed
      child.included = child.arrived;
      if (child.arrived) AddToSum(child.sum);
    }
    sent_ = true;
    if (parent_ < 0) {
      DivideSum();
      Close(sum_, /*counted=*/true, messages);
      continue;
    }
    const MessageHeader header{
        .kind = MessageKind::kAllReduceUp, .phase = static_cast<uint8_t>(phase_), .round = round_};
    CountBytes(1);
    messages.push_back({parent_, Write(header, sum_, subtree_weights_)});
  }
}

// The phase's mean is known: hands it to the children and the codec and starts the next phase,
// which ends the use of `mean`.
template <typename Scalar>
void AllReduce<Scalar>::Close(const Sum<Scalar>& mean, bool counted, Messages& messages) {
  if (!children_.empty()) SendDown(mean, counted, messages);
  for (size_t b = 0; b < phase_blocks_.size(); ++b) {
    if (phase_blocks_[b].size > 0 && !(mean.weights[b] > 0)) nothing_arrived_[b] = true;
  }
  codec_->Absorb(phase_, mean.values, counted);
  ++phase_;
  StartPhase();
}

template <typename Scalar>
void AllReduce<Scalar>::SendDown(const Sum<Scalar>& mean, bool counted, Messages& messages) {
  const auto phase = static_cast<uint8_t>(phase_);
  std::string body = Write({.kind = MessageKind::kAllReduceDown, .phase = phase, .round = round_},
                           mean, total_weights_);
  std::vector<bool> included;
  CountBytes(children_.size());
  for (const Child<Scalar>& child : children_) {
    included.push_back(counted && child.included);
    messages.push_back({child.plan.site, included.back() ? Counted(body) : body});
  }
  if (sent_means_) sent_means_->Keep(round_, phase, std::move(body), std::move(included));
}

template <typename Scalar>
void AllReduce<Scalar>::CountBytes(size_t messages) {
  for (size_t b = 0; b < phase_blocks_.size(); ++b) {
    bytes_[b] += messages * phase_blocks_[b].size * sizeof(Scalar);
  }
}

template <typename Scalar>
std::string AllReduce<Scalar>::Write(MessageHeader header, const Sum<Scalar>& sum,
                                     std::span<const double> planned) const {
  header.planned_weights = ArePlanned(sum.weights, planned);
  ByteWriter writer;
  writer.Reserve(kMessageHeaderBytes + (sum.weights.size() + sum.values.size()) * sizeof(Scalar));
  WriteHeader(writer, header, sizeof(Scalar));
  if (!header.planned_weights) WriteWeights<Scalar>(writer, sum.weights);
  PutNumbers(writer, std::span<const Scalar>(sum.values));
  return writer.Take();
}

// `sum` may be half written on an error.
template <typename Scalar>
Status AllReduce<Scalar>::Read(ByteReader& reader, const MessageHeader& header,
                               std::span<const double> planned, Sum<Scalar>& sum) const {
  ASSIGN_OR_RETURN(sum.weights, ReadWeights<Scalar>(reader, header, planned));
  const size_t expected = sum_.values.size() * sizeof(Scalar);
  if (reader.remaining() != expected) {
    return InvalidArgument(
        "all-reduce message with {} bytes of numbers, expected {}: shape or "
        "compression differ",
        reader.remaining(), expected);
  }
  sum.values.resize(sum_.values.size());
  if (!TakeFiniteNumbers(reader, std::span<Scalar>(sum.values))) {
    return InvalidArgument("all-reduce message with a number that is not finite");
  }
  return OkStatus();
}

template <typename Scalar>
StatusOr<std::vector<Outgoing>> AllReduce<Scalar>::Receive(int from, std::string_view body) {
  const auto child =
      std::find_if(children_.begin(), children_.end(),
                   [&](const Child<Scalar>& each) { return each.plan.site == from; });
  const bool is_child = child != children_.end();
  if (!is_child && from != parent_) {
    return InvalidArgument("message from site {}, which is no neighbour in the tree", from);
  }
  ByteReader reader(body);
  ASSIGN_OR_RETURN(const MessageHeader header, ReadHeader(reader, sizeof(Scalar)));
  const MessageKind expected = is_child ? MessageKind::kAllReduceUp : MessageKind::kAllReduceDown;
  if (header.kind != expected) {
    return InvalidArgument("site {} sent a message of another schedule or direction", from);
  }
  if (header.phase >= codec_->phases()) {
    return InvalidArgument("site {} sent phase {}, there are {}", from, header.phase,
                           codec_->phases());
  }
  if (header.round >= round_ + (begun_ ? 1 : 0)) return AheadOfRound(from, header.round, round_);
  if (header.asks) {
    if (is_child && sent_means_ && reader.remaining() == 0) {
      return sent_means_->From(static_cast<size_t>(child - children_.begin()), from, header);
    }
    return InvalidArgument("site {} asks for what this site does not repeat", from);
  }
  if (header.round < round_) return Messages{};  // too late to count
  return is_child ? ReceiveUp(*child, header, reader) : ReceiveDown(header, reader);
}

template <typename Scalar>
StatusOr<std::vector<Outgoing>> AllReduce<Scalar>::ReceiveUp(Child<Scalar>& child,
                                                             const MessageHeader& header,
                                                             ByteReader& reader) {
  if (header.phase < phase_) return Messages{};  // too late to count
  if (header.phase > phase_) {
    return DataLoss("site {} sent phase {}, this site is in {}", child.plan.site, header.phase,
                    phase_);
  }
  if (child.arrived) {
    return AlreadyExists("message of site {} for phase {} is here already", child.plan.site,
                         header.phase);
  }
  RETURN_IF_ERROR(Read(reader, header, child.plan.weights, child.sum));
  child.arrived = true;
  Messages messages;
  Advance(messages);
  return messages;
}

template <typename Scalar>
StatusOr<std::vector<Outgoing>> AllReduce<Scalar>::ReceiveDown(const MessageHeader& header,
                                                               ByteReader& reader) {
  if (header.phase < phase_) {
    return AlreadyExists("the mean of phase {} is here already", header.phase);
  }
  if (header.phase > phase_) {
    return FailedPrecondition("the mean of phase {} came, this site waits for that of {}: keep it",
                              header.phase, phase_);
  }
  RETURN_IF_ERROR(Read(reader, header, total_weights_, mean_));
  Messages messages;
  Close(mean_, header.counted && sent_, messages);
  Advance(messages);
  return messages;
}

template <typename Scalar>
std::vector<int> AllReduce<Scalar>::Missing() const {
  std::vector<int> missing;
  if (!begun_ || Complete()) return missing;
  if (sent_) return {parent_};
  for (const Child<Scalar>& child : children_) {
    if (!child.arrived && !child.given_up) missing.push_back(child.plan.site);
  }
  return missing;
}

template <typename Scalar>
std::vector<Outgoing> AllReduce<Scalar>::Deadline() {
  Messages messages;
  if (!begun_) return messages;
  if (sent_) {
    if (sent_means_) {
      messages.push_back(
          {parent_, AskForMean(round_, static_cast<uint8_t>(phase_), sizeof(Scalar))});
    }
    return messages;
  }
  for (Child<Scalar>& child : children_) child.given_up = child.given_up || !child.arrived;
  Advance(messages);
  return messages;
}

template <typename Scalar>
void AllReduce<Scalar>::End(std::span<Scalar> values) {
  codec_->End(values);
  for (size_t b = 0; b < blocks_.size(); ++b) {
    const bool planned = total_weights_[b] > 0;
    if (!nothing_arrived_[b] || (planned && codec_->Remembers())) continue;
    if (only_updates_) {
      std::ranges::fill(values.subspan(blocks_[b].offset, blocks_[b].size), Scalar{0});
      continue;
    }
    std::copy_n(own_.begin() + static_cast<std::ptrdiff_t>(blocks_[b].offset), blocks_[b].size,
                values.begin() + static_cast<std::ptrdiff_t>(blocks_[b].offset));
  }
  begun_ = false;
  ++round_;
}

// The codec knows this site's own contribution, the bytes are of all that goes up and down.
template <typename Scalar>
void AllReduce<Scalar>::AddTraffic(std::span<BlockTraffic> by_block) const {
  std::vector<BlockTraffic> own(by_block.size());
  codec_->AddTraffic(own);
  for (size_t b = 0; b < bytes_.size(); ++b) {
    own[b].bytes = bytes_[b];
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

}  // namespace consilium
