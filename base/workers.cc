#include "base/workers.h"

namespace consilium {
namespace {

// Looks so often before sleeping: tens of microseconds, about what waking takes.
constexpr int kLooks = 4000;

void Pause() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

}  // namespace

Workers::Workers(int threads) {
  for (int t = 1; t < threads; ++t) helpers_.emplace_back([this] { Serve(); });
}

Workers::~Workers() {
  {
    MutexLock lock(mutex_);
    stopped_ = true;
    begun_.NotifyAll();
  }
  for (std::thread& helper : helpers_) helper.join();
}

void Workers::Run(int count, const std::function<void(int)>& task) {
  if (count <= 1 || helpers_.empty()) {
    for (int i = 0; i < count; ++i) task(i);
    return;
  }
  const uint64_t job = JobOf(ticket_) + kTask + 1;
  ticket_ |= kTask;  // nobody counts on the last job any more while the next is written down
  task_ = &task;
  count_ = static_cast<uint64_t>(count);
  unfinished_ = static_cast<uint64_t>(count);
  ticket_ = job;
  if (sleepers_ > 0) {
    MutexLock lock(mutex_);
    begun_.NotifyAll();
  }
  Share(job);
  AwaitLastTask();
}

void Workers::Share(uint64_t job) {
  uint64_t ticket = ticket_;
  while (JobOf(ticket) == job) {
    const std::function<void(int)>* task = task_;
    const uint64_t index = ticket & kTask;
    if (index >= count_) return;
    if (!ticket_.compare_exchange_weak(ticket, ticket + 1)) continue;
    (*task)(static_cast<int>(index));
    if (--unfinished_ == 0 && caller_sleeps_) {
      MutexLock lock(mutex_);
      done_.NotifyAll();
    }
    ticket = ticket_;
  }
}

void Workers::AwaitLastTask() {
  for (int look = 0; look < kLooks && unfinished_ > 0; ++look) Pause();
  if (unfinished_ == 0) return;
  MutexLock lock(mutex_);
  caller_sleeps_ = true;
  while (unfinished_ > 0) done_.Wait(mutex_);
  caller_sleeps_ = false;
}

void Workers::Serve() {
  uint64_t seen = 0;
  while (true) {
    for (int look = 0; look < kLooks && JobOf(ticket_) == seen && !stopped_; ++look) Pause();
    if (JobOf(ticket_) == seen) {
      MutexLock lock(mutex_);
      ++sleepers_;
      while (JobOf(ticket_) == seen && !stopped_) begun_.Wait(mutex_);
      --sleepers_;
    }
    if (stopped_) return;
    seen = JobOf(ticket_);
    Share(seen);
  }
}

}  // namespace consilium
