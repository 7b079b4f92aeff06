#include "modules/schedule/relay_loops.h"

#define CONSILIUM_INLINE inline __attribute__((always_inline))

namespace consilium::schedule {
namespace {

template <typename Scalar>
CONSILIUM_INLINE void Approach(const Scalar* own, Scalar share, const Scalar* theirs, size_t size,
                               Scalar* __restrict result) {
  for (size_t i = 0; i < size; ++i) result[i] = own[i] + share * (theirs[i] - own[i]);
}

template <typename Scalar>
CONSILIUM_INLINE void Add(const Scalar* own, Scalar share, const Scalar* theirs, size_t size,
                          Scalar* __restrict result) {
  for (size_t i = 0; i < size; ++i) result[i] += share * (theirs[i] - own[i]);
}

template <typename Scalar>
CONSILIUM_INLINE void ApproachWithout(const Scalar* own, Scalar share, const Scalar* theirs,
                                      Scalar scale, const Scalar* sum, size_t size,
                                      Scalar* __restrict result) {
  for (size_t i = 0; i < size; ++i) {
    result[i] = own[i] + scale * (sum[i] - share * (theirs[i] - own[i]));
  }
}

// The three loops, compiled for the CPUs that `target` names.
#define CONSILIUM_RELAY_LOOPS(Name, target)                                                      \
  template <typename Scalar>                                                                     \
  struct Name {                                                                                  \
    target static void DoApproach(const Scalar* own, Scalar share, const Scalar* theirs,         \
                                  size_t size, Scalar* result) {                                 \
      Approach(own, share, theirs, size, result);                                                \
    }                                                                                            \
    target static void DoAdd(const Scalar* own, Scalar share, const Scalar* theirs, size_t size, \
                             Scalar* result) {                                                   \
      Add(own, share, theirs, size, result);                                                     \
    }                                                                                            \
    target static void DoWithout(const Scalar* own, Scalar share, const Scalar* theirs,          \
                                 Scalar scale, const Scalar* sum, size_t size, Scalar* result) { \
      ApproachWithout(own, share, theirs, scale, sum, size, result);                             \
    }                                                                                            \
    static constexpr RelayLoops<Scalar> kLoops = {DoApproach, DoAdd, DoWithout};                 \
  };

CONSILIUM_RELAY_LOOPS(Baseline, )
#if defined(__x86_64__)
CONSILIUM_RELAY_LOOPS(Avx2, __attribute__((target("avx2"))))
#endif

}  // namespace

template <typename Scalar>
const RelayLoops<Scalar>& BestRelayLoops() {
#if defined(__x86_64__)
  static const bool has_avx2 = __builtin_cpu_supports("avx2");
  if (has_avx2) return Avx2<Scalar>::kLoops;
#endif
  return Baseline<Scalar>::kLoops;
}

template const RelayLoops<float>& BestRelayLoops();
template const RelayLoops<double>& BestRelayLoops();

}  // namespace consilium::schedule
