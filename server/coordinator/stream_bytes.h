#ifndef CONSILIUM_SERVER_COORDINATOR_STREAM_BYTES_H_
#define CONSILIUM_SERVER_COORDINATOR_STREAM_BYTES_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/mutex.h"

namespace consilium::coordinator {

// What each site's streams have carried since this process began, one after the other: the bytes of
// messages as handed to gRPC or taken from it, with gRPC's five before each. What HTTP/2 and TLS
// add beneath is another 0.2 %. Thread-safe.
class StreamBytes {
 public:
  class OneWay {
   public:
    void Count(size_t message_bytes, bool between_sites) {
      constexpr uint64_t kGrpcPrefix = 5;
      all_.fetch_add(message_bytes + kGrpcPrefix, std::memory_order_relaxed);
      if (between_sites) peer_.fetch_add(message_bytes + kGrpcPrefix, std::memory_order_relaxed);
    }
    uint64_t all() const { return all_.load(std::memory_order_relaxed); }
    uint64_t peer() const { return peer_.load(std::memory_order_relaxed); }  // between sites

   private:
    std::atomic<uint64_t> all_ = 0;
    std::atomic<uint64_t> peer_ = 0;
  };
  struct Site {
    OneWay sent;      // by the site
    OneWay received;  // by the site
  };

  // Valid as long as this.
  Site& Of(const std::string& site) {
    MutexLock lock(mutex_);
    return sites_[site];
  }

  std::vector<std::string> Names() const {
    MutexLock lock(mutex_);
    std::vector<std::string> names;
    for (const auto& [name, site] : sites_) names.push_back(name);
    return names;
  }

 private:
  mutable Mutex mutex_;
  std::map<std::string, Site> sites_ GUARDED_BY(mutex_);
};

}  // namespace consilium::coordinator

#endif  // CONSILIUM_SERVER_COORDINATOR_STREAM_BYTES_H_
