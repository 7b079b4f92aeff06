#ifndef CONSILIUM_BASE_CLOCK_H_
#define CONSILIUM_BASE_CLOCK_H_

#include <chrono>
#include <string>

namespace consilium {

using Duration = std::chrono::nanoseconds;
using Time = std::chrono::sys_time<Duration>;

constexpr Duration Seconds(double seconds) {
  return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(seconds));
}
constexpr double ToSeconds(Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

// Where time comes from. Implementations are thread-safe. Tests use tests/support/fake_clock.h.
class Clock {
 public:
  virtual ~Clock() = default;
  // Never goes backwards, even when the machine's wall clock does.
  virtual Time Now() const = 0;
};

// The machine's clock: the wall time when first used, advanced by the steady clock. Lives for ever.
const Clock& SystemClock();

// "2026-11-22T14:58:03Z"
std::string FormatTime(Time time);

}  // namespace consilium

#endif  // CONSILIUM_BASE_CLOCK_H_
