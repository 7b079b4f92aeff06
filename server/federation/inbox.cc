#include "server/federation/inbox.h"

#include <algorithm>
#include <utility>

namespace consilium::federation {
namespace {

// A message takes more room than its body.
constexpr size_t kBesideBody = 256;

size_t SizeOf(const PeerMessage& message) { return message.body.size() + kBesideBody; }

}  // namespace

void Inbox::StartGeneration(uint64_t generation, const std::vector<std::string>& neighbours) {
  generation_ = generation;
  queues_.clear();
  for (const std::string& neighbour : neighbours) queues_[neighbour];
  auto early = std::exchange(early_, {});
  for (auto& [sender, queue] : early) {
    for (PeerMessage& message : queue.messages) {
      // What does not fit is found again as a gap when the sender's next message comes.
      (void)Add(std::move(message));
    }
  }
}

bool Inbox::IsSender(const std::string& name) const {
  return options_.senders->empty() || options_.senders->contains(name);
}

Status Inbox::Add(PeerMessage message) {
  if (message.generation < generation_) return OkStatus();
  if (message.generation > generation_) {
    AddEarly(std::move(message));
    return OkStatus();
  }
  const auto found = queues_.find(message.from);
  if (found != queues_.end()) return AddToQueue(found->second, std::move(message));
  ++dropped_;
  return OkStatus();
}

void Inbox::AddEarly(PeerMessage message) {
  if (!IsSender(message.from)) {
    ++dropped_;
    return;
  }
  Queue& queue = early_[message.from];
  if (message.generation > queue.generation) {
    queue = {};
    queue.generation = message.generation;
  }
  if (message.generation < queue.generation || !Fits(queue, message)) {
    ++dropped_;
    return;
  }
  queue.bytes += SizeOf(message);
  queue.messages.push_back(std::move(message));
}

Status Inbox::AddToQueue(Queue& queue, PeerMessage message) {
  if (message.sequence < queue.next_sequence) return OkStatus();
  if (message.sequence > queue.next_sequence && !MayBeLostBefore(message)) {
    return DataLoss("message {} from {} in generation {}, expected {}", message.sequence,
                    message.from, generation_, queue.next_sequence);
  }
  if (!Fits(queue, message)) {
    return ResourceExhausted(
        "{} messages of {} bytes from {} wait already, expected at most {} bytes",
        queue.messages.size(), queue.bytes, message.from, options_.most_bytes);
  }
  queue.next_sequence = message.sequence + 1;
  queue.bytes += SizeOf(message);
  queue.messages.push_back(std::move(message));
  return OkStatus();
}

bool Inbox::Fits(const Queue& queue, const PeerMessage& message) const {
  return queue.bytes <= options_.most_bytes && SizeOf(message) <= options_.most_bytes - queue.bytes;
}

bool Inbox::MayBeLostBefore(const PeerMessage& message) const {
  return options_.lossy && !IsAfter(Stage::kRound, message.stage);
}

const std::deque<PeerMessage>& Inbox::From(const std::string& sender) const {
  static const std::deque<PeerMessage> kNone;
  const auto found = queues_.find(sender);
  return found == queues_.end() ? kNone : found->second.messages;
}

PeerMessage Inbox::Take(const std::string& sender, size_t number) {
  Queue& queue = queues_[sender];
  const auto place = queue.messages.begin() + static_cast<ptrdiff_t>(number);
  PeerMessage message = std::move(*place);
  queue.bytes -= SizeOf(message);
  queue.messages.erase(place);
  return message;
}

void Inbox::PutBack(const std::string& sender, size_t number, PeerMessage message) {
  Queue& queue = queues_[sender];
  queue.bytes += SizeOf(message);
  queue.messages.insert(queue.messages.begin() + static_cast<ptrdiff_t>(number),
                        std::move(message));
}

}  // namespace consilium::federation
