#include "server/evaluation/tasks.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

namespace consilium {

Status RunTasks(int threads, int count, const std::function<Status(int)>& task) {
  std::vector<Status> statuses(static_cast<size_t>(std::max(count, 0)));
  std::atomic<int> next = 0;
  std::atomic<bool> failed = false;
  const auto work = [&] {
    for (int i = next++; i < count && !failed; i = next++) {
      statuses[static_cast<size_t>(i)] = task(i);
      if (!statuses[static_cast<size_t>(i)].ok()) failed = true;
    }
  };
  std::vector<std::thread> others;
  for (int t = 1; t < std::min(threads, count); ++t) others.emplace_back(work);
  work();
  for (std::thread& other : others) other.join();
  for (const Status& status : statuses) RETURN_IF_ERROR(status);
  return OkStatus();
}

}  // namespace consilium
