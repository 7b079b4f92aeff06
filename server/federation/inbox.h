#ifndef CONSILIUM_SERVER_FEDERATION_INBOX_H_
#define CONSILIUM_SERVER_FEDERATION_INBOX_H_

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/status.h"
#include "server/federation/messages.h"

namespace consilium {

// Peer messages that wait for their stage: one queue for each sender, in the order of sending.
// Not thread-safe.
class Inbox {
 public:
  // lossy: messages of rounds may be lost, as in the simulation of a channel that erases them.
  explicit Inbox(bool lossy = false) : lossy_(lossy) {}

  // Forgets the messages of older generations, and expects each of `senders` to begin at sequence
  // 0.
  void StartGeneration(uint64_t generation, const std::vector<std::string>& senders);

  // Keeps the message if it is of this generation or a later one, drops it if it is older or came
  // before. DataLoss if messages of this sender in between never came and none of them can have
  // been one that may be lost, ResourceExhausted if the sender is further ahead than the protocol
  // lets it be; PermissionDenied if it is no neighbour.
  Status Add(PeerMessage message);

  // The messages of a sender, oldest first. Valid until the next call of another function.
  const std::deque<PeerMessage>& From(const std::string& sender) const;
  void Remove(const std::string& sender, size_t number);

 private:
  struct Queue {
    uint64_t next_sequence = 0;
    std::deque<PeerMessage> messages;
  };
  Status AddToQueue(Queue& queue, PeerMessage message);

  bool MayBeLostBefore(const PeerMessage& message) const;

  const bool lossy_;
  uint64_t generation_ = 0;
  std::map<std::string, Queue> queues_;
  std::vector<PeerMessage> early_;  // of generations not yet assigned here
};

}  // namespace consilium

#endif  // CONSILIUM_SERVER_FEDERATION_INBOX_H_
