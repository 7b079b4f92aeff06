#ifndef CONSILIUM_SERVER_FEDERATION_INBOX_H_
#define CONSILIUM_SERVER_FEDERATION_INBOX_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/shared.h"
#include "base/status.h"
#include "server/federation/messages.h"

namespace consilium::federation {

// Peer messages that wait for their stage: one queue for each sender, in the order of sending.
// Not thread-safe.
class Inbox {
 public:
  using Senders = std::set<std::string, std::less<>>;
  struct Options {
    Shared<Senders> senders;  // of any generation; empty: whoever they are
    size_t most_bytes = 0;    // of what waits from one of them
    bool lossy = false;       // messages of rounds may be lost, as in simulations of such a channel
  };

  explicit Inbox(Options options) : options_(std::move(options)) {}

  // Forgets the messages of older generations, and expects each of `neighbours` to begin at
  // sequence 0.
  void StartGeneration(uint64_t generation, const std::vector<std::string>& neighbours);

  // Keeps the message if it is of this generation, or of the latest that its sender spoke of. Drops
  // it if it is older, came before, is from nobody who may send here now, or of a later generation
  // and too much. DataLoss if messages of a neighbour in between never came
  // and none of them can have been one that may be lost; ResourceExhausted if it is further ahead
  // than the protocol lets it be.
  Status Add(PeerMessage message);

  // The messages of a sender, oldest first. Valid until the next call of another function.
  const std::deque<PeerMessage>& From(const std::string& sender) const;
  // Takes one of them out, which there must be; PutBack puts it where it was.
  PeerMessage Take(const std::string& sender, size_t number);
  void PutBack(const std::string& sender, size_t number, PeerMessage message);

  bool IsSender(const std::string& name) const;
  // Messages of this or a later generation that were not let in.
  uint64_t dropped() const { return dropped_; }

 private:
  struct Queue {
    uint64_t generation = 0;
    uint64_t next_sequence = 0;
    size_t bytes = 0;
    std::deque<PeerMessage> messages;
  };
  Status AddToQueue(Queue& queue, PeerMessage message);
  void AddEarly(PeerMessage message);
  bool Fits(const Queue& queue, const PeerMessage& message) const;
  bool MayBeLostBefore(const PeerMessage& message) const;

  const Options options_;
  uint64_t generation_ = 0;
  std::map<std::string, Queue> queues_;  // of the neighbours
  std::map<std::string, Queue> early_;   // of a generation not yet assigned here
  uint64_t dropped_ = 0;
};

}  // namespace consilium::federation

#endif  // CONSILIUM_SERVER_FEDERATION_INBOX_H_
