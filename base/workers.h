#ifndef CONSILIUM_BASE_WORKERS_H_
#define CONSILIUM_BASE_WORKERS_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <thread>
#include <vector>

#include "base/mutex.h"

namespace consilium {

// Threads that share out short tasks: a helper looks for the next job a few microseconds before it
// goes to sleep, so that a job of some ten microseconds is worth cutting in two.
class Workers {
 public:
  // `threads` in all, the caller of Run included; at least 1.
  explicit Workers(int threads);
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  int threads() const { return static_cast<int>(helpers_.size()) + 1; }

  // Calls task(0) .. task(count - 1), some at the same time, and returns when all are done. A task
  // does not throw and does not call Run. One caller at a time.
  void Run(int count, const std::function<void(int)>& task);

 private:
  void Serve();
  // Runs tasks of the present job until none is left to begin.
  void Share();
  struct Claimed {
    const std::function<void(int)>* task;
    int index;
  };
  std::optional<Claimed> Claim();

  std::vector<std::thread> helpers_;  // constant after construction
  std::atomic<uint64_t> job_ = 0;     // number of the latest; looked at without the lock
  std::atomic<bool> stopped_ = false;

  Mutex mutex_;
  CondVar begun_, done_;
  const std::function<void(int)>* task_ GUARDED_BY(mutex_) = nullptr;
  int count_ GUARDED_BY(mutex_) = 0;
  int next_ GUARDED_BY(mutex_) = 0;
  int running_ GUARDED_BY(mutex_) = 0;  // tasks begun and not done
};

}  // namespace consilium

#endif  // CONSILIUM_BASE_WORKERS_H_
