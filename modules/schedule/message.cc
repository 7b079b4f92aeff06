#include "modules/schedule/message.h"

#include <cmath>

#include "modules/numbers.h"

namespace consilium::schedule {
namespace {

constexpr uint8_t kVersion = 2;
constexpr uint8_t kPlannedWeights = 1;
constexpr uint8_t kCounted = 2;
constexpr uint8_t kAsks = 4;
constexpr uint8_t kAnew = 8;
constexpr size_t kFlags = 4;  // where they stand
constexpr double kTolerance = 1e-9;

}  // namespace

void WriteHeader(ByteWriter& writer, const MessageHeader& header, size_t scalar_bytes) {
  writer.U8(kVersion);
  writer.U8(static_cast<uint8_t>(header.kind));
  writer.U8(static_cast<uint8_t>(scalar_bytes));
  writer.U8(header.phase);
  writer.U8(static_cast<uint8_t>((header.planned_weights ? kPlannedWeights : 0) |
                                 (header.counted ? kCounted : 0) | (header.asks ? kAsks : 0) |
                                 (header.anew ? kAnew : 0)));
  writer.U32(header.round);
}

std::string Counted(std::string message) {
  message[kFlags] = static_cast<char>(message[kFlags] | kCounted);
  return message;
}

StatusOr<MessageHeader> ReadHeader(ByteReader& reader, size_t scalar_bytes) {
  const int version = reader.U8();
  const int kind = reader.U8();
  const size_t width = reader.U8();
  MessageHeader header;
  header.phase = reader.U8();
  const int flags = reader.U8();
  header.round = reader.U32();
  if (reader.failed()) return InvalidArgument("exchange message ends within its header");
  if (version != kVersion) {
    return InvalidArgument("exchange message of version {}, expected {}", version, kVersion);
  }
  if (kind < static_cast<int>(MessageKind::kAllReduceUp) ||
      kind > static_cast<int>(MessageKind::kPushSum)) {
    return InvalidArgument("exchange message of unknown kind {}", kind);
  }
  if (width != scalar_bytes) {
    return InvalidArgument("exchange message with numbers of {} bytes, expected {}", width,
                           scalar_bytes);
  }
  if ((flags & ~(kPlannedWeights | kCounted | kAsks | kAnew)) != 0) {
    return InvalidArgument("exchange message with unknown flags {}", flags);
  }
  header.kind = static_cast<MessageKind>(kind);
  header.planned_weights = (flags & kPlannedWeights) != 0;
  header.counted = (flags & kCounted) != 0;
  header.asks = (flags & kAsks) != 0;
  header.anew = (flags & kAnew) != 0;
  return header;
}

bool ArePlanned(std::span<const double> weights, std::span<const double> planned) {
  for (size_t b = 0; b < weights.size(); ++b) {
    if (!(std::abs(weights[b] - planned[b]) <= kTolerance * planned[b])) return false;
  }
  return true;
}

template <typename Scalar>
void WriteWeights(ByteWriter& writer, std::span<const double> weights) {
  for (const double weight : weights) {
    if constexpr (sizeof(Scalar) == 4) {
      writer.F32(static_cast<float>(weight));
    } else {
      writer.F64(weight);
    }
  }
}

template <typename Scalar>
StatusOr<std::vector<double>> ReadWeights(ByteReader& reader, const MessageHeader& header,
                                          std::span<const double> planned) {
  if (header.planned_weights) return std::vector<double>(planned.begin(), planned.end());
  if (reader.remaining() < planned.size() * sizeof(Scalar)) {
    return InvalidArgument("exchange message ends within the weights of its {} modules",
                           planned.size());
  }
  constexpr double kRounding = sizeof(Scalar) == 4 ? 1e-6 : kTolerance;
  std::vector<double> weights(planned.size());
  for (size_t b = 0; b < weights.size(); ++b) {
    weights[b] = sizeof(Scalar) == 4 ? static_cast<double>(reader.F32()) : reader.F64();
    if (!(weights[b] >= 0) || weights[b] > planned[b] * (1 + kRounding)) {
      return InvalidArgument("weight {} for module {}, expected 0 to {}", weights[b], b,
                             planned[b]);
    }
  }
  return weights;
}

Status AheadOfRound(int from, uint32_t got, uint32_t current) {
  return FailedPrecondition("site {} is in round {}, this site in {}: keep the message until then",
                            from, got, current);
}

template void WriteWeights<float>(ByteWriter&, std::span<const double>);
template void WriteWeights<double>(ByteWriter&, std::span<const double>);
template StatusOr<std::vector<double>> ReadWeights<float>(ByteReader&, const MessageHeader&,
                                                          std::span<const double>);
template StatusOr<std::vector<double>> ReadWeights<double>(ByteReader&, const MessageHeader&,
                                                           std::span<const double>);

}  // namespace consilium::schedule
