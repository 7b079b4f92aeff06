#include "modules/schedule/push_sum.h"

#include <algorithm>
#include <utility>

#include "modules/numbers.h"
#include "modules/schedule/message.h"

namespace consilium::schedule {
namespace {

constexpr double kRounding = 1e-9;  // of weights, relative to their sum

// Rounds until the offsets 1, 2, 4, ... below n repeat; 0 for one site.
int Period(int n) {
  int period = 0;
  while ((1 << period) < n) ++period;
  return period;
}

template <typename Scalar>
class PushSum final : public Exchange<Scalar>, private TrafficAccount {
 public:
  explicit PushSum(PushSumOptions options);

  std::vector<Outgoing> Begin(std::span<const Scalar> values) override;
  StatusOr<std::vector<Outgoing>> Receive(int from, Incoming message) override;
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
    for (size_t b = 0; b < traffic_.size(); ++b) by_block[b] += traffic_[b];
  }

  int Offset() const { return 1 << (static_cast<int>(round_) % period_); }
  StatusOr<int> PhaseOf(int from) const;
  StatusOr<std::vector<double>> ReadMass(ByteReader& reader) const;
  void AddUpdate(size_t block, std::span<const Scalar> values);
  void AdvancePlanned();
  void CountTraffic();
  std::string Message() const;
  void Merge(std::span<const double> weights, std::span<const Scalar> values);

  const std::vector<Block> blocks_;
  const int n_;
  const int self_;
  const int period_;
  const std::vector<double> own_;  // planned weight of each block
  std::vector<double> total_;      // of all sites

