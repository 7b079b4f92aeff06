#include "server/ops/event_loop.h"

#include <utility>

namespace consilium::ops {

void EventLoop::Start(Timer timer) {
  timer_ = std::move(timer);
  MutexLock lock(joining_);
  thread_ = std::thread([this] { Run(); });
}

void EventLoop::Post(Task task) {
  {
    MutexLock lock(mutex_);
    if (stopped_) return;
    tasks_.push_back(std::move(task));
    if (!std::exchange(waiting_, false)) return;
  }
  changed_.NotifyAll();  // without the lock, which the loop's thread takes as it wakes
}

void EventLoop::Stop() {
  std::vector<Task> dropped;
  {
    MutexLock lock(mutex_);
    stopped_ = true;
    dropped.swap(tasks_);
    changed_.NotifyAll();
  }
  MutexLock lock(joining_);
  if (thread_.joinable()) thread_.join();
}

bool EventLoop::Stopped() {
  MutexLock lock(mutex_);
  return stopped_;
}

bool EventLoop::TakeTasks(std::vector<Task>& tasks, std::optional<Time> deadline) {
  tasks.clear();
  MutexLock lock(mutex_);
  while (tasks_.empty() && !stopped_) {
    waiting_ = true;
    if (!deadline) {
      changed_.Wait(mutex_);
    } else if (const Duration left = *deadline - clock_.Now(); left.count() <= 0) {
      break;
    } else {
      changed_.WaitUntil(mutex_, std::chrono::steady_clock::now() + left);
    }
  }
  waiting_ = false;
  tasks.swap(tasks_);
  return !stopped_;
}

void EventLoop::Run() {
  std::vector<Task> tasks;
  std::optional<Time> deadline = timer_.next ? timer_.next() : std::nullopt;
  while (TakeTasks(tasks, deadline)) {
    for (Task& task : tasks) {
      if (Stopped()) return;
      task();
      task = nullptr;
    }
    if (!timer_.next) continue;
    deadline = timer_.next();
    if (deadline && *deadline <= clock_.Now()) {
      timer_.tick();
      deadline = timer_.next();
    }
  }
}

}  // namespace consilium::ops
