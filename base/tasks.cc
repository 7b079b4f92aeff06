#include "base/tasks.h"

#include <algorithm>
#include <atomic>
#include <vector>

namespace consilium {

Status RunTasks(Workers& workers, int count, const std::function<Status(int)>& task) {
  std::vector<Status> statuses(static_cast<size_t>(std::max(count, 0)));
  std::atomic<bool> failed = false;
  workers.Run(count, [&](int i) {
    if (failed) return;
    Status& status = statuses[static_cast<size_t>(i)];
    status = task(i);
    if (!status.ok()) failed = true;
  });
  for (const Status& status : statuses) RETURN_IF_ERROR(status);
  return OkStatus();
}

Status RunTasks(int threads, int count, const std::function<Status(int)>& task) {
  Workers workers(std::min(threads, count));
  return RunTasks(workers, count, task);
}

}  // namespace consilium