  uint32_t round_ = 0;
  bool begun_ = false;
  bool overdue_ = false;
  std::vector<uint32_t> expected_;            // by phase: the earliest round not heard yet
  std::vector<std::vector<double>> planned_;  // V of every site and block
  std::vector<double> weights_;               // W
  std::vector<Scalar> values_;                // z
  std::vector<Scalar> last_;                  // z as End gave it
  std::vector<BlockTraffic> traffic_;         // of the message sent last; empty before
};

template <typename Scalar>
PushSum<Scalar>::PushSum(PushSumOptions options)
    : blocks_(std::move(options.blocks)),
      n_(static_cast<int>(options.weights.size())),
      self_(options.self),
      period_(Period(n_)),
      own_(options.weights[static_cast<size_t>(self_)]),
      total_(own_.size(), 0.0),
      expected_(static_cast<size_t>(period_), 0),
      planned_(std::move(options.weights)),
      weights_(own_) {
  for (const std::vector<double>& site : planned_) {
    for (size_t b = 0; b < total_.size(); ++b) total_[b] += site[b];
  }
  const size_t size = blocks_.empty() ? 0 : blocks_.back().offset + blocks_.back().size;
  values_.resize(size);
  last_.resize(size);
}

template <typename Scalar>
void PushSum<Scalar>::AddUpdate(size_t block, std::span<const Scalar> values) {
  const size_t begin = blocks_[block].offset, end = begin + blocks_[block].size;
  if (!(weights_[block] > 0)) {
    std::copy_n(values.data() + begin, end - begin, values_.data() + begin);
    return;
  }
  if (!(own_[block] > 0)) return;
  const auto share = static_cast<Scalar>(own_[block] / planned_[static_cast<size_t>(self_)][block]);
  for (size_t i = begin; i < end; ++i) values_[i] += share * (values[i] - last_[i]);
}

// What the weights of all sites are after a round in which nothing is lost.
template <typename Scalar>
void PushSum<Scalar>::AdvancePlanned() {
  const auto n = static_cast<size_t>(n_), offset = static_cast<size_t>(Offset());
  const std::vector<std::vector<double>> before = planned_;
  for (size_t site = 0; site < n; ++site) {
    const std::vector<double>& sender = before[(site + n - offset) % n];
    for (size_t b = 0; b < sender.size(); ++b) {
      planned_[site][b] = before[site][b] / 2 + sender[b] / 2;
    }
  }
}

template <typename Scalar>
void PushSum<Scalar>::CountTraffic() {
  traffic_.assign(blocks_.size(), {});
  for (size_t b = 0; b < blocks_.size(); ++b) {
    traffic_[b].bytes = sizeof(double) + sizeof(Scalar) * blocks_[b].size;
    traffic_[b].numbers = blocks_[b].size;
    for (size_t i = blocks_[b].offset; i < blocks_[b].offset + blocks_[b].size; ++i) {
      const auto value = static_cast<double>(values_[i]);
      traffic_[b].squared_norm += value * value;
    }
  }
}

template <typename Scalar>
std::string PushSum<Scalar>::Message() const {
  ByteWriter writer;
  WriteHeader(writer, {.kind = MessageKind::kPushSum, .round = round_}, sizeof(Scalar));
  for (const double weight : weights_) writer.F64(weight);
  PutNumbers(writer, values_);
  return writer.Take();
}

template <typename Scalar>
std::vector<Outgoing> PushSum<Scalar>::Begin(std::span<const Scalar> values) {
  begun_ = true;
  overdue_ = false;
  for (size_t b = 0; b < blocks_.size(); ++b) AddUpdate(b, values);
  if (n_ == 1) return {};
  for (double& weight : weights_) weight /= 2;
  AdvancePlanned();
  CountTraffic();
  return {{(self_ + Offset()) % n_, Message()}};
}

// In which rounds, modulo the period, site `from` sends to this one.
template <typename Scalar>
StatusOr<int> PushSum<Scalar>::PhaseOf(int from) const {
  for (int phase = 0; from >= 0 && from < n_ && phase < period_; ++phase) {
    if ((from + (1 << phase)) % n_ == self_) return phase;
  }
  return InvalidArgument("message from site {}, which never sends to site {}", from, self_);
}

template <typename Scalar>
StatusOr<std::vector<double>> PushSum<Scalar>::ReadMass(ByteReader& reader) const {
  const size_t expected = 8 * blocks_.size() + sizeof(Scalar) * values_.size();
  if (reader.remaining() != expected) {
    return InvalidArgument("push-sum message of {} bytes after its header, expected {}",
                           reader.remaining(), expected);
  }
  std::vector<double> weights(blocks_.size());
  for (size_t b = 0; b < weights.size(); ++b) {
    weights[b] = reader.F64();
    const double most = total_[b] - weights_[b];  // what is not here
    if (!(weights[b] >= 0) || weights[b] > most + kRounding * total_[b]) {
      return InvalidArgument("weight {} for module {}, expected 0 to {}", weights[b], b, most);
    }
  }
  return weights;
}

template <typename Scalar>
StatusOr<std::vector<Outgoing>> PushSum<Scalar>::Receive(int from, Incoming message) {
  ASSIGN_OR_RETURN(const int phase, PhaseOf(from));
  ByteReader reader(message.body());
  ASSIGN_OR_RETURN(const MessageHeader header, ReadHeader(reader, sizeof(Scalar)));
  if (header.kind != MessageKind::kPushSum || header.phase != 0) {
    return InvalidArgument("site {} sent a message of another schedule", from);
  }
  if (static_cast<int>(header.round % static_cast<uint32_t>(period_)) != phase) {
    return InvalidArgument("site {} does not send to site {} in round {}", from, self_,
                           header.round);
  }
  uint32_t& expected = expected_[static_cast<size_t>(phase)];
  if (header.round < expected) {
    return AlreadyExists("message of site {} for round {} is here already", from, header.round);
  }
  if (header.round >= round_ + (begun_ ? 1 : 0)) return AheadOfRound(from, header.round, round_);
  ASSIGN_OR_RETURN(const std::vector<double> weights, ReadMass(reader));
  std::vector<Scalar> values(values_.size());
  RETURN_IF_ERROR(TakeNumbersWithin("push-sum message", reader, std::span<Scalar>(values)));
  Merge(weights, values);
  expected = header.round + 1;
  return std::vector<Outgoing>{};
}

template <typename Scalar>
void PushSum<Scalar>::Merge(std::span<const double> weights, std::span<const Scalar> values) {
  for (size_t b = 0; b < blocks_.size(); ++b) {
    if (!(weights[b] > 0)) continue;
    weights_[b] += weights[b];
    const auto share = static_cast<Scalar>(weights[b] / weights_[b]);
    const size_t begin = blocks_[b].offset, end = begin + blocks_[b].size;
    for (size_t i = begin; i < end; ++i) values_[i] += share * (values[i] - values_[i]);
  }
}

template <typename Scalar>
std::vector<int> PushSum<Scalar>::Missing() const {
  if (n_ == 1 || !begun_) return {};
  if (expected_[round_ % static_cast<uint32_t>(period_)] > round_) return {};
  return {(self_ + n_ - Offset()) % n_};
}

template <typename Scalar>
void PushSum<Scalar>::End(std::span<Scalar> values) {
  std::ranges::copy(values_, values.begin());
  std::ranges::copy(values_, last_.begin());
  begun_ = false;
  ++round_;
}

}  // namespace

StatusOr<topology::Graph> PushSumLinks(int n) {
  std::vector<topology::Edge> edges;
  for (int phase = 0; phase < Period(n); ++phase) {
    for (int site = 0; site < n; ++site) {
      const int other = (site + (1 << phase)) % n;
      edges.emplace_back(std::min(site, other), std::max(site, other));
    }
  }
  std::ranges::sort(edges);
  edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
  return topology::Graph::Create(n, edges);
}

template <typename Scalar>
std::unique_ptr<Exchange<Scalar>> MakePushSum(PushSumOptions options) {
  return std::make_unique<PushSum<Scalar>>(std::move(options));
}

template std::unique_ptr<Exchange<float>> MakePushSum(PushSumOptions);
template std::unique_ptr<Exchange<double>> MakePushSum(PushSumOptions);

}  // namespace consilium::schedule
