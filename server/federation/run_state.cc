#include <algorithm>

#include "server/federation/run.h"

namespace consilium::federation {

Duration ResumptionGrace(const Plan& plan) {
  return std::min(plan.departure_grace, plan.round_deadline);
}

std::string_view Name(RunState state) {
  switch (state) {
    case RunState::kWaiting:
      return "waiting";
    case RunState::kRunning:
      return "running";
    case RunState::kFinished:
      return "finished";
    case RunState::kStopped:
      return "stopped";
    case RunState::kFailed:
      return "failed";
  }
  return "unknown state";
}

}  // namespace consilium::federation
