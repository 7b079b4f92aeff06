#ifndef CONSILIUM_BASE_WORKERS_H_
#define CONSILIUM_BASE_WORKERS_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <thread>
#include <vector>

#include "base/mutex.h"

namespace consilium {

// Threads that share out short tasks. Whoever waits, a helper for a job or the caller for the last
// task, looks some ten microseconds before it goes to sleep, and none of them takes a lock while
// awake: a job of some ten microseconds is worth cutting in two.
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
  // Runs tasks of `job` until none is left to begin.
  void Share(uint64_t job);
  void AwaitLastTask();

  // The present job and the next task of it, which whoever wants to run it counts on. Everything
  // of a job stays as it is until all its tasks are done, so what was read before a successful
  // count is of the same job.
  static constexpr uint64_t kTask = 0xffffffff;
  static uint64_t JobOf(uint64_t ticket) { return ticket & ~kTask; }
  std::atomic<uint64_t> ticket_ = 0;
  std::atomic<const std::function<void(int)>*> task_ = nullptr;
  std::atomic<uint64_t> count_ = 0;
  std::atomic<uint64_t> unfinished_ = 0;

  std::vector<std::thread> helpers_;  // constant after construction
  std::atomic<bool> stopped_ = false;

  // For those who gave up looking. Counted before the last look, so that nobody is missed.
  Mutex mutex_;
  CondVar begun_, done_;
  std::atomic<int> sleepers_ = 0;
  std::atomic<bool> caller_sleeps_ = false;
};

}  // namespace consilium

#endif  // CONSILIUM_BASE_WORKERS_H_
