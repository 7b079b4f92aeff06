#ifndef CONSILIUM_MODULES_SCHEDULE_RELAY_LOOPS_H_
#define CONSILIUM_MODULES_SCHEDULE_RELAY_LOOPS_H_

#include <cstddef>

namespace consilium::schedule {

// The loops of RelaySum over `size` numbers, in the form that suits this CPU best. Every form gives
// the same bits: each number by itself, every product and sum rounded. `result` overlaps with no
// other.
template <typename Scalar>
struct RelayLoops {
  // result = own + share (theirs - own)
  void (*approach)(const Scalar* own, Scalar share, const Scalar* theirs, size_t size,
                   Scalar* result);

  // result += share (theirs - own)
  void (*add)(const Scalar* own, Scalar share, const Scalar* theirs, size_t size, Scalar* result);

  // result = own + scale (sum - share (theirs - own))
  void (*approach_without)(const Scalar* own, Scalar share, const Scalar* theirs, Scalar scale,
                           const Scalar* sum, size_t size, Scalar* result);
};

// Chosen once, when first called. Scalar is float or double.
template <typename Scalar>
const RelayLoops<Scalar>& BestRelayLoops();

}  // namespace consilium::schedule

#endif  // CONSILIUM_MODULES_SCHEDULE_RELAY_LOOPS_H_
