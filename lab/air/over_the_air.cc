#include "lab/air/over_the_air.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "base/random.h"
#include "lab/air/air.h"
#include "lab/air/air_message.h"
#include "modules/numbers.h"
#include "modules/schedule/message.h"

namespace consilium::air {
namespace {

enum Phase : int { kNorms, kSignal, kDone };

// What the root has of a site, itself included.
template <typename Scalar>
struct Heard {
  bool arrived = false;   // what the site sends in the phase is here
  bool given_up = false;  // not waited for in this round
  std::vector<double> norms;
  std::vector<Scalar> signal;
};

template <typename Scalar>
class OverTheAir final : public schedule::Exchange<Scalar>,
                         private schedule::ErrorFeedback<Scalar>,
                         private TrafficAccount {
 public:
  OverTheAir(const OverTheAirOptions& options, std::unique_ptr<Channel> channel,
             std::unique_ptr<AirScheme<Scalar>> scheme);

  std::vector<schedule::Outgoing> Begin(std::span<const Scalar> values) override;
  StatusOr<std::vector<schedule::Outgoing>> Receive(int from, schedule::Incoming message) override;
  bool Complete() const override { return begun_ && phase_ == kDone; }
  std::vector<int> Missing() const override;
  std::vector<schedule::Outgoing> Deadline() override;
  void End(std::span<Scalar> values) override;
  schedule::Extras<Scalar> Extras() override { return {.error = this, .traffic = this}; }

 private:
  void AddTraffic(std::span<BlockTraffic> by_block) const override {
    for (size_t b = 0; b < traffic_.size(); ++b) by_block[b] += traffic_[b];
  }
  std::vector<Scalar> Owed() const override { return scheme_->Owed(); }
  Status Owe(std::span<const Scalar> owed) override;

  using Messages = std::vector<schedule::Outgoing>;

  bool is_root() const { return options_.self == options_.root; }
  Heard<Scalar>& own() { return heard_[static_cast<size_t>(options_.self)]; }
  const std::vector<double>& own_weights() const {
    return options_.weights[static_cast<size_t>(options_.self)];
  }
  std::span<const Scalar> Counting(std::span<const Scalar> values);
  void GiveNorms(Messages& messages);
  void GiveSignal(Messages& messages);
  void Advance(Messages& messages);
  void CloseNorms(Messages& messages);
  void CloseSignals(Messages& messages);
  void Take(std::span<const Scalar> mean, std::span<const double> weights, bool counted);
  ByteWriter Header(schedule::MessageKind kind, bool counted, bool planned) const;
  StatusOr<Messages> ReceiveUp(int from, const schedule::MessageHeader& header, ByteReader& reader);
  StatusOr<Messages> ReceiveDown(const schedule::MessageHeader& header, ByteReader& reader);

  const OverTheAirOptions options_;
  const std::unique_ptr<Channel> channel_;
  const std::unique_ptr<AirScheme<Scalar>> scheme_;
  std::vector<double> total_weights_;  // planned, of each block

  uint32_t round_ = 0;
  int phase_ = kNorms;
  bool begun_ = false;  // between Begin and End
  std::vector<Scalar> values_;
  std::vector<Scalar> counting_;      // values_ with 0 where this site's weight is 0
  std::span<const Scalar> signal_;    // the scheme's
  std::vector<double> amplitudes_;    // of each segment
  std::vector<Scale> scales_;         // the root's
  std::vector<Heard<Scalar>> heard_;  // the root's, of each site
  std::vector<Scalar> result_;
  std::vector<bool> nothing_arrived_;  // of each block
  std::vector<BlockTraffic> traffic_;
};

template <typename Scalar>
OverTheAir<Scalar>::OverTheAir(const OverTheAirOptions& options, std::unique_ptr<Channel> channel,
                               std::unique_ptr<AirScheme<Scalar>> scheme)
    : options_(options),
      channel_(std::move(channel)),
      scheme_(std::move(scheme)),
      total_weights_(options.shape.blocks.size(), 0.0),
      heard_(options.weights.size()),
      result_(options.shape.size()) {
  for (const std::vector<double>& weights : options_.weights) {
    for (size_t b = 0; b < total_weights_.size(); ++b) total_weights_[b] += weights[b];
  }
}

template <typename Scalar>
std::vector<schedule::Outgoing> OverTheAir<Scalar>::Begin(std::span<const Scalar> values) {
  values_.assign(values.begin(), values.end());
  signal_ = scheme_->Begin(Counting(values_));
  begun_ = true;
  traffic_.assign(total_weights_.size(), {});
  for (Heard<Scalar>& site : heard_) site.arrived = site.given_up = false;
  Messages messages;
  if (options_.channel.kind == ChannelKind::kGaussian) {
    phase_ = kNorms;
    GiveNorms(messages);
  } else {
    phase_ = kSignal;
    amplitudes_.assign(scheme_->Segments().size(), 1.0);
    scales_.assign(amplitudes_.size(), {});
    GiveSignal(messages);
  }
  if (is_root()) Advance(messages);
  return messages;
}

// The values, with 0 where this site's weight is 0.
template <typename Scalar>
std::span<const Scalar> OverTheAir<Scalar>::Counting(std::span<const Scalar> values) {
  counting_.assign(values.begin(), values.end());
  for (size_t b = 0; b < own_weights().size(); ++b) {
    if (own_weights()[b] > 0) continue;
    const Block& block = options_.shape.blocks[b];
    std::fill_n(counting_.data() + block.offset, block.size, Scalar{0});
  }
  return counting_;
}

template <typename Scalar>
ByteWriter OverTheAir<Scalar>::Header(schedule::MessageKind kind, bool counted,
                                      bool planned) const {
  ByteWriter writer;
  schedule::WriteHeader(writer,
                        {.kind = kind,
                         .phase = static_cast<uint8_t>(phase_),
                         .planned_weights = planned,
                         .counted = counted,
                         .round = round_},
                        sizeof(Scalar));
  return writer;
}

template <typename Scalar>
void OverTheAir<Scalar>::GiveNorms(Messages& messages) {
  std::vector<double> norms = SegmentNorms(signal_, scheme_->Segments());
  for (size_t k = 0; k < norms.size(); ++k) {
    norms[k] *= own_weights()[static_cast<size_t>(scheme_->Segments()[k].block)];
  }
  if (is_root()) {
    own().norms = std::move(norms);
    own().arrived = AllFinite(std::span<const double>(own().norms));
    own().given_up = !own().arrived;
    return;
  }
  CountSideNumbers(scheme_->Segments(), 1, traffic_);
  ByteWriter writer = Header(schedule::MessageKind::kAllReduceUp, false, true);
  writer.Doubles(norms);
  messages.push_back({options_.root, writer.Take()});
}

template <typename Scalar>
void OverTheAir<Scalar>::GiveSignal(Messages& messages) {
  std::vector<Scalar> sent(signal_.size());
  ToAir(signal_, scheme_->Segments(), amplitudes_, own_weights(), std::span<Scalar>(sent));
  if (is_root()) {
    own().signal = std::move(sent);
    own().arrived = !own().given_up;
    return;
  }
  CountSignal<Scalar>(scheme_->Segments(), options_.shape.blocks, 1, traffic_);
  ByteWriter writer = Header(schedule::MessageKind::kAllReduceUp, false, true);
  PutNumbers(writer, std::span<const Scalar>(sent));
  messages.push_back({options_.root, writer.Take()});
}

// The root, as far as possible without another message.
template <typename Scalar>
void OverTheAir<Scalar>::Advance(Messages& messages) {
  while (phase_ != kDone) {
    for (const Heard<Scalar>& site : heard_) {
      if (!site.arrived && !site.given_up) return;
    }
    if (phase_ == kNorms) {
      CloseNorms(messages);
    } else {
      CloseSignals(messages);
    }
  }
}

template <typename Scalar>
void OverTheAir<Scalar>::CloseNorms(Messages& messages) {
  std::vector<std::vector<double>> norms;
  for (const Heard<Scalar>& site : heard_) {
    if (site.arrived) norms.push_back(site.norms);
  }
  auto scales =
      MakeScales<Scalar>(scheme_->Segments(), norms, options_.allocation, options_.channel);
  // What MakeScales refuses was refused before; if not, nobody sends.
  scales_ =
      scales.ok() ? *std::move(scales) : std::vector<Scale>(scheme_->Segments().size(), {0, 0, 0});
  amplitudes_.clear();
  for (const Scale& scale : scales_) amplitudes_.push_back(scale.amplitude);
  for (size_t site = 0; site < heard_.size(); ++site) {
    if (static_cast<int>(site) == options_.self) continue;
    ByteWriter writer = Header(schedule::MessageKind::kAllReduceDown, heard_[site].arrived, true);
    writer.Doubles(amplitudes_);
    messages.push_back({static_cast<int>(site), writer.Take()});
    heard_[site].arrived = false;
  }
  CountSideNumbers(scheme_->Segments(), heard_.size() - 1, traffic_);
  phase_ = kSignal;
  GiveSignal(messages);
}

template <typename Scalar>
void OverTheAir<Scalar>::CloseSignals(Messages& messages) {
  std::vector<double> sum(signal_.size(), 0.0);
  std::vector<double> weights(total_weights_.size(), 0.0);
  for (size_t site = 0; site < heard_.size(); ++site) {  // in their order, so that bits are fixed
    Heard<Scalar>& heard = heard_[site];
    heard.arrived = heard.arrived && channel_->Arrives(round_, static_cast<int>(site));
    if (!heard.arrived) continue;
    for (size_t i = 0; i < sum.size(); ++i) sum[i] += static_cast<double>(heard.signal[i]);
    for (size_t b = 0; b < weights.size(); ++b) weights[b] += options_.weights[site][b];
  }
  std::vector<Scalar> clean(sum.size()), mean(sum.size());
  FromAir(sum, scheme_->Segments(), amplitudes_, weights, std::span<Scalar>(clean));
  channel_->Disturb(round_, sum);
  FromAir(sum, scheme_->Segments(), amplitudes_, weights, std::span<Scalar>(mean));
  CountSignal<Scalar>(scheme_->Segments(), options_.shape.blocks, heard_.size() - 1, traffic_);
  CountNoise<Scalar>(scheme_->Segments(), clean, mean, traffic_);
  const bool planned = schedule::ArePlanned(weights, total_weights_);
  for (size_t site = 0; site < heard_.size(); ++site) {
    if (static_cast<int>(site) == options_.self) continue;
    ByteWriter writer =
        Header(schedule::MessageKind::kAllReduceDown, heard_[site].arrived, planned);
    if (!planned) schedule::WriteWeights<Scalar>(writer, weights);
    PutNumbers(writer, std::span<const Scalar>(mean));
    messages.push_back({static_cast<int>(site), writer.Take()});
  }
  Take(mean, weights, own().arrived);
}

// The mean is known: the end of the round.
template <typename Scalar>
void OverTheAir<Scalar>::Take(std::span<const Scalar> mean, std::span<const double> weights,
                              bool counted) {
  scheme_->End(mean, counted, result_);
  nothing_arrived_.assign(weights.size(), false);
  for (size_t b = 0; b < weights.size(); ++b) nothing_arrived_[b] = !(weights[b] > 0);
  phase_ = kDone;
}

template <typename Scalar>
StatusOr<std::vector<schedule::Outgoing>> OverTheAir<Scalar>::Receive(int from,
                                                                      schedule::Incoming message) {
  const bool known =
      is_root() ? from >= 0 && static_cast<size_t>(from) < heard_.size() && from != options_.self
                : from == options_.root;
  if (!known) return InvalidArgument("message from site {}, which is no neighbour", from);
  ByteReader reader(message.body());
  ASSIGN_OR_RETURN(const schedule::MessageHeader header,
                   schedule::ReadHeader(reader, sizeof(Scalar)));
  if (header.kind !=
      (is_root() ? schedule::MessageKind::kAllReduceUp : schedule::MessageKind::kAllReduceDown)) {
    return InvalidArgument("site {} sent a message of another schedule or direction", from);
  }
  const int first = options_.channel.kind == ChannelKind::kGaussian ? kNorms : kSignal;
  if (header.phase < first || header.phase >= kDone) {
    return InvalidArgument("site {} sent phase {}, expected {} to {}", from, header.phase, first,
                           kSignal);
  }
  if (header.round >= round_ + (begun_ ? 1 : 0))
    return schedule::AheadOfRound(from, header.round, round_);
  if (header.round < round_) return Messages{};  // too late to count
  return is_root() ? ReceiveUp(from, header, reader) : ReceiveDown(header, reader);
}

template <typename Scalar>
StatusOr<std::vector<schedule::Outgoing>> OverTheAir<Scalar>::ReceiveUp(
    int from, const schedule::MessageHeader& header, ByteReader& reader) {
  Heard<Scalar>& site = heard_[static_cast<size_t>(from)];
  if (header.phase < phase_) return Messages{};  // too late to count
  if (header.phase > phase_) {
    return DataLoss("site {} sent phase {}, this site is in {}", from, header.phase, phase_);
  }
  if (site.arrived) {
    return AlreadyExists("message of site {} for phase {} is here already", from, header.phase);
  }
  if (site.given_up) {
    return InvalidArgument("site {} sends a signal without having given its norms", from);
  }
  if (phase_ == kNorms) {
    RETURN_IF_ERROR(ReadSideNumbers(reader, scheme_->Segments().size(), site.norms));
  } else {
    std::vector<Scalar> signal(signal_.size());
    RETURN_IF_ERROR(ReadSignal(reader, std::span<Scalar>(signal)));
    if (options_.channel.kind == ChannelKind::kGaussian) {
      RETURN_IF_ERROR(CheckPower(std::span<const Scalar>(signal), scheme_->Segments(), scales_));
    }
    site.signal.swap(signal);
  }
  site.arrived = true;
  Messages messages;
  Advance(messages);
  return messages;
}

template <typename Scalar>
StatusOr<std::vector<schedule::Outgoing>> OverTheAir<Scalar>::ReceiveDown(
    const schedule::MessageHeader& header, ByteReader& reader) {
  if (header.phase < phase_) {
    return AlreadyExists("the answer of phase {} is here already", header.phase);
  }
  if (header.phase > phase_) {
    return DataLoss("the mean came, this site waits for the amplitudes");
  }
  Messages messages;
  if (phase_ == kNorms) {
    RETURN_IF_ERROR(ReadSideNumbers(reader, scheme_->Segments().size(), amplitudes_));
    phase_ = kSignal;
    if (header.counted) GiveSignal(messages);
    return messages;
  }
  ASSIGN_OR_RETURN(const std::vector<double> weights,
                   schedule::ReadWeights<Scalar>(reader, header, total_weights_));
  std::vector<Scalar> mean(signal_.size());
  RETURN_IF_ERROR(ReadSignal(reader, std::span<Scalar>(mean)));
  Take(mean, weights, header.counted);
  return messages;
}

template <typename Scalar>
std::vector<int> OverTheAir<Scalar>::Missing() const {
  std::vector<int> missing;
  if (!begun_ || Complete()) return missing;
  if (!is_root()) return {options_.root};
  for (size_t site = 0; site < heard_.size(); ++site) {
    if (!heard_[site].arrived && !heard_[site].given_up) missing.push_back(static_cast<int>(site));
  }
  return missing;
}

template <typename Scalar>
std::vector<schedule::Outgoing> OverTheAir<Scalar>::Deadline() {
  Messages messages;
  if (!begun_ || !is_root()) return messages;
  for (Heard<Scalar>& site : heard_) site.given_up = site.given_up || !site.arrived;
  Advance(messages);
  return messages;
}

template <typename Scalar>
void OverTheAir<Scalar>::End(std::span<Scalar> values) {
  std::copy(result_.begin(), result_.end(), values.begin());
  const bool remembers = !scheme_->Owed().empty();
  for (size_t b = 0; b < total_weights_.size(); ++b) {
    if (!nothing_arrived_[b] || (total_weights_[b] > 0 && remembers)) continue;
    const Block& block = options_.shape.blocks[b];
    std::copy_n(values_.data() + block.offset, block.size, values.data() + block.offset);
  }
  begun_ = false;
  ++round_;
}

template <typename Scalar>
Status OverTheAir<Scalar>::Owe(std::span<const Scalar> owed) {
  if (!AllFinite(owed)) {
    return InvalidArgument("a number that is not finite is owed to an average over the air");
  }
  return owed.empty() ? OkStatus() : scheme_->Owe(owed);
}

}  // namespace

template <typename Scalar>
StatusOr<std::unique_ptr<schedule::Exchange<Scalar>>> MakeOverTheAir(
    const OverTheAirOptions& options) {
  RETURN_IF_ERROR(CheckOverTheAir(options));
  ASSIGN_OR_RETURN(std::unique_ptr<Channel> channel,
                   MakeChannel(options.channel, Random::Named(options.seed, "channel").Bits()));
  ASSIGN_OR_RETURN(std::unique_ptr<AirScheme<Scalar>> scheme,
                   MakeAirScheme<Scalar>(options.scheme, options.shape,
                                         Random::Named(options.seed, "air scheme").Bits()));
  return std::make_unique<OverTheAir<Scalar>>(options, std::move(channel), std::move(scheme));
}

template StatusOr<std::unique_ptr<schedule::Exchange<float>>> MakeOverTheAir(
    const OverTheAirOptions&);
template StatusOr<std::unique_ptr<schedule::Exchange<double>>> MakeOverTheAir(
    const OverTheAirOptions&);

}  // namespace consilium::air
