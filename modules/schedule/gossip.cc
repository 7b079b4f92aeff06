#include "modules/schedule/gossip.h"

#include <algorithm>
#include <utility>

#include "modules/schedule/message.h"

namespace consilium::schedule {
namespace {

constexpr size_t kMostUnconfirmed = 8;

// What this site added of a neighbour's values in an exchange, until it knows that the other end
// took as much away.
template <typename Scalar>
struct Unconfirmed {
  uint32_t exchange = 0;
  std::vector<Scalar> difference;
};

template <typename Scalar>
struct Neighbor {
  GossipNeighbor<Scalar> edge;
  std::vector<Scalar> values;              // own values of the shared blocks, then the difference
  std::vector<BlockTraffic> traffic = {};  // of the shared blocks, in this round's steps
  uint32_t remembered = 0;                 // exchanges since the codec was last reset
  bool arrived = false;                    // its message of this step is here
  bool given_up = false;                   // not waited for in this round
  std::string early;                       // its message of the next step
  uint64_t applied = 0;  // bit k: this end applied the exchange k + 1 before this one
  std::vector<Unconfirmed<Scalar>> unconfirmed = {};  // the oldest first
  std::vector<Unconfirmed<Scalar>> one_sided = {};    // to be taken back with this step
};

template <typename Scalar>
class Gossip final : public Exchange<Scalar>, private TrafficAccount {
 public:
  explicit Gossip(GossipOptions<Scalar> options);

  std::vector<Outgoing> Begin(std::span<const Scalar> values) override;
  StatusOr<std::vector<Outgoing>> Receive(int from, Incoming message) override;
  bool Complete() const override { return begun_ && step_ == steps_; }
  std::vector<int> Missing() const override;
  std::vector<Outgoing> Deadline() override;
  void End(std::span<Scalar> values) override;
  schedule::Extras<Scalar> Extras() override { return {.traffic = this}; }

 private:
  void AddTraffic(std::span<BlockTraffic> by_block) const override;

  using Messages = std::vector<Outgoing>;

  void StartStep(Messages& messages);
  void Advance(Messages& messages);
  void Add(const Neighbor<Scalar>& neighbor, std::span<const Scalar> difference, Scalar sign);
  void Apply(Neighbor<Scalar>& neighbor);
  void Settle(Neighbor<Scalar>& neighbor, uint64_t applied);
  void TakeEarly();
  void BeginAnew(Neighbor<Scalar>& neighbor);
  Status Take(Neighbor<Scalar>& neighbor, std::string_view body);
  std::string MessageTo(Neighbor<Scalar>& neighbor);
  uint32_t Exchanges() const {
    return round_ * static_cast<uint32_t>(steps_) + static_cast<uint32_t>(step_);
  }

  const int steps_;
  std::vector<Neighbor<Scalar>> neighbors_;

