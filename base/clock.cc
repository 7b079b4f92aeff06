#include "base/clock.h"

#include <ctime>

namespace consilium {
namespace {

class Steady final : public Clock {
 public:
  Time Now() const override { return start_ + (std::chrono::steady_clock::now() - steady_start_); }

 private:
  const Time start_ = std::chrono::system_clock::now();
  const std::chrono::steady_clock::time_point steady_start_ = std::chrono::steady_clock::now();
};

}  // namespace

const Clock& SystemClock() {
  static const Steady clock;
  return clock;
}

std::string FormatTime(Time time) {
  const std::time_t seconds =
      std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[32];
  const size_t length = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return std::string(text, length);
}

}  // namespace consilium
