#ifndef CONSILIUM_BASE_MUTEX_H_
#define CONSILIUM_BASE_MUTEX_H_

#include <condition_variable>
#include <mutex>

#include "absl/base/thread_annotations.h"

// std::mutex with clang's thread-safety annotations. Debian's absl::Mutex is not instrumented for
// ThreadSanitizer and gives false races, so ours is used everywhere.
#if defined(__clang__)
#define CONSILIUM_THREAD_ANNOTATION(x) __attribute__((x))
#else
#define CONSILIUM_THREAD_ANNOTATION(x)
#endif

// GUARDED_BY, LOCK_RETURNED and the like are Abseil's, which status.h brings along anyway.
#define REQUIRES(...) CONSILIUM_THREAD_ANNOTATION(requires_capability(__VA_ARGS__))
#define EXCLUDES(...) CONSILIUM_THREAD_ANNOTATION(locks_excluded(__VA_ARGS__))

namespace consilium {

class CONSILIUM_THREAD_ANNOTATION(capability("mutex")) Mutex {
 public:
  void Lock() CONSILIUM_THREAD_ANNOTATION(acquire_capability()) { mutex_.lock(); }
  void Unlock() CONSILIUM_THREAD_ANNOTATION(release_capability()) { mutex_.unlock(); }

 private:
  friend class CondVar;
  std::mutex mutex_;
};

class CONSILIUM_THREAD_ANNOTATION(scoped_lockable) MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) CONSILIUM_THREAD_ANNOTATION(acquire_capability(mutex))
      : mutex_(mutex) {
    mutex_.Lock();
  }
  ~MutexLock() CONSILIUM_THREAD_ANNOTATION(release_capability()) { mutex_.Unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex& mutex_;
};

// Waits may wake without cause: always wait in a loop over the condition.
class CondVar {
 public:
  void Wait(Mutex& mutex) REQUIRES(mutex) {
    std::unique_lock<std::mutex> lock(mutex.mutex_, std::adopt_lock);
    condition_.wait(lock);
    lock.release();
  }
  // False if `deadline` passed first.
  template <typename TimePoint>
  bool WaitUntil(Mutex& mutex, TimePoint deadline) REQUIRES(mutex) {
    std::unique_lock<std::mutex> lock(mutex.mutex_, std::adopt_lock);
    const bool notified = condition_.wait_until(lock, deadline) == std::cv_status::no_timeout;
    lock.release();
    return notified;
  }
  void NotifyAll() { condition_.notify_all(); }

 private:
  std::condition_variable condition_;
};

}  // namespace consilium

#endif  // CONSILIUM_BASE_MUTEX_H_
