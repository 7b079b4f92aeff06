#ifndef CONSILIUM_SERVER_COORDINATOR_AGGREGATOR_H_
#define CONSILIUM_SERVER_COORDINATOR_AGGREGATOR_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/status.h"
#include "server/data/schema.h"
#include "server/federation/messages.h"
#include "server/federation/plan.h"

namespace consilium::v1 {
class PeerChunk;
}

namespace consilium::coordinator {

// The coordinator's own part in a run whose plan makes it the aggregator: it adds up what the sites
// send, with weight 0 itself. Not thread-safe. The outlets may hand it an assignment at once.
class Aggregator {
 public:
  struct Outlets {
    std::function<void(federation::PeerMessage message)> send;
    // Passes a chunk on to its receiver. Calls `room` once there is room for the next, on the
    // thread that owns the aggregator but not before this returns; never if nobody is there.
    std::function<void(v1::PeerChunk& chunk, std::function<void()> room)> forward;
    std::function<void(const federation::LinkBroken& broken)> broken;
    // A mean was formed without this site; or this one stopped in the middle of a message.
    std::function<void(uint64_t generation, const std::string& site)> missed;
    std::function<void(uint64_t generation, const std::string& site, const std::string& where)>
        stalled;
  };

  // `schema` fixes the layout of what is added up; it must be the sites'.
  static StatusOr<std::shared_ptr<Aggregator>> Create(const std::string& run,
                                                      const federation::Plan& plan,
                                                      const data::Schema& schema,
                                                      const Clock& clock, Outlets outlets);
  virtual ~Aggregator() = default;

  virtual Status Handle(const federation::Assignment& assignment) = 0;

  // Takes the chunk at once or later; calls `resume` when it wants the sender's next one.
  virtual void Handle(v1::PeerChunk& chunk, std::function<void()> resume) = 0;

  // The site's stream is lost; the generation is over for all. What waits is let go.
  virtual void Left(const std::string& site) = 0;
  virtual void Rest() = 0;

  virtual void Tick() = 0;
  virtual std::optional<Time> NextDeadline() const = 0;
};

}  // namespace consilium::coordinator

#endif  // CONSILIUM_SERVER_COORDINATOR_AGGREGATOR_H_
