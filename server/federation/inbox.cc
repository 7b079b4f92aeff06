#include "server/federation/inbox.h"

#include <utility>

namespace consilium {
namespace {

// A neighbour can be one round ahead, and a round has few phases; more is a fault of the sender.
constexpr size_t kMostWaiting = 64;

}  // namespace

void Inbox::StartGeneration(uint64_t generation, const std::vector<std::string>& senders) {
  generation_ = generation;
  queues_.clear();
  for (const std::string& sender : senders) queues_[sender];
  for (PeerMessage& message : std::exchange(early_, {})) {
    // What does not fit is found again as a gap when the sender's next message comes.
    (void)Add(std::move(message));
  }
}

Status Inbox::Add(PeerMessage message) {
  if (message.generation < generation_) return OkStatus();
  if (message.generation > generation_) {
    if (early_.size() >= kMostWaiting) {
      return ResourceExhausted("{} messages of generations after {} wait already", early_.size(),
                               generation_);
    }
    early_.push_back(std::move(message));
    return OkStatus();
  }
  const auto found = queues_.find(message.from);
  if (found == queues_.end()) {
    return PermissionDenied("message from {}, which is no neighbour in generation {}", message.from,
                            generation_);
  }
  return AddToQueue(found->second, std::move(message));
}

Status Inbox::AddToQueue(Queue& queue, PeerMessage message) {
  if (message.sequence < queue.next_sequence) return OkStatus();
  if (message.sequence > queue.next_sequence && !MayBeLostBefore(message)) {
    return DataLoss("message {} from {} in generation {}, expected {}", message.sequence,
                    message.from, generation_, queue.next_sequence);
  }
  if (queue.messages.size() >= kMostWaiting) {
    return ResourceExhausted("{} messages from {} wait already", queue.messages.size(),
                             message.from);
  }
  queue.next_sequence = message.sequence + 1;
  queue.messages.push_back(std::move(message));
  return OkStatus();
}

bool Inbox::MayBeLostBefore(const PeerMessage& message) const {
  return lossy_ && !IsAfter(Stage::kRound, message.stage);
}

const std::deque<PeerMessage>& Inbox::From(const std::string& sender) const {
  static const std::deque<PeerMessage> kNone;
  const auto found = queues_.find(sender);
  return found == queues_.end() ? kNone : found->second.messages;
}

void Inbox::Remove(const std::string& sender, size_t number) {
  std::deque<PeerMessage>& messages = queues_[sender].messages;
  messages.erase(messages.begin() + static_cast<ptrdiff_t>(number));
}

}  // namespace consilium
