#include "base/workers.h"

namespace consilium {
namespace {

// Looks for a job so often before sleeping: tens of microseconds, a few times what waking takes.
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
  {
    MutexLock lock(mutex_);
    task_ = &task;
    count_ = count;
    next_ = 0;
    ++job_;
    begun_.NotifyAll();
  }
  Share();
  MutexLock lock(mutex_);
  while (running_ > 0) done_.Wait(mutex_);
  task_ = nullptr;
  count_ = 0;
}

void Workers::Share() {
  while (const std::optional<Claimed> claimed = Claim()) {
    (*claimed->task)(claimed->index);
    MutexLock lock(mutex_);
    if (--running_ == 0) done_.NotifyAll();
  }
}

std::optional<Workers::Claimed> Workers::Claim() {
  MutexLock lock(mutex_);
  if (next_ >= count_) return std::nullopt;
  ++running_;
  return Claimed{task_, next_++};
}

void Workers::Serve() {
  uint64_t seen = 0;
  while (true) {
    for (int look = 0; look < kLooks && job_ == seen && !stopped_; ++look) Pause();
    {
      MutexLock lock(mutex_);
      while (job_ == seen && !stopped_) begun_.Wait(mutex_);
      if (stopped_) return;
      seen = job_;
    }
    Share();
  }
}

}  // namespace consilium
