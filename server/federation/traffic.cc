#include "server/federation/traffic.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "server/federation/messages.h"

namespace consilium::federation {
namespace {

// Protocol Buffers: seven bits to a byte.
uint64_t VarintBytes(uint64_t value) {
  return value == 0 ? 1 : (static_cast<uint64_t>(std::bit_width(value)) + 6) / 7;
}

// A number that is 0 is not sent. Every field of a chunk has a tag of one byte.
uint64_t NumberBytes(uint64_t value) { return value == 0 ? 0 : 1 + VarintBytes(value); }

uint64_t TextBytes(uint64_t size) { return size == 0 ? 0 : 1 + VarintBytes(size) + size; }

uint64_t ChunkBytes(const PeerMessage& message, uint64_t offset, uint64_t size) {
  const uint64_t checksum = message.body.empty() ? 0 : 1 + 4;  // that of nothing is 0
  constexpr uint64_t kGrpcPrefix = 5;
  const uint64_t chunk = TextBytes(message.run.size()) + NumberBytes(message.generation) +
                         NumberBytes(static_cast<uint64_t>(message.stage)) +
                         NumberBytes(static_cast<uint64_t>(message.round)) +
                         TextBytes(message.from.size()) + TextBytes(message.to.size()) +
                         NumberBytes(message.sequence) + NumberBytes(offset) +
                         NumberBytes(message.body.size()) + checksum + TextBytes(size);
  return kGrpcPrefix + 1 + VarintBytes(chunk) + chunk;
}

}  // namespace

size_t ChunkBytesAmong(size_t sites) {
  constexpr size_t kTogether = 8 * kLargestChunkBytes;
  constexpr size_t kSmallest = size_t{16} << 10;
  return std::clamp(kTogether / std::max<size_t>(sites, 1), kSmallest, kLargestChunkBytes);
}

uint64_t BytesOnTheWire(const PeerMessage& message) {
  const uint64_t total = message.body.size();
  uint64_t bytes = 0;
  uint64_t offset = 0;
  do {
    const uint64_t size = std::min<uint64_t>(message.chunk_bytes, total - offset);
    bytes += ChunkBytes(message, offset, size);
    offset += size;
  } while (offset < total);
  return bytes;
}

LinkTraffic& Traffic::Link(const std::string& peer) {
  const auto found = std::ranges::find(links, peer, &LinkTraffic::peer);
  return found == links.end() ? links.emplace_back(LinkTraffic{peer}) : *found;
}

void Traffic::CountSent(const std::string& peer, uint64_t bytes, int round) {
  Link(peer).bytes_sent += bytes;
  if (round < 1) return;
  if (rounds.size() < static_cast<size_t>(round)) rounds.resize(static_cast<size_t>(round));
  rounds[static_cast<size_t>(round) - 1] += bytes;
}

void Traffic::CountModules(std::span<const BlockTraffic> by_block) {
  for (size_t b = 0; b < std::min(by_block.size(), modules.size()); ++b) {
    modules[b].bytes += by_block[b].bytes;
    modules[b].bytes_uncompressed += by_block[b].numbers * sizeof(float);
    modules[b].squared_error += by_block[b].squared_error;
    modules[b].squared_norm += by_block[b].squared_norm;
  }
}

double CompressionError(const Traffic& traffic) {
  double error = 0, norm = 0;
  for (const ModuleTraffic& module : traffic.modules) {
    error += module.squared_error;
    norm += module.squared_norm;
  }
  return norm > 0 ? std::sqrt(error / norm) : 0;
}

}  // namespace consilium::federation
