#include "base/command/work.h"

namespace consilium {

void SetWork(const Command& command, Invocation& invocation,
             std::function<Status(Invocation&)> work) {
  command.OnCall([&invocation, work = std::move(work)] {
    invocation.action = [&invocation, work] { return work(invocation); };
  });
}

}  // namespace consilium
