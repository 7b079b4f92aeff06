#ifndef CONSILIUM_SERVER_COORDINATOR_MEAN_MESSAGE_H_
#define CONSILIUM_SERVER_COORDINATOR_MEAN_MESSAGE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "server/federation/messages.h"

namespace consilium::v1 {
class PeerChunk;
}

namespace consilium {

// The message with a mean, while it is formed, for all its receivers: they differ in how it begins
// and in how far they have it. Not thread-safe.
class MeanMessage {
 public:
  // `header` without receiver and body. The two beginnings, for receivers that are and are not
  // counted in the mean, are equally long; the latter is empty if all are counted.
  MeanMessage(PeerMessage header, const std::string& counted, const std::string& not_counted,
              size_t total_bytes);

  uint64_t total_bytes() const { return total_; }

  void Append(std::string_view numbers);

  // Whether the chunk that begins at `offset`, a multiple of the largest chunk, is all there.
  bool Ready(uint64_t offset) const;

  // Fills in that chunk but for its receiver. Requires Ready.
  void Fill(uint64_t offset, bool counted, v1::PeerChunk& chunk) const;

 private:
  uint64_t End(uint64_t offset) const;

  const PeerMessage header_;
  const std::string not_counted_;
  const uint64_t total_;
  std::string body_;  // with the beginning for those counted
  // After each chunk, of the body with either beginning.
  std::vector<uint32_t> crc_;
  std::vector<uint32_t> crc_not_counted_;
};

}  // namespace consilium

#endif  // CONSILIUM_SERVER_COORDINATOR_MEAN_MESSAGE_H_
