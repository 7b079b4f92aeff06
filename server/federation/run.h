#ifndef CONSILIUM_SERVER_FEDERATION_RUN_H_
#define CONSILIUM_SERVER_FEDERATION_RUN_H_

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/shared.h"
#include "base/status.h"
#include "server/federation/messages.h"
#include "server/federation/plan.h"

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

// What a run wants done, in order.
struct ToSite {
  std::string site;  // or kCoordinatorSite, for the coordinator's own member
  std::variant<Invitation, Shared<Assignment>, Hold, Ended> message;
};
struct SaveRun {};     // store Record() before anything that follows is sent
struct RunChanged {};  // tell those who watch
using RunAction = std::variant<ToSite, SaveRun, RunChanged>;
using RunActions = std::vector<RunAction>;

// The name under which the coordinator takes part as an aggregator. No site may be called so.
inline constexpr char kCoordinatorSite[] = "coordinator";

// The coordinator's side of one run: who takes part, in which generation, from which round. A state
// machine without network, thread or file. It reads no peer message. Not thread-safe.
//
//   waiting (for offers of a quorum) <-> running -> finished | stopped | failed
class Run {
 public:
  // `sites` are those of a plan that names none.
  static StatusOr<std::unique_ptr<Run>> Create(std::string name, std::string plan_text,
                                               const Clock& clock,
                                               std::vector<std::string> sites = {});
  // From what SaveRun stored; every site counts as not attached.
  static StatusOr<std::unique_ptr<Run>> Restore(RunRecord record, const Clock& clock);
  virtual ~Run() = default;

  virtual const Plan& plan() const = 0;
  virtual const RunRecord& record() const = 0;

  virtual RunActions Attached(const std::string& site) = 0;
  // Its link was lost at `since`, up to now.
  virtual RunActions Detached(const std::string& site, Time since) = 0;
  virtual RunActions Handle(const std::string& site, const Offer& offer) = 0;
  virtual RunActions Handle(const std::string& site, const Decline& decline) = 0;
  virtual RunActions Handle(const std::string& site, const Progress& progress) = 0;
  virtual RunActions Handle(const std::string& site, const SiteReport& report) = 0;
  // `site` may be kCoordinatorSite: the coordinator's own part rests, as a site's does.
  virtual RunActions Handle(const std::string& site, const LinkBroken& broken) = 0;
  // What the coordinator's own part saw: a round was closed without a site; or one let a whole
  // deadline pass in the middle of a message, which costs it its place at once.
  virtual RunActions Missed(uint64_t generation, const std::string& site) = 0;
  virtual RunActions Stalled(uint64_t generation, const std::string& site,
                             const std::string& where) = 0;
  virtual RunActions Stop(const std::string& who) = 0;

  // What keeps the run from going on, for whoever reads its record; empty: nothing any more.
  virtual void Trouble(std::string what) = 0;

  // Call at or after NextDeadline().
  virtual RunActions Tick() = 0;
  virtual std::optional<Time> NextDeadline() const = 0;
};

// How long a site whose link is lost may take to find it again with nothing begun anew: the grace
// of a departure, but no longer than the others wait for its message.
Duration ResumptionGrace(const Plan& plan);

}  // namespace consilium::federation

#endif  // CONSILIUM_SERVER_FEDERATION_RUN_H_
