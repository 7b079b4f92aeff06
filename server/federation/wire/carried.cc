#include "server/federation/wire/carried.h"

#include "proto/federation.pb.h"

namespace consilium::federation {
namespace {

// gRPC's own before each message (flag and length), and the field of FromNode or ToNode that the
// chunk is in: its tag and length.
constexpr uint64_t kGrpcPrefix = 5;

uint64_t VarintBytes(uint64_t value) {
  uint64_t bytes = 1;
  for (; value >= 128; value >>= 7) ++bytes;
  return bytes;
}

}  // namespace

void CarriedByLink::Count(const v1::PeerChunk& chunk) {
  const uint64_t size = chunk.ByteSizeLong();
  MutexLock lock(mutex_);
  Carried& carried = links_[{chunk.from(), chunk.to()}];
  ++carried.chunks;
  carried.body_bytes += chunk.bytes().size();
  carried.stream_bytes += kGrpcPrefix + 1 + VarintBytes(size) + size;
}

std::map<CarriedByLink::Link, Carried> CarriedByLink::All() const {
  MutexLock lock(mutex_);
  return links_;
}

Carried CarriedByLink::Total() const {
  Carried total;
  for (const auto& [link, carried] : All()) {
    total.chunks += carried.chunks;
    total.body_bytes += carried.body_bytes;
    total.stream_bytes += carried.stream_bytes;
  }
  return total;
}

}  // namespace consilium::federation
