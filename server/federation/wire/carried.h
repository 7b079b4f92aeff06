#ifndef CONSILIUM_SERVER_FEDERATION_WIRE_CARRIED_H_
#define CONSILIUM_SERVER_FEDERATION_WIRE_CARRIED_H_

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "base/mutex.h"

namespace consilium::v1 {
class PeerChunk;
}

namespace consilium::federation {

// What a stream carried of peer messages, on one link in one direction.
struct Carried {
  uint64_t chunks = 0;
  uint64_t body_bytes = 0;    // of the messages
  uint64_t stream_bytes = 0;  // as handed to or taken from gRPC, with what frames the chunks
};

// Counts every chunk that is written to or read from a stream, by link. What gRPC adds beneath
// (HTTP/2 frames of up to 512 KiB, TLS records of 16 KiB) is another 0.2 %. Thread-safe.
class CarriedByLink {
 public:
  using Link = std::pair<std::string, std::string>;  // from, to

  void Count(const v1::PeerChunk& chunk);
  std::map<Link, Carried> All() const;
  Carried Total() const;

 private:
  mutable Mutex mutex_;
  std::map<Link, Carried> links_ GUARDED_BY(mutex_);
};

}  // namespace consilium::federation

#endif  // CONSILIUM_SERVER_FEDERATION_WIRE_CARRIED_H_
