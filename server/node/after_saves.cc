#include "server/node/after_saves.h"

#include <utility>

namespace consilium::node {

void AfterSaves::Then(absl::AnyInvocable<void()> task, Kind kind) {
  if (all_stored()) return task();
  waiting_.push_back({asked_, std::move(task), kind});
}

void AfterSaves::Stored(uint64_t save) {
  while (!waiting_.empty() && waiting_.front().save <= save) {
    auto task = std::move(waiting_.front().task);
    waiting_.pop_front();
    task();
  }
  stored_ = save;
}

void AfterSaves::Forget(Kind kind) {
  std::erase_if(waiting_, [kind](const Waiting& waiting) { return waiting.kind == kind; });
}

}  // namespace consilium::node
