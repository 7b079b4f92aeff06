#ifndef CONSILIUM_MODULES_SCHEDULE_EXCHANGE_H_
#define CONSILIUM_MODULES_SCHEDULE_EXCHANGE_H_

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "modules/traffic.h"

namespace consilium::schedule {

// A message of one exchange to a neighbour. The body says its round and phase itself.
struct Outgoing {
  int to = 0;
  std::string body;
};

// One site's side of a schedule: how its vector is averaged with the others', round after round.
// A state machine without network, clock or thread. In each round: Begin, then Receive until
// Complete (or Deadline), then End. Sites are numbered 0..n-1. The rounds of an exchange are
// counted from 0 since it was made; every site begins every one of them.
// Messages may be lost or late, but those of a sender are given to Receive in the order of sending,
// also when this site has ended their round, is between rounds or will not begin another.
// Not thread-safe.
template <typename Scalar>
class Exchange {
 public:
  virtual ~Exchange() = default;

  // Starts a round with this site's values and returns the first messages. Requires that the round
  // before was ended and that values has the size of the shape and only finite numbers.
  virtual std::vector<Outgoing> Begin(std::span<const Scalar> values) = 0;

  // Takes a neighbour's message and returns what it leads to. On an error nothing changes; the
  // message says what was got and expected, and the code what to do:
  //   FailedPrecondition   too early (the sender is ahead): keep it, go on with those behind it;
  //   give
  //                        it again when another was taken, and after Begin and Deadline
  //   AlreadyExists        the neighbour's message of this phase is here already: drop it
  //   InvalidArgument      not a neighbour, or not a message of this exchange: refuse the sender
  //   DataLoss             more was lost than can be repeated: make the exchange anew
  virtual StatusOr<std::vector<Outgoing>> Receive(int from, std::string_view body) = 0;

  // The same, and may keep the memory of `body` instead of a copy: what it holds after OK is of no
  // use to anybody. On an error it is as it was.
  virtual StatusOr<std::vector<Outgoing>> ReceiveWhole(int from, std::string& body) {
    return Receive(from, body);
  }

  // No more messages are needed.
  virtual bool Complete() const = 0;

  // The neighbours whose messages are being waited for, ascending.
  virtual std::vector<int> Missing() const = 0;

  // The round's time is over: goes on without what has not come, if this site may decide that.
  // It may still be incomplete afterwards, if it depends on another site's decision: call it again.
  virtual std::vector<Outgoing> Deadline() = 0;

  // Whether what all sites were to give is in the result, where all see the same result and so know
  // it alike: an all-reduce. Requires Complete(). By default: it is.
  virtual bool Whole() const { return true; }

  // Ends the round and writes the result; requires Complete().
  virtual void End(std::span<Scalar> values) = 0;

  // Adds, to a number for each block of the shape, what the messages of the round under way, or of
  // the one ended last, cost and left out. By default: nothing is known.
  virtual void AddTraffic(std::span<BlockTraffic>) const {}

  // Error feedback: what this site has given to rounds and none of them has passed on yet, as a
  // flat vector; empty if the exchange keeps nothing of the kind. A site that begins anew with the
  // same shape, after a restart or in a new generation, gives it to Owe before the first Begin.
  // Between rounds only. Owe refuses another size, and numbers that are not finite.
  virtual std::vector<Scalar> Owed() const { return {}; }
  virtual Status Owe(std::span<const Scalar> owed);

  // What the site's local steps of the next round should add up to besides their gradients, in
  // equal parts (control variates); empty: nothing. Between rounds only.
  virtual std::span<const Scalar> Correction() const { return {}; }
};

template <typename Scalar>
Status Exchange<Scalar>::Owe(std::span<const Scalar> owed) {
  if (owed.empty()) return OkStatus();
  return InvalidArgument("{} numbers are owed to an exchange that keeps no error", owed.size());
}

}  // namespace consilium::schedule

#endif  // CONSILIUM_MODULES_SCHEDULE_EXCHANGE_H_
