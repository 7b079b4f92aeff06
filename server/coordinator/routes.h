#ifndef CONSILIUM_SERVER_COORDINATOR_ROUTES_H_
#define CONSILIUM_SERVER_COORDINATOR_ROUTES_H_

#include <atomic>
#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "base/mutex.h"
#include "server/federation/messages.h"

namespace consilium::v1 {
class PeerChunk;
}

namespace consilium::coordinator {

// Between whom chunks may pass: the participants of each run's present generation, and nobody else,
// whatever certificate he has. Thread-safe.
class Routes {
 public:
  // Replaces what the run had.
  void Open(const federation::Assignment& assignment);
  void Close(const std::string& run);

  // Requires that the chunk is from whom it says. One that may not pass is counted.
  bool Allows(const v1::PeerChunk& chunk);
  uint64_t refused() const { return refused_.load(std::memory_order_relaxed); }

 private:
  struct Generation {
    uint64_t number = 0;
    std::set<std::string> participants;
  };

  mutable Mutex mutex_;
  std::map<std::string, Generation> runs_ GUARDED_BY(mutex_);
  std::atomic<uint64_t> refused_ = 0;
};

}  // namespace consilium::coordinator

#endif  // CONSILIUM_SERVER_COORDINATOR_ROUTES_H_
