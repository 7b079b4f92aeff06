#include "modules/schedule/tree_reduce.h"

#include <algorithm>
#include <utility>

#include "modules/schedule/message.h"
#include "modules/schedule/weighted_sum.h"

namespace consilium::schedule {

template <typename Scalar>
TreeReduce<Scalar>::TreeReduce(TreePlace place)
    : place_(std::move(place)), subtree_weights_(place_.own_weights) {
  for (const TreeChild& child : place_.children) {
    for (size_t b = 0; b < subtree_weights_.size(); ++b) subtree_weights_[b] += child.weights[b];
    children_.push_back({.plan = child, .sum = {}});
  }
}

template <typename Scalar>
std::vector<Outgoing> TreeReduce<Scalar>::Begin(std::span<const Scalar> values) {
  BeginRound(values);
  begun_ = true;
  whole_ = true;
  phase_ = 0;
  for (Child& child : children_) child.given_up = false;
  StartPhase();
  Messages messages;
  Advance(messages);
  return messages;
}

// Forms this site's own part of the phase's sum.
template <typename Scalar>
void TreeReduce<Scalar>::StartPhase() {
  sent_ = false;
  for (Child& child : children_) child.arrived = child.added = child.included = false;
  if (phase_ == phases()) return;
  phase_blocks_ = PhaseBlocks(phase_);
  sum_.weights = place_.own_weights;
  const std::span<const Scalar> own = Contribution(phase_);
  sum_.values.resize(own.size());
  for (size_t b = 0; b < phase_blocks_.size(); ++b) {
    const auto weight = static_cast<Scalar>(place_.own_weights[b]);
    const Scalar* from = own.data() + phase_blocks_[b].offset;
    Scalar* part = sum_.values.data() + phase_blocks_[b].offset;
    for (size_t i = 0; i < phase_blocks_[b].size; ++i) part[i] = from[i] * weight;
  }
}

template <typename Scalar>
void TreeReduce<Scalar>::Add(Child& child) {
  if (!child.arrived || std::exchange(child.added, true)) return;
  for (size_t b = 0; b < sum_.weights.size(); ++b) sum_.weights[b] += child.sum.weights[b];
  for (size_t i = 0; i < sum_.values.size(); ++i) sum_.values[i] += child.sum.values[i];
  spare_ = std::move(child.sum.values);
}

// As far as possible without another message: up where all children are here, and at the root down
// and into the next phase.
template <typename Scalar>
void TreeReduce<Scalar>::Advance(Messages& messages) {
  while (phase_ < phases() && !sent_) {
    for (const Child& child : children_) {
      if (!child.arrived && !child.given_up) return;
    }
    for (Child& child : children_) {  // in the order of the sites, so that bits are fixed
      Add(child);
      child.included = child.arrived;
    }
    sent_ = true;
    if (place_.parent < 0) {
      CloseAtRoot(messages);
    } else {
      SendUp(messages);
    }
  }
}

template <typename Scalar>
void TreeReduce<Scalar>::SendUp(Messages& messages) {
  ByteWriter writer;
  WriteBeginning(writer, MessageKind::kAllReduceUp, sum_.weights, subtree_weights_);
  WriteSum(sum_.values, writer);
  CountUp();
  messages.push_back({place_.parent, writer.Take()});
}

// Makes the sum the mean. Where no weight arrived it stays what it is: 0, or what errors gave back.
template <typename Scalar>
void TreeReduce<Scalar>::CloseAtRoot(Messages& messages) {
  for (size_t b = 0; b < phase_blocks_.size(); ++b) {
    if (!(sum_.weights[b] > 0)) continue;
    const auto weight = static_cast<Scalar>(sum_.weights[b]);
    Scalar* part = sum_.values.data() + phase_blocks_[b].offset;
    for (size_t i = 0; i < phase_blocks_[b].size; ++i) part[i] /= weight;
  }
  ByteWriter writer;
  WriteBeginning(writer, MessageKind::kAllReduceDown, sum_.weights, place_.total_weights);
  WriteMean(sum_.values, writer);
  Close(sum_, writer.Take(), /*counted=*/true, messages);
}

// The phase's mean is known: hands its message to the children, and it to the form, and starts the
// next phase.
template <typename Scalar>
void TreeReduce<Scalar>::Close(TreeSum<Scalar>& mean, std::string body, bool counted,
                               Messages& messages) {
  if (!children_.empty()) SendDown(std::move(body), counted, messages);
  whole_ = whole_ && ArePlanned(mean.weights, place_.total_weights);
  Absorb(phase_, mean, counted);
  ++phase_;
  StartPhase();
}

template <typename Scalar>
void TreeReduce<Scalar>::SendDown(std::string body, bool counted, Messages& messages) {
  std::vector<bool> included;
  CountDown(children_.size());
  for (const Child& child : children_) {
    included.push_back(counted && child.included);
    messages.push_back({child.plan.site, included.back() ? Counted(body) : body});
  }
  if (!place_.sent_means) return;
  place_.sent_means->Keep(round_, static_cast<uint8_t>(phase_), std::move(body),
                          std::move(included));
}

template <typename Scalar>
void TreeReduce<Scalar>::WriteBeginning(ByteWriter& writer, MessageKind kind,
                                        std::span<const double> weights,
                                        std::span<const double> planned) const {
  const MessageHeader header{.kind = kind,
                             .phase = static_cast<uint8_t>(phase_),
                             .planned_weights = ArePlanned(weights, planned),
                             .round = round_};
  WriteHeader(writer, header, sizeof(Scalar));
  if (!header.planned_weights) WriteWeights<Scalar>(writer, weights);
}

template <typename Scalar>
StatusOr<std::vector<Outgoing>> TreeReduce<Scalar>::Receive(int from, Incoming message) {
  const auto child = std::find_if(children_.begin(), children_.end(),
                                  [&](const Child& each) { return each.plan.site == from; });
  const bool is_child = child != children_.end();
  if (!is_child && from != place_.parent) {
    return InvalidArgument("message from site {}, which is no neighbour in the tree", from);
  }
  ByteReader reader(message.body());
  ASSIGN_OR_RETURN(const MessageHeader header, ReadHeader(reader, sizeof(Scalar)));
  const MessageKind expected = is_child ? MessageKind::kAllReduceUp : MessageKind::kAllReduceDown;
  if (header.kind != expected) {
    return InvalidArgument("site {} sent a message of another schedule or direction", from);
  }
  if (header.phase >= phases()) {
    return InvalidArgument("site {} sent phase {}, there are {}", from, header.phase, phases());
  }
  if (header.round >= round_ + (begun_ ? 1 : 0)) return AheadOfRound(from, header.round, round_);
  if (header.asks) {
    if (is_child && place_.sent_means && reader.remaining() == 0) {
      return place_.sent_means->From(static_cast<size_t>(child - children_.begin()), from, header);
    }
    return InvalidArgument("site {} asks for what this site does not repeat", from);
  }
  if (header.round < round_) return Messages{};  // too late to count
  return is_child ? ReceiveUp(*child, header, reader) : ReceiveDown(header, reader);
}

template <typename Scalar>
StatusOr<std::vector<Outgoing>> TreeReduce<Scalar>::ReceiveUp(Child& child,
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
  ASSIGN_OR_RETURN(child.sum.weights, ReadWeights<Scalar>(reader, header, child.plan.weights));
  child.sum.values = std::exchange(spare_, {});
  child.sum.values.resize(sum_.values.size());
  RETURN_IF_ERROR(Read(reader.Raw(reader.remaining()), child.sum.values));
  RETURN_IF_ERROR(CheckSum<Scalar>(phase_blocks_, Allowed(child), 0, child.sum.values));
  child.arrived = true;
  if (!sent_) {
    for (Child& each : children_) {
      if (!each.arrived) break;
      Add(each);
    }
  }
  Messages messages;
  Advance(messages);
  return messages;
}

// The weights that bound a child's sum: those it gives; where it has none, errors given back may
// still make a sum, if any was planned.
template <typename Scalar>
std::vector<double> TreeReduce<Scalar>::Allowed(const Child& child) {
  std::vector<double> weights = child.sum.weights;
  for (size_t b = 0; b < weights.size(); ++b) {
    if (!(weights[b] > 0)) weights[b] = child.plan.weights[b];
  }
  return weights;
}

template <typename Scalar>
StatusOr<std::vector<Outgoing>> TreeReduce<Scalar>::ReceiveDown(const MessageHeader& header,
                                                                ByteReader& reader) {
  if (header.phase < phase_) {
    return AlreadyExists("the mean of phase {} is here already", header.phase);
  }
  if (header.phase > phase_) {
    return FailedPrecondition("the mean of phase {} came, this site waits for that of {}: keep it",
                              header.phase, phase_);
  }
  ASSIGN_OR_RETURN(mean_.weights, ReadWeights<Scalar>(reader, header, place_.total_weights));
  mean_.values.resize(sum_.values.size());
  const std::string_view payload = reader.Raw(reader.remaining());
  RETURN_IF_ERROR(Read(payload, mean_.values));
  std::string body;
  if (!children_.empty()) {
    ByteWriter writer;
    writer.Reserve(kMessageHeaderBytes + mean_.weights.size() * sizeof(Scalar) + payload.size());
    WriteBeginning(writer, MessageKind::kAllReduceDown, mean_.weights, place_.total_weights);
    writer.Raw(payload);
    body = writer.Take();
  }
  Messages messages;
  Close(mean_, std::move(body), header.counted && sent_, messages);
  Advance(messages);
  return messages;
}

template <typename Scalar>
std::vector<int> TreeReduce<Scalar>::Missing() const {
  std::vector<int> missing;
  if (!begun_ || Complete()) return missing;
  if (sent_) return {place_.parent};
  for (const Child& child : children_) {
    if (!child.arrived && !child.given_up) missing.push_back(child.plan.site);
  }
  return missing;
}

template <typename Scalar>
std::vector<Outgoing> TreeReduce<Scalar>::Deadline() {
  Messages messages;
  if (!begun_ || Complete()) return messages;
  if (sent_) {
    if (place_.sent_means) {
      messages.push_back(
          {place_.parent, AskForMean(round_, static_cast<uint8_t>(phase_), sizeof(Scalar))});
    }
    return messages;
  }
  for (Child& child : children_) child.given_up = child.given_up || !child.arrived;
  Advance(messages);
  return messages;
}

template <typename Scalar>
void TreeReduce<Scalar>::End(std::span<Scalar> values) {
  EndRound(values);
  begun_ = false;
  ++round_;
}

template class TreeReduce<float>;
template class TreeReduce<double>;

}  // namespace consilium::schedule
