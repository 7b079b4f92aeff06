#ifndef CONSILIUM_TESTS_SUPPORT_FAKE_CLOCK_H_
#define CONSILIUM_TESTS_SUPPORT_FAKE_CLOCK_H_

#include <atomic>

#include "base/clock.h"

namespace consilium::testing {

// A clock that moves only when told. Thread-safe.
class FakeClock final : public Clock {
 public:
  FakeClock() = default;
  FakeClock(const FakeClock& other) : since_epoch_(other.since_epoch_.load()) {}
  FakeClock& operator=(const FakeClock&) = delete;

  Time Now() const override { return Time(Duration(since_epoch_.load())); }
  void Advance(Duration by) { since_epoch_ += by.count(); }

 private:
  std::atomic<Duration::rep> since_epoch_ = Duration(std::chrono::hours(24 * 365 * 50)).count();
};

}  // namespace consilium::testing

#endif  // CONSILIUM_TESTS_SUPPORT_FAKE_CLOCK_H_
