#include "modules/schedule/relay_link.h"

#include <algorithm>
#include <utility>

#include "modules/numbers.h"

namespace consilium::schedule {
namespace {

constexpr size_t kMostKept = 255;  // a byte of the message counts them

}  // namespace

template <typename Scalar>
RelayLink<Scalar>::RelayLink(RelayNeighbor<Scalar> neighbor, std::vector<Block> blocks)
    : neighbor_(std::move(neighbor)),
      blocks_(std::move(blocks)),
      repeated_bytes_(blocks_.size()),
      weights_(neighbor_.weights_behind.size(), 0.0) {}

// Has the neighbour lost what was sent before `round`? Its message of a round is sent when that
// round begins: what it has not decoded then of earlier rounds was lost on the way, or is late.
template <typename Scalar>
bool RelayLink<Scalar>::IsLacking(uint32_t round) const {
  return acknowledged_ < std::min(acknowledged_in_, round) && acknowledged_in_ >= repeated_;
}

template <typename Scalar>
void RelayLink<Scalar>::Open(MessageHeader header, const std::vector<double>& weights,
                             ByteWriter& writer) {
  header.planned_weights = ArePlanned(weights, neighbor_.weights_before);
  WriteHeader(writer, header, sizeof(Scalar));
  writer.U32(decoded_);
  if (!header.planned_weights) WriteWeights<Scalar>(writer, weights);
  sent_ = header.round + 1;
}

template <typename Scalar>
void RelayLink<Scalar>::BeginPlain(uint32_t round, const std::vector<double>& weights, size_t size,
                                   ByteWriter& writer) {
  Open({.kind = MessageKind::kRelaySum, .round = round}, weights, writer);
  neighbor_.outward->BeginPlain(size, writer);
}

template <typename Scalar>
std::string RelayLink<Scalar>::Write(uint32_t round, const std::vector<double>& weights,
                                     std::span<const Scalar> mean) {
  compress::LinkCodec<Scalar>& codec = *neighbor_.outward;
  MessageHeader header{.kind = MessageKind::kRelaySum, .round = round};
  if (!codec.StandsAlone() && IsLacking(round)) {
    header.anew = acknowledged_ + kept_.size() < sent_;
    if (!header.anew) header.phase = static_cast<uint8_t>(kept_.size());
    repeated_ = round + 1;
  }
  ByteWriter writer;
  Open(header, weights, writer);
  gave_memory_ = header.anew;
  std::fill(repeated_bytes_.begin(), repeated_bytes_.end(), 0);
  if (header.phase > 0) WriteEarlier(writer);
  if (header.anew) {
    codec.Encode(mean);
    kept_.clear();
    kept_bytes_ = 0;
    PutNumbers(writer, std::span<const Scalar>(codec.State()));
    return writer.Take();
  }
  const size_t begin = writer.size();
  codec.Encode(mean, writer);
  std::string message = writer.Take();
  if (!codec.StandsAlone()) Keep(std::string_view(message).substr(begin));
  while (!kept_.empty() && (kept_bytes_ > mean.size_bytes() || kept_.size() > kMostKept)) {
    kept_bytes_ -= kept_.front().payload.size();
    kept_.pop_front();
  }
  return message;
}

template <typename Scalar>
void RelayLink<Scalar>::Keep(std::string_view payload) {
  kept_.push_back({std::string(payload), OwnBytes()});
  kept_bytes_ += payload.size();
}

template <typename Scalar>
void RelayLink<Scalar>::WriteEarlier(ByteWriter& writer) {
  for (const Kept& kept : kept_) {
    writer.Text(kept.payload);
    for (size_t b = 0; b < kept.bytes.size(); ++b) repeated_bytes_[b] += kept.bytes[b];
  }
}

template <typename Scalar>
std::vector<uint64_t> RelayLink<Scalar>::OwnBytes() const {
  std::vector<BlockTraffic> by_block(blocks_.size());
  neighbor_.outward->AddTraffic(by_block);
  std::vector<uint64_t> bytes(blocks_.size());
  std::ranges::transform(by_block, bytes.begin(), &BlockTraffic::bytes);
  return bytes;
}

template <typename Scalar>
void RelayLink<Scalar>::AddTraffic(std::span<BlockTraffic> by_block) const {
  std::vector<BlockTraffic> said(blocks_.size());
  neighbor_.outward->AddTraffic(said);
  for (size_t b = 0; b < blocks_.size(); ++b) {
    if (gave_memory_) said[b].bytes = blocks_[b].size * sizeof(Scalar);
    said[b].bytes += repeated_bytes_[b];
    by_block[b] += said[b];
  }
}

template <typename Scalar>
Status RelayLink<Scalar>::Read(const MessageHeader& header, ByteReader& reader,
                               std::string* whole) {
  const uint32_t acknowledged = reader.U32();
  if (acknowledged > sent_) {
    return InvalidArgument("site {} says it has {} messages of this site, which sent {}", site(),
                           acknowledged, sent_);
  }
  ASSIGN_OR_RETURN(std::vector<double> weights,
                   ReadWeights<Scalar>(reader, header, neighbor_.weights_behind));
  RETURN_IF_ERROR(ReadPayload(header, reader, whole));
  next_ = header.round + 1;
  acknowledged_ = acknowledged;
  acknowledged_in_ = header.round;
  while (!kept_.empty() && sent_ - kept_.size() < acknowledged_) {
    kept_bytes_ -= kept_.front().payload.size();
    kept_.pop_front();
  }
  if (decoded_ < next_) return OkStatus();  // one before it is missing
  weights_ = std::move(weights);
  arrived_ = true;
  return OkStatus();
}

template <typename Scalar>
Status RelayLink<Scalar>::ReadPayload(const MessageHeader& header, ByteReader& reader,
                                      std::string* whole) {
  compress::LinkCodec<Scalar>& codec = *neighbor_.inward;
  if (header.anew) {
    RETURN_IF_ERROR(ReadMemory(reader));
    decoded_ = header.round + 1;
    return OkStatus();
  }
  std::vector<std::string_view> earlier;
  for (int k = 0; k < header.phase; ++k) earlier.push_back(reader.Text());
  if (reader.failed() || earlier.size() > header.round) {
    return InvalidArgument("message of site {} ends within the {} it repeats", site(),
                           header.phase);
  }
  const std::string_view newest = reader.Raw(reader.remaining());
  if (earlier.empty()) return Decode(header.round, earlier, newest, whole);
  const uint32_t before = decoded_;
  const std::vector<Scalar> memory = codec.State();
  const Status decoded = Decode(header.round, earlier, newest, nullptr);
  if (decoded.ok()) return decoded;
  decoded_ = before;
  RETURN_IF_ERROR(codec.Restore(memory));
  return decoded;
}

// The link message of a round, and those of the rounds right before it as far as they are wanted.
template <typename Scalar>
Status RelayLink<Scalar>::Decode(uint32_t round, std::span<const std::string_view> earlier,
                                 std::string_view newest, std::string* whole) {
  compress::LinkCodec<Scalar>& codec = *neighbor_.inward;
  uint32_t of = round - static_cast<uint32_t>(earlier.size());
  for (const std::string_view payload : earlier) {
    if (of++ != decoded_) continue;
    RETURN_IF_ERROR(codec.Decode(payload));
    ++decoded_;
  }
  if (decoded_ < round && !codec.StandsAlone()) return OkStatus();
  RETURN_IF_ERROR(whole != nullptr ? codec.Take(*whole, whole->size() - newest.size())
                                   : codec.Decode(newest));
  decoded_ = round + 1;
  return OkStatus();
}

template <typename Scalar>
Status RelayLink<Scalar>::ReadMemory(ByteReader& reader) {
  std::vector<Scalar> state(reader.remaining() / sizeof(Scalar));
  RETURN_IF_ERROR(TakeNumbersWithin("a link's memory", reader, std::span<Scalar>(state)));
  if (reader.remaining() != 0) {
    return InvalidArgument("the link's memory from site {} is cut off within a number", site());
  }
  return neighbor_.inward->Restore(state);
}

template <typename Scalar>
void RelayLink<Scalar>::End() {
  if (!arrived_) std::fill(weights_.begin(), weights_.end(), 0.0);
  arrived_ = false;
}

template class RelayLink<float>;
template class RelayLink<double>;

}  // namespace consilium::schedule
