#ifndef CONSILIUM_SERVER_FEDERATION_WIRE_CHUNKS_H_
#define CONSILIUM_SERVER_FEDERATION_WIRE_CHUNKS_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "base/status.h"
#include "server/federation/messages.h"
#include "server/federation/traffic.h"

namespace consilium::v1 {
class PeerChunk;
}

// A peer message in parts small enough for a stream that others share;
// docs/formats/peer-message.md.
namespace consilium::federation {

// Divides one message. An empty body is one empty chunk.
class MessageDivider {
 public:
  explicit MessageDivider(PeerMessage message);

  bool done() const { return done_; }
  uint64_t total_bytes() const { return total_; }
  bool IsOfOlderGenerationThan(const PeerMessage& other) const {
    return message_.run == other.run && message_.generation < other.generation;
  }

  // Fills in the next chunk. A body that fits into one is moved, not copied. Requires !done().
  void Next(v1::PeerChunk& chunk);

 private:
  PeerMessage message_;
  uint64_t total_;
  uint64_t offset_ = 0;
  uint32_t crc_ = 0;  // of what was sent
  bool done_ = false;
};

// Puts the messages together that arrive for one site in one run: one incomplete message at a time
// from each sender, each at most `largest_message` bytes, from at most `most_senders`: the product
// of the two bounds the memory. Not thread-safe.
class ChunkAssembler {
 public:
  struct Limits {
    size_t largest_message = 0;
    size_t most_senders = 0;
  };
  explicit ChunkAssembler(Limits limits) : limits_(limits) {}

  // The whole message with its last chunk; nothing before that, and nothing for chunks of an older
  // generation. Takes the chunk's bytes. Errors mean that the link from this sender is broken until
  // a higher generation: InvalidArgument for a chunk that no honest sender makes, DataLoss for one
  // that does not follow the last or does not add up, ResourceExhausted for one too large.
  StatusOr<std::optional<PeerMessage>> Accept(v1::PeerChunk& chunk);

  size_t bytes_held() const;

 private:
  struct Link {
    uint64_t generation = 0;
    std::optional<uint64_t> last_sequence;  // of the last whole message in this generation
    std::optional<PeerMessage> partial;
    uint64_t total = 0;
    uint32_t crc = 0;  // of what is here of `partial`
  };
  Status CheckChunk(const v1::PeerChunk& chunk) const;
  StatusOr<Link*> LinkOf(const v1::PeerChunk& chunk);
  Status Append(Link& link, v1::PeerChunk& chunk) const;
  static Status CheckSum(Link& link, const v1::PeerChunk& chunk);

  const Limits limits_;
  std::map<std::string, Link> links_;
};

// The most bytes a message about `parameters` numbers may have, whatever the schedule, compressor
// or stage: two vectors of doubles and some headers.
size_t LargestMessage(size_t parameters, size_t statistics);

}  // namespace consilium::federation

#endif  // CONSILIUM_SERVER_FEDERATION_WIRE_CHUNKS_H_
