#ifndef CONSILIUM_LAB_SIMULATION_VIRTUAL_CLOCK_H_
#define CONSILIUM_LAB_SIMULATION_VIRTUAL_CLOCK_H_

#include "base/clock.h"

namespace consilium::simulation {

// The time of a simulated federation: it stands still while there is work, and jumps to the next
// deadline when there is none. Not thread-safe.
class VirtualClock final : public Clock {
 public:
  Time Now() const override { return now_; }
  void JumpTo(Time time) { now_ = std::max(now_, time); }

 private:
  Time now_{};
};

}  // namespace consilium::simulation

#endif  // CONSILIUM_LAB_SIMULATION_VIRTUAL_CLOCK_H_
