#ifndef CONSILIUM_SERVER_COORDINATOR_MEAN_MESSAGE_H_
#define CONSILIUM_SERVER_COORDINATOR_MEAN_MESSAGE_H_

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/federation/messages.h"

namespace consilium::v1 {
class PeerChunk;
}

namespace consilium::coordinator {

// The message with a mean, while it is formed, for all its receivers: they differ in how it begins
// and in how far they have it. Not thread-safe.
class MeanMessage {
 public:
  // `header` without receiver and body; chunks have header.chunk_bytes. The two beginnings, for
  // receivers that are and are not counted in the mean, are equally long; the latter is empty if
  // all are counted. Nothing is ready before the length is known, at the latest by End.
  MeanMessage(federation::PeerMessage header, const std::string& counted,
              const std::string& not_counted, std::optional<size_t> total_bytes,
              std::string room = {});

  // While it is not known: more than any message has.
  uint64_t total_bytes() const { return total_.value_or(std::numeric_limits<uint64_t>::max()); }

  // The room that it took, for another message; this one is of no use then.
  std::string TakeRoom() { return std::move(body_); }

  void Append(std::string_view numbers);
  void End();

  // Whether the chunk that begins at `offset`, a multiple of a chunk, is all there.
  bool Ready(uint64_t offset) const;

  // Fills in that chunk but for its receiver. Requires Ready.
  void Fill(uint64_t offset, bool counted, v1::PeerChunk& chunk) const;

 private:
  uint64_t EndOfChunk(uint64_t offset) const;

  const federation::PeerMessage header_;
  const std::string not_counted_;
  std::optional<uint64_t> total_;
  std::string body_;  // with the beginning for those counted
  // After each chunk, of the body with either beginning.
  std::vector<uint32_t> crc_;
  std::vector<uint32_t> crc_not_counted_;
};

}  // namespace consilium::coordinator

#endif  // CONSILIUM_SERVER_COORDINATOR_MEAN_MESSAGE_H_