  uint32_t round_ = 0;
  int step_ = 0;
  bool begun_ = false;  // between Begin and End
  std::vector<Scalar> current_;
};

template <typename Scalar>
Gossip<Scalar>::Gossip(GossipOptions<Scalar> options)
    : steps_(options.steps), current_(options.size) {
  for (GossipNeighbor<Scalar>& edge : options.neighbors) {
    size_t size = 0;
    for (const SharedBlock& shared : edge.shared) size += shared.block.size;
    neighbors_.push_back(
        {.edge = std::move(edge), .values = std::vector<Scalar>(size), .early = {}});
  }
}

template <typename Scalar>
std::vector<Outgoing> Gossip<Scalar>::Begin(std::span<const Scalar> values) {
  std::copy(values.begin(), values.end(), current_.begin());
  begun_ = true;
  step_ = 0;
  for (Neighbor<Scalar>& neighbor : neighbors_) {
    neighbor.given_up = false;
    neighbor.early.clear();
    neighbor.traffic.assign(neighbor.edge.shared.size(), {});
  }
  Messages messages;
  StartStep(messages);
  Advance(messages);
  return messages;
}

template <typename Scalar>
void Gossip<Scalar>::StartStep(Messages& messages) {
  for (Neighbor<Scalar>& neighbor : neighbors_) {
    neighbor.arrived = false;
    messages.push_back({neighbor.edge.site, MessageTo(neighbor)});
  }
}

template <typename Scalar>
std::string Gossip<Scalar>::MessageTo(Neighbor<Scalar>& neighbor) {
  Scalar* gathered = neighbor.values.data();
  for (const SharedBlock& shared : neighbor.edge.shared) {
    gathered = std::copy_n(current_.data() + shared.block.offset, shared.block.size, gathered);
  }
  ByteWriter writer;
  WriteHeader(writer,
              {.kind = MessageKind::kGossip, .phase = static_cast<uint8_t>(step_), .round = round_},
              sizeof(Scalar));
  writer.U32(neighbor.remembered);
  writer.U64(neighbor.applied);
  neighbor.edge.codec->Encode(neighbor.values, writer);
  neighbor.edge.codec->AddTraffic(neighbor.traffic);
  return writer.Take();
}

template <typename Scalar>
void Gossip<Scalar>::BeginAnew(Neighbor<Scalar>& neighbor) {
  neighbor.edge.codec->Reset();
  neighbor.remembered = 0;
  std::fill(neighbor.values.begin(), neighbor.values.end(), Scalar{0});
}

// Takes a message of this step, whose header was checked.
template <typename Scalar>
Status Gossip<Scalar>::Take(Neighbor<Scalar>& neighbor, std::string_view body) {
  ByteReader reader(body);
  RETURN_IF_ERROR(ReadHeader(reader, sizeof(Scalar)).status());
  const uint32_t remembered = reader.U32();
  const uint64_t applied = reader.U64();
  if (reader.failed()) return InvalidArgument("gossip message ends within its header");
  if (remembered != neighbor.remembered) {
    BeginAnew(neighbor);
  } else {
    RETURN_IF_ERROR(neighbor.edge.codec->Decode(reader.Raw(reader.remaining()), neighbor.values));
    ++neighbor.remembered;
  }
  neighbor.arrived = true;
  Settle(neighbor, applied);
  return OkStatus();
}

// The neighbour says which of the last exchanges it applied. Those that only this end did are to
// be taken back.
template <typename Scalar>
void Gossip<Scalar>::Settle(Neighbor<Scalar>& neighbor, uint64_t applied) {
  for (Unconfirmed<Scalar>& each : neighbor.unconfirmed) {
    const uint32_t ago = Exchanges() - 1 - each.exchange;
    if (ago < 64 && (applied >> ago & 1) == 0) neighbor.one_sided.push_back(std::move(each));
  }
  neighbor.unconfirmed.clear();
}

template <typename Scalar>
void Gossip<Scalar>::Add(const Neighbor<Scalar>& neighbor, std::span<const Scalar> difference,
                         Scalar sign) {
  for (const SharedBlock& shared : neighbor.edge.shared) {
    const Scalar share = sign * static_cast<Scalar>(shared.share);
    Scalar* values = current_.data() + shared.block.offset;
    for (size_t i = 0; i < shared.block.size; ++i) values[i] += share * difference[i];
    difference = difference.subspan(shared.block.size);
  }
}

template <typename Scalar>
void Gossip<Scalar>::Apply(Neighbor<Scalar>& neighbor) {
  for (const Unconfirmed<Scalar>& each : neighbor.one_sided) Add(neighbor, each.difference, -1);
  neighbor.one_sided.clear();
  const bool exchanged = neighbor.remembered > 0;
  neighbor.applied = neighbor.applied << 1 | static_cast<uint64_t>(exchanged);
  if (!exchanged) return;
  Add(neighbor, neighbor.values, 1);
  if (neighbor.unconfirmed.size() == kMostUnconfirmed) {
    neighbor.unconfirmed.erase(neighbor.unconfirmed.begin());
  }
  neighbor.unconfirmed.push_back({Exchanges(), neighbor.values});
}

// Messages of this step that came while the one before was under way. One that cannot be read
// counts as missing.
template <typename Scalar>
void Gossip<Scalar>::TakeEarly() {
  for (Neighbor<Scalar>& neighbor : neighbors_) {
    if (neighbor.early.empty()) continue;
    const std::string body = std::exchange(neighbor.early, std::string());
    if (!Take(neighbor, body).ok()) neighbor.given_up = true;
  }
}

template <typename Scalar>
void Gossip<Scalar>::Advance(Messages& messages) {
  while (step_ < steps_ && Missing().empty()) {
    for (Neighbor<Scalar>& neighbor : neighbors_) {  // in the order of the sites: bits are fixed
      if (!neighbor.arrived) BeginAnew(neighbor);
      Apply(neighbor);
    }
    ++step_;
    if (step_ == steps_) return;
    StartStep(messages);
    TakeEarly();
  }
}

template <typename Scalar>
StatusOr<std::vector<Outgoing>> Gossip<Scalar>::Receive(int from, Incoming message) {
  const auto found =
      std::find_if(neighbors_.begin(), neighbors_.end(),
                   [&](const Neighbor<Scalar>& each) { return each.edge.site == from; });
  if (found == neighbors_.end()) {
    return InvalidArgument("message from site {}, with which no module is shared on an edge", from);
  }
  ByteReader reader(message.body());
  ASSIGN_OR_RETURN(const MessageHeader header, ReadHeader(reader, sizeof(Scalar)));
  if (header.kind != MessageKind::kGossip) {
    return InvalidArgument("site {} sent a message of another schedule", from);
  }
  if (header.phase >= steps_) {
    return InvalidArgument("site {} sent step {}, there are {}", from, header.phase, steps_);
  }
  if (header.round >= round_ + (begun_ ? 1 : 0)) return AheadOfRound(from, header.round, round_);
  if (header.round < round_ || header.phase < step_) {
    const bool again = header.round == round_ && found->arrived && header.phase + 1 == step_;
    if (again) return AlreadyExists("message of site {} for step {} again", from, header.phase);
    return Messages{};  // too late to count
  }
  if (header.phase > step_ + 1) {
    return FailedPrecondition("site {} is in step {}, this site in {}: keep the message", from,
                              header.phase, step_);
  }
  if (header.phase == step_ ? found->arrived : !found->early.empty()) {
    return AlreadyExists("message of site {} for step {} is here already", from, header.phase);
  }
  Messages messages;
  if (header.phase == step_ + 1) {
    found->early = std::string(message.body());
    return messages;
  }
  RETURN_IF_ERROR(Take(*found, message.body()));
  Advance(messages);
  return messages;
}

template <typename Scalar>
std::vector<int> Gossip<Scalar>::Missing() const {
  std::vector<int> missing;
  if (!begun_ || step_ == steps_) return missing;
  for (const Neighbor<Scalar>& neighbor : neighbors_) {
    if (!neighbor.arrived && !neighbor.given_up) missing.push_back(neighbor.edge.site);
  }
  return missing;
}

template <typename Scalar>
std::vector<Outgoing> Gossip<Scalar>::Deadline() {
  Messages messages;
  if (!begun_) return messages;
  for (Neighbor<Scalar>& neighbor : neighbors_) {
    neighbor.given_up = neighbor.given_up || !neighbor.arrived;
  }
  Advance(messages);
  return messages;
}

template <typename Scalar>
void Gossip<Scalar>::End(std::span<Scalar> values) {
  std::copy(current_.begin(), current_.end(), values.begin());
  begun_ = false;
  ++round_;
}

template <typename Scalar>
void Gossip<Scalar>::AddTraffic(std::span<BlockTraffic> by_block) const {
  for (const Neighbor<Scalar>& neighbor : neighbors_) {
    for (size_t k = 0; k < neighbor.traffic.size(); ++k) {
      by_block[neighbor.edge.shared[k].number] += neighbor.traffic[k];
    }
  }
}

}  // namespace

template <typename Scalar>
std::unique_ptr<Exchange<Scalar>> MakeGossip(GossipOptions<Scalar> options) {
  return std::make_unique<Gossip<Scalar>>(std::move(options));
}

template std::unique_ptr<Exchange<float>> MakeGossip(GossipOptions<float>);
template std::unique_ptr<Exchange<double>> MakeGossip(GossipOptions<double>);

}  // namespace consilium::schedule
