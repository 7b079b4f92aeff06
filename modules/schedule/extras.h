#ifndef CONSILIUM_MODULES_SCHEDULE_EXTRAS_H_
#define CONSILIUM_MODULES_SCHEDULE_EXTRAS_H_

#include <span>
#include <vector>

#include "base/status.h"
#include "modules/traffic.h"

// What only some exchanges have, or only some callers ask for.
namespace consilium::schedule {

// What this site has given to rounds and none of them has passed on yet, as a flat vector. A site
// that begins anew with the same shape, after a restart or in a new generation, gives it to Owe
// before the first Begin. Between rounds only. Owe refuses another size, and numbers that are not
// finite.
template <typename Scalar>
class ErrorFeedback {
 public:
  virtual ~ErrorFeedback() = default;
  virtual std::vector<Scalar> Owed() const = 0;  // may be empty
  virtual Status Owe(std::span<const Scalar> owed) = 0;
};

// What the site's local steps of the next round should add up to besides their gradients, in equal
// parts; empty: nothing. Between rounds only.
template <typename Scalar>
class ControlVariates {
 public:
  virtual ~ControlVariates() = default;
  virtual std::span<const Scalar> Correction() const = 0;
};

// Where all sites see the same result: whether what all sites were to give is in it, which they
// then know alike. Requires Complete().
class CommonResult {
 public:
  virtual ~CommonResult() = default;
  virtual bool Whole() const = 0;
};

// Each is null if there is none; valid as long as the exchange.
template <typename Scalar>
struct Extras {
  ErrorFeedback<Scalar>* error = nullptr;
  const ControlVariates<Scalar>* control = nullptr;
  const CommonResult* common = nullptr;
  // Of the round under way, or of the one ended last.
  const TrafficAccount* traffic = nullptr;
};

}  // namespace consilium::schedule

#endif  // CONSILIUM_MODULES_SCHEDULE_EXTRAS_H_
