#ifndef CONSILIUM_SERVER_CONSULTATION_SESSIONS_H_
#define CONSILIUM_SERVER_CONSULTATION_SESSIONS_H_

#include <atomic>
#include <cstdint>
#include <memory>

#include "base/clock.h"
#include "base/status.h"
#include "server/consultation/releases.h"
#include "server/consultation/session.h"

namespace consilium::consultation {

struct ConsultationLimits {
  int open = 10000;               // consultations at the same time
  Duration idle = Seconds(3600);  // after so much silence a consultation is ended
  int default_suggestions = 3;
  int most_suggestions = 20;
};

// Begins consultations on the current release, within the limits. Thread-safe; the sessions are
// not. Must outlive them.
class Sessions {
 public:
  struct Leave {
    Sessions* sessions = nullptr;
    void operator()(Session* session) const;
  };
  using Place = std::unique_ptr<Session, Leave>;

  Sessions(const Releases& releases, const ConsultationLimits& limits)
      : releases_(releases), limits_(limits) {}

  // `suggestions` as a client asked: 0 = the default. FailedPrecondition while nothing is released,
  // ResourceExhausted while too many consultations are open.
  StatusOr<Place> Begin(uint32_t suggestions, bool explains = false);

  int open() const { return open_.load(std::memory_order_relaxed); }
  const ConsultationLimits& limits() const { return limits_; }

 private:
  const Releases& releases_;
  const ConsultationLimits limits_;
  std::atomic<int> open_ = 0;
};

}  // namespace consilium::consultation

#endif  // CONSILIUM_SERVER_CONSULTATION_SESSIONS_H_
