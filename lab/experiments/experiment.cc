#include "lab/experiments/experiment.h"

#include <atomic>

#include "base/tasks.h"

namespace consilium::experiments {

Status ForEach(const ExperimentSetting& setting, std::string_view what, int count,
               const std::function<Status(int)>& task) {
  std::atomic<int> done = 0;
  return RunTasks(setting.threads, count, [&](int i) {
    const Status status = task(i);
    const int so_far = ++done;
    if (setting.progress) setting.progress(what, so_far, count);
    return status;
  });
}

}  // namespace consilium::experiments
