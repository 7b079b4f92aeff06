#ifndef CONSILIUM_MODULES_SCHEDULE_EXCHANGE_H_
#define CONSILIUM_MODULES_SCHEDULE_EXCHANGE_H_

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace consilium {

// A message of one exchange to a neighbour. The body says its phase itself.
struct Outgoing {
  int to = 0;
  std::string body;
};

// One site's side of a schedule: how its vector is averaged with the others', round after round.
// A state machine without network, clock or thread. In each round: Begin, then Receive until
// Complete (or Deadline), then End. Sites are numbered 0..n-1.
// Not thread-safe.
template <typename Scalar>
class Exchange {
 public:
  virtual ~Exchange() = default;

  // Starts a round with this site's values and returns the first messages.
  virtual std::vector<Outgoing> Begin(std::span<const Scalar> values) = 0;

  // Takes a neighbour's message of this round and returns what it leads to. On an error nothing
  // changes; the message says what was got and expected.
  virtual StatusOr<std::vector<Outgoing>> Receive(int from, std::string_view body) = 0;

  // No more messages are needed.
  virtual bool Complete() const = 0;

  // The round's time is over: goes on without what has not come, if this site may decide that.
  // It may still be incomplete afterwards, if it depends on another site's decision.
  virtual std::vector<Outgoing> Deadline() = 0;

  // Ends the round and writes the result; requires Complete().
  virtual void End(std::span<Scalar> values) = 0;
};

}  // namespace consilium

#endif  // CONSILIUM_MODULES_SCHEDULE_EXCHANGE_H_
