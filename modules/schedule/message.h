#ifndef CONSILIUM_MODULES_SCHEDULE_MESSAGE_H_
#define CONSILIUM_MODULES_SCHEDULE_MESSAGE_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/status.h"

// What begins every message of an exchange (docs/formats/exchange-messages.md).
namespace consilium::schedule {

enum class MessageKind : uint8_t {
  kAllReduceUp = 1,
  kAllReduceDown = 2,
  kGossip = 3,
  kRelaySum = 4,
  kPushSum = 5,
};

struct MessageHeader {
  MessageKind kind = MessageKind::kRelaySum;
  uint8_t phase = 0;  // RelaySum: how many messages of earlier rounds are repeated
  // The weights are not in the message: they are those the plan says.
  bool planned_weights = false;
  // All-reduce, downwards: the receiver's contribution of the phase is in the mean.
  bool counted = false;
  // All-reduce, upwards: nothing but the wish that the mean of the phase be repeated.
  bool asks = false;
  // RelaySum: the memory of the sender's codec stands for its message.
  bool anew = false;
  uint32_t round = 0;
};

constexpr size_t kMessageHeaderBytes = 9;

void WriteHeader(ByteWriter& writer, const MessageHeader& header, size_t scalar_bytes);

// A message that WriteHeader began with header.counted false, with it true.
std::string Counted(std::string message);

// Refuses another version, an unknown kind, other numbers than `scalar_bytes` wide, and messages
// that end within the header.
StatusOr<MessageHeader> ReadHeader(ByteReader& reader, size_t scalar_bytes);

// The weights after a header: none if they are `planned` (to a relative 1e-9), else one for each
// block. Scalar is float or double.
bool ArePlanned(std::span<const double> weights, std::span<const double> planned);
template <typename Scalar>
void WriteWeights(ByteWriter& writer, std::span<const double> weights);

// Refuses weights that are negative, not finite or above the planned ones.
template <typename Scalar>
StatusOr<std::vector<double>> ReadWeights(ByteReader& reader, const MessageHeader& header,
                                          std::span<const double> planned);

// A message of a round after the one under way: its sender is ahead.
Status AheadOfRound(int from, uint32_t got, uint32_t current);

}  // namespace consilium::schedule

#endif  // CONSILIUM_MODULES_SCHEDULE_MESSAGE_H_
