#include "modules/schedule/star_root.h"

#include "modules/schedule/exchange_parts.h"
#include "modules/schedule/message.h"

namespace consilium::schedule {

StarRoot::StarRoot(const ExchangeOptions& options, size_t scalar_bytes)
    : blocks_(options.shape.blocks),
      total_(WeightsOf(options, std::vector<bool>(options.weights.size(), true), true)),
      scalar_bytes_(scalar_bytes) {
  for (size_t site = 0; site < options.weights.size(); ++site) {
    if (static_cast<int>(site) == options.root) continue;
    children_.push_back({.site = static_cast<int>(site), .weights = options.weights[site]});
  }
}

void StarRoot::BeginPhase(int phase, int round) {
  phase_ = phase;
  round_ = round;
  weights_.assign(blocks_.size(), 0);
  for (Child& child : children_) child.included = false;
}

void StarRoot::Admit(const std::vector<bool>& children) {
  for (size_t i = 0; i < children_.size(); ++i) {
    children_[i].included = children[i];
    if (!children[i]) continue;
    for (size_t b = 0; b < weights_.size(); ++b) weights_[b] += children_[i].weights[b];
  }
}

bool StarRoot::whole() const { return ArePlanned(weights_, total_); }

std::string StarRoot::Beginning(bool counted) const {
  const MessageHeader header{.kind = MessageKind::kAllReduceDown,
                             .phase = static_cast<uint8_t>(phase_),
                             .planned_weights = ArePlanned(weights_, total_),
                             .counted = counted,
                             .round = static_cast<uint32_t>(round_)};
  ByteWriter writer;
  WriteHeader(writer, header, scalar_bytes_);
  if (!header.planned_weights && scalar_bytes_ == sizeof(float)) {
    WriteWeights<float>(writer, weights_);
  } else if (!header.planned_weights) {
    WriteWeights<double>(writer, weights_);
  }
  return writer.Take();
}

Status StarRoot::CheckBeginning(const Child& child, std::string_view message) const {
  ByteReader reader(message);
  ASSIGN_OR_RETURN(const MessageHeader header, ReadHeader(reader, scalar_bytes_));
  if (header.kind != MessageKind::kAllReduceUp || !header.planned_weights) {
    return InvalidArgument(
        "site {} sent a message of another schedule or direction, or of sites behind it",
        child.site);
  }
  if (header.phase == phase_ && header.round == static_cast<uint32_t>(round_)) return OkStatus();
  return InvalidArgument("site {} sent phase {} of round {}, expected phase {} of round {}",
                         child.site, header.phase, header.round, phase_, round_);
}

}  // namespace consilium::schedule
