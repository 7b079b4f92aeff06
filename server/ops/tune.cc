#include "server/ops/tune.h"

#include <malloc.h>

#include "absl/synchronization/mutex.h"

namespace consilium::ops {

void TuneProcess() {
  constexpr int kMebibyte = 1 << 20;
  mallopt(M_MMAP_THRESHOLD, 32 * kMebibyte);
  mallopt(M_TRIM_THRESHOLD, 64 * kMebibyte);
  mallopt(M_ARENA_MAX, 4);
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
}

void UseOneHeap() { mallopt(M_ARENA_MAX, 1); }

}  // namespace consilium::ops
