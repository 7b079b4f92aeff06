#ifndef CONSILIUM_SERVER_OPS_EVENT_LOOP_H_
#define CONSILIUM_SERVER_OPS_EVENT_LOOP_H_

#include <functional>
#include <optional>
#include <thread>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "base/clock.h"
#include "base/mutex.h"

namespace consilium::ops {

// Runs tasks one after another on a thread of its own, in the order they were posted: what only
// these tasks touch needs no lock.
class EventLoop {
 public:
  using Task = absl::AnyInvocable<void()>;

  // Something that wants to be called when a time has come. Both are called on the loop's thread.
  struct Timer {
    std::function<std::optional<Time>()> next;
    std::function<void()> tick;
  };

  explicit EventLoop(const Clock& clock) : clock_(clock) {}
  ~EventLoop() { Stop(); }
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  // Call once. Tasks posted before wait until then.
  void Start(Timer timer = {});

  // Thread-safe. A task posted after Stop is destroyed unrun.
  void Post(Task task);

  // Finishes the task in hand, destroys the others unrun, and waits for the thread. Thread-safe,
  // but not from the loop itself.
  void Stop();

 private:
  void Run();
  bool Stopped();
  // The tasks to run now, empty if the timer is due. False when stopped.
  bool TakeTasks(std::vector<Task>& tasks, std::optional<Time> deadline);

  // Constant after Start.
  const Clock& clock_;
  Timer timer_;

  Mutex joining_;  // so that every Stop returns when the thread is gone, whoever waited for it
  std::thread thread_ GUARDED_BY(joining_);

  Mutex mutex_;
  CondVar changed_;
  std::vector<Task> tasks_ GUARDED_BY(mutex_);
  bool stopped_ GUARDED_BY(mutex_) = false;
  bool waiting_ GUARDED_BY(mutex_) = false;
};

}  // namespace consilium::ops

#endif  // CONSILIUM_SERVER_OPS_EVENT_LOOP_H_
