#ifndef CONSILIUM_SERVER_FEDERATION_TRAFFIC_H_
#define CONSILIUM_SERVER_FEDERATION_TRAFFIC_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "modules/slices.h"
#include "modules/traffic.h"

// What a site's part in a run cost: bytes by link and direction, by module and by round.
namespace consilium::federation {

struct PeerMessage;

// The most bytes of a message's body that travel in one piece.
inline constexpr size_t kLargestChunkBytes = 256 << 10;

// The same where so many sites send to one that takes a piece of each at a time: what is on its way
// then is no more with many sites than with eight, until pieces would be smaller than 16 KiB.
size_t ChunkBytesAmong(size_t sites);

// What the stream carries for a message: its body, and for each of its chunks the fields of
// v1::PeerChunk, the envelope and gRPC's prefix. Without the frames of HTTP/2 and TLS.
uint64_t BytesOnTheWire(const PeerMessage& message);

struct LinkTraffic {
  std::string peer;
  uint64_t bytes_sent = 0;
  uint64_t bytes_received = 0;
  bool operator==(const LinkTraffic&) const = default;
};

// In the messages of rounds, and without what belongs to no module (headers, framing).
struct ModuleTraffic {
  std::string module;  // "encoder age"
  uint64_t bytes = 0;
  uint64_t bytes_uncompressed = 0;
  double squared_error = 0;  // of what messages said against what they were to say
  double squared_norm = 0;   // of what they were to say
  bool operator==(const ModuleTraffic&) const = default;
};

struct Traffic {
  std::vector<LinkTraffic> links;  // in the order of their first message
  std::vector<ModuleTraffic> modules;
  std::vector<uint64_t> rounds;  // bytes sent in each round, in order; a round done again counts on
  bool operator==(const Traffic&) const = default;

  LinkTraffic& Link(const std::string& peer);
  void CountSent(const std::string& peer, uint64_t bytes, int round);  // round 0: outside of rounds
  void CountModules(std::span<const BlockTraffic> by_block);
};

// How far messages were from what they were to say: |error| / |value| over all modules; 0 if there
// was nothing to say, or nothing is known.
double CompressionError(const Traffic& traffic);

}  // namespace consilium::federation

#endif  // CONSILIUM_SERVER_FEDERATION_TRAFFIC_H_
