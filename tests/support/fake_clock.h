#ifndef CONSILIUM_TESTS_SUPPORT_FAKE_CLOCK_H_
#define CONSILIUM_TESTS_SUPPORT_FAKE_CLOCK_H_

#include "base/clock.h"

namespace consilium::testing {

// A clock that moves only when told. Not thread-safe.
class FakeClock final : public Clock {
 public:
  Time Now() const override { return now_; }
  void Advance(Duration by) { now_ += by; }

 private:
  Time now_ = Time(std::chrono::hours(24 * 365 * 50));
};

}  // namespace consilium::testing

#endif  // CONSILIUM_TESTS_SUPPORT_FAKE_CLOCK_H_
