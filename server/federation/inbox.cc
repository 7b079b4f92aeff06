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
  if (message.sequence > queue.next_sequence) {
    return DataLoss("message {} from {} in generation {}, expected {}", message.sequence,
                    message.from, generation_, queue.next_sequence);
  }
  if (queue.messages.size() >= kMostWaiting) {
    return ResourceExhausted("{} messages from {} wait already", queue.messages.size(),
                             message.from);
  }
  ++queue.next_sequence;
  queue.messages.push_back(std::move(message));
  return OkStatus();
}

const PeerMessage* Inbox::Front(const std::string& sender) const {
  const auto found = queues_.find(sender);
  if (found == queues_.end() || found->second.messages.empty()) return nullptr;
  return &found->second.messages.front();
}

void Inbox::PopFront(const std::string& sender) { queues_[sender].messages.pop_front(); }

}  // namespace consilium
