#ifndef CONSILIUM_MODULES_SCHEDULE_SENT_MEANS_H_
#define CONSILIUM_MODULES_SCHEDULE_SENT_MEANS_H_

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "base/status.h"
#include "modules/schedule/exchange.h"
#include "modules/schedule/message.h"

namespace consilium::schedule {

// The means that a site of an all-reduce sent to its children last, for a child that lost one and
// asks. Kept are those of the latest rounds that fit into `bytes`, and at least of three rounds.
class SentMeans {
 public:
  explicit SentMeans(size_t bytes) : most_bytes_(bytes) {}

  // The message with the mean of a phase, as written with header.counted false, and to which
  // children it went with true.
  void Keep(uint32_t round, uint8_t phase, std::string message, std::vector<bool> counted);

  // Answers a child's question for the mean of a phase: what was sent to it from there on, in
  // order; nothing if that is still to come. DataLoss if it is kept no longer.
  StatusOr<std::vector<Outgoing>> From(size_t child, int site, const MessageHeader& asked) const;

 private:
  struct Sent {
    uint32_t round = 0;
    uint8_t phase = 0;
    std::string message;
    std::vector<bool> counted;
  };

  const size_t most_bytes_;
  size_t bytes_ = 0;
  std::deque<Sent> sent_;
};

// Asks the parent for the mean of a phase again.
std::string AskForMean(uint32_t round, uint8_t phase, size_t scalar_bytes);

}  // namespace consilium::schedule

#endif  // CONSILIUM_MODULES_SCHEDULE_SENT_MEANS_H_
