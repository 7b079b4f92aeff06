#include "modules/schedule/sent_means.h"

#include <utility>

namespace consilium::schedule {
namespace {

constexpr uint32_t kLeastRounds = 3;

}  // namespace

void SentMeans::Keep(uint32_t round, uint8_t phase, std::string message,
                     std::vector<bool> counted) {
  bytes_ += message.size();
  sent_.push_back({round, phase, std::move(message), std::move(counted)});
  while (bytes_ > most_bytes_ && sent_.front().round + kLeastRounds <= round) {
    bytes_ -= sent_.front().message.size();
    sent_.pop_front();
  }
}

StatusOr<std::vector<Outgoing>> SentMeans::From(size_t child, int site,
                                                const MessageHeader& asked) const {
  std::vector<Outgoing> messages;
  bool found = false;
  for (const Sent& sent : sent_) {
    found = found || (sent.round == asked.round && sent.phase == asked.phase);
    if (!found) continue;
    messages.push_back({site, sent.counted[child] ? Counted(sent.message) : sent.message});
  }
  if (!sent_.empty() &&
      std::pair(asked.round, asked.phase) < std::pair(sent_.front().round, sent_.front().phase)) {
    return DataLoss("site {} lacks the mean of round {}; the oldest kept is that of round {}", site,
                    asked.round, sent_.front().round);
  }
  return messages;
}

std::string AskForMean(uint32_t round, uint8_t phase, size_t scalar_bytes) {
  ByteWriter writer;
  WriteHeader(writer,
              {.kind = MessageKind::kAllReduceUp, .phase = phase, .asks = true, .round = round},
              scalar_bytes);
  return writer.Take();
}

}  // namespace consilium::schedule
