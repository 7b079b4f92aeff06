#ifndef CONSILIUM_MODULES_SCHEDULE_EXCHANGE_H_
#define CONSILIUM_MODULES_SCHEDULE_EXCHANGE_H_

#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "base/status.h"
#include "modules/schedule/extras.h"
#include "modules/schedule/incoming.h"
#include "modules/traffic.h"

namespace consilium::schedule {

// A message of one exchange to a neighbour. The body says its round and phase itself.
struct Outgoing {
  int to = 0;
  std::string body;
};

// What a round under way waits for.
class Waiting {
 public:
  virtual ~Waiting() = default;

  // The neighbours whose messages are being waited for, ascending.
  virtual std::vector<int> Missing() const = 0;

  // The round's time is over: goes on without what has not come, if this site may decide that.
  // It may still be incomplete afterwards, if it depends on another site's decision: call it again.
  virtual std::vector<Outgoing> Deadline() = 0;
};

// One site's side of a schedule: how its vector is averaged with the others', round after round.
// A state machine without network, clock or thread. In each round: Begin, then Receive until
// Complete (or Deadline), then End. Sites are numbered 0..n-1. The rounds of an exchange are
// counted from 0 since it was made; every site begins every one of them.
// Messages may be lost or late, but those of a sender are given to Receive in the order of sending,
// also when this site has ended their round, is between rounds or will not begin another.
// Not thread-safe.
template <typename Scalar>
class Exchange : public Waiting {
 public:
  // Starts a round with this site's values and returns the first messages. Requires that the round
  // before was ended and that values has the size of the shape and only finite numbers.
  virtual std::vector<Outgoing> Begin(std::span<const Scalar> values) = 0;

  // Takes a neighbour's message and returns what it leads to. On an error nothing changes; the
  // message says what was got and expected, and the code what to do:
  //   FailedPrecondition   too early (the sender is ahead): keep it, go on with those behind it;
  //                        give it again when another was taken, and after Begin and Deadline
  //   AlreadyExists        the neighbour's message of this phase is here already: drop it
  //   InvalidArgument      not a neighbour, or not a message of this exchange: refuse the sender
  //   DataLoss             more was lost than can be repeated: make the exchange anew
  virtual StatusOr<std::vector<Outgoing>> Receive(int from, Incoming message) = 0;

  // No more messages are needed.
  virtual bool Complete() const = 0;

  // Ends the round and writes the result; requires Complete().
  virtual void End(std::span<Scalar> values) = 0;

  // The same each time.
  virtual schedule::Extras<Scalar> Extras() { return {}; }
};

// As the extra says, and what holds without it: nothing is owed, no steps are corrected, the result
// is whole, nothing is known of traffic.
template <typename Scalar>
std::vector<Scalar> OwedOf(Exchange<Scalar>& exchange) {
  const ErrorFeedback<Scalar>* error = exchange.Extras().error;
  return error == nullptr ? std::vector<Scalar>{} : error->Owed();
}
template <typename Scalar>
Status OweTo(Exchange<Scalar>& exchange, std::type_identity_t<std::span<const Scalar>> owed) {
  if (ErrorFeedback<Scalar>* error = exchange.Extras().error) return error->Owe(owed);
  if (owed.empty()) return OkStatus();
  return InvalidArgument("{} numbers are owed to an exchange that keeps no error", owed.size());
}
template <typename Scalar>
std::span<const Scalar> CorrectionOf(Exchange<Scalar>& exchange) {
  const ControlVariates<Scalar>* control = exchange.Extras().control;
  return control == nullptr ? std::span<const Scalar>{} : control->Correction();
}
template <typename Scalar>
bool IsWhole(Exchange<Scalar>& exchange) {
  const CommonResult* common = exchange.Extras().common;
  return common == nullptr || common->Whole();
}
template <typename Scalar>
void AddTrafficOf(Exchange<Scalar>& exchange, std::span<BlockTraffic> by_block) {
  if (const TrafficAccount* traffic = exchange.Extras().traffic) traffic->AddTraffic(by_block);
}

}  // namespace consilium::schedule

#endif  // CONSILIUM_MODULES_SCHEDULE_EXCHANGE_H_
