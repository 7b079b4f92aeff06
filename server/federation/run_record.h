#ifndef CONSILIUM_SERVER_FEDERATION_RUN_RECORD_H_
#define CONSILIUM_SERVER_FEDERATION_RUN_RECORD_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "server/federation/messages.h"

namespace consilium::federation {

// Stored and sent: never renumber.
enum class RunState : uint8_t {
  kWaiting = 1,
  kRunning = 2,
  kFinished = 3,
  kStopped = 4,
  kFailed = 5
};

std::string_view Name(RunState state);

// What the coordinator knows of one site in a run.
struct RunSite {
  std::string site;
  bool attached = false;
  bool participating = false;  // in the current generation
  std::string note;            // why it does not take part
  std::optional<Offer> offer;
  std::optional<Progress> progress;
  std::optional<SiteReport> report;
};

// All there is to know of a run: what is stored, restored and shown.
struct RunRecord {
  std::string run;  // its name, unique at the coordinator
  std::string plan_text;
  RunState state = RunState::kWaiting;
  std::string reason;
  uint64_t generation = 0;
  int rounds_completed = 0;  // by every participant
  Time created;
  std::optional<Time> ended;
  std::vector<RunSite> sites;  // in the plan's order
  std::string model_digest;    // set when all reports agree
};

// The name under which the coordinator takes part as an aggregator. No site may be called so.
inline constexpr char kCoordinatorSite[] = "coordinator";

}  // namespace consilium::federation

#endif  // CONSILIUM_SERVER_FEDERATION_RUN_RECORD_H_
