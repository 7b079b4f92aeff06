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
#include "server/federation/broken_links.h"
#include "server/federation/messages.h"
#include "server/federation/plan.h"
#include "server/federation/run_record.h"
#include "server/federation/site_state.h"

namespace consilium::federation {

// What a run wants done, in order.
struct ToSite {
  std::string site;  // or kCoordinatorSite, for the coordinator's own member
  std::variant<Invitation, Shared<Assignment>, Hold, Ended> message;
};
struct SaveRun {};     // store Record() before anything that follows is sent
struct RunChanged {};  // tell those who watch
using RunAction = std::variant<ToSite, SaveRun, RunChanged>;
using RunActions = std::vector<RunAction>;

// The coordinator's side of one run: who takes part, in which generation, from which round. A state
// machine without network, thread or file. It reads no peer message. run.cc takes in what happens,
// run_generations.cc puts generations together. Not thread-safe.
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

  const Plan& plan() const { return plan_; }
  const RunRecord& record() const { return record_; }

  RunActions Attached(const std::string& site);
  // Its link was lost at `since`, up to now.
  RunActions Detached(const std::string& site, Time since);
  RunActions Handle(const std::string& site, const Offer& offer);
  RunActions Handle(const std::string& site, const Decline& decline);
  RunActions Handle(const std::string& site, const Progress& progress);
  RunActions Handle(const std::string& site, const SiteReport& report);
  // `site` may be kCoordinatorSite: the coordinator's own part rests, as a site's does.
  RunActions Handle(const std::string& site, const LinkBroken& broken);
  // What the coordinator's own part saw: a round was closed without a site; or one let a whole
  // deadline pass in the middle of a message, which costs it its place at once.
  RunActions Missed(uint64_t generation, const std::string& site);
  RunActions Stalled(uint64_t generation, const std::string& site, const std::string& where);
  RunActions Stop(const std::string& who);

  // What keeps the run from going on, for whoever reads its record; empty: nothing any more.
  void Trouble(std::string what);

  // Call at or after NextDeadline().
  RunActions Tick();
  std::optional<Time> NextDeadline() const;

 private:
  Run(RunRecord record, Plan plan, const Clock& clock);

  bool ended() const {
    return record_.state != RunState::kWaiting && record_.state != RunState::kRunning;
  }
  bool aggregates() const { return plan_.schedule.aggregator == Aggregator::kCoordinator; }

  RunSite* Find(const std::string& name);
  // Null if `name` takes no part in `generation`, or that is not the present one.
  RunSite* FindParticipant(const std::string& name, uint64_t generation);
  SiteState& StateOf(const RunSite& site) {
    return states_[static_cast<size_t>(&site - record_.sites.data())];
  }
  // Another site's modules are; null if nobody's.
  const RunSite* LaidOutOtherwise(const RunSite& site, const Offer& offer);

  // The rounds behind a site's model, as it says, and as much of that as can be.
  int Told(const RunSite& site);
  int Believed(const RunSite& site);
  int RoundsOfTheFurthest();
  bool IsCurrent(const RunSite& site);
  void UpdateRoundsCompleted();

  // Generations.
  bool Ready(const RunSite& site) {
    return site.attached && site.offer && !StateOf(site).suspended;
  }
  bool IsAsAssigned();
  void Reconsider(RunActions& actions, Time since);
  void Assign(RunActions& actions);
  std::vector<Participant> Participants();
  void Publish(const Shared<Assignment>& assignment, RunActions& actions);
  void HoldAll(size_t ready, RunActions& actions);
  void End(RunState state, std::string reason, RunActions& actions);

  // As `who_waited` tells of the sites it waited for in a round.
  void CountMissed(const std::string& who_waited, const MissedRounds::Round& round,
                   const std::vector<std::string>& missed, RunActions& actions);
  void Blame(const LinkBroken& broken, const std::string& to);
  void Suspend(RunSite& site, std::string why);
  void InviteSuspended(RunActions& actions);
  void FinishIfAllReported(RunActions& actions);

  RunRecord record_;
  const Plan plan_;
  const Clock& clock_;
  const std::map<std::string, size_t, std::less<>> positions_;  // in record_.sites, by name
  std::vector<SiteState> states_;                               // beside record_.sites
  BrokenLinks broken_links_;                                    // since a round was completed
  int own_troubles_ = 0;        // of the coordinator's part; the same
  std::optional<Time> settle_;  // when to assign without those who are not there
  std::string trouble_;         // what record_.reason says instead of `reason_`; empty: nothing
  std::string reason_;
};

// How long a site whose link is lost may take to find it again with nothing begun anew: the grace
// of a departure, but no longer than the others wait for its message.
Duration ResumptionGrace(const Plan& plan);

}  // namespace consilium::federation

#endif  // CONSILIUM_SERVER_FEDERATION_RUN_H_
