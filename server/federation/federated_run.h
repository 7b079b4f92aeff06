#ifndef CONSILIUM_SERVER_FEDERATION_FEDERATED_RUN_H_
#define CONSILIUM_SERVER_FEDERATION_FEDERATED_RUN_H_

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "server/federation/broken_links.h"
#include "server/federation/run.h"
#include "server/federation/standing.h"

namespace consilium::federation {

// The one implementation of Run. run.cc takes in what happens, run_generations.cc puts generations
// together.
class FederatedRun final : public Run {
 public:
  FederatedRun(RunRecord record, Plan plan, const Clock& clock);

  const Plan& plan() const override { return plan_; }
  const RunRecord& record() const override { return record_; }

  RunActions Attached(const std::string& name) override;
  RunActions Detached(const std::string& name, Time since) override;
  RunActions Handle(const std::string& name, const Offer& offer) override;
  RunActions Handle(const std::string& name, const Decline& decline) override;
  RunActions Handle(const std::string& name, const Progress& progress) override;
  RunActions Handle(const std::string& name, const SiteReport& report) override;
  RunActions Handle(const std::string& name, const LinkBroken& broken) override;
  RunActions Missed(uint64_t generation, const std::string& name) override;
  RunActions Stalled(uint64_t generation, const std::string& name,
                     const std::string& where) override;
  RunActions Stop(const std::string& who) override;
  void Trouble(std::string what) override;
  RunActions Tick() override;
  std::optional<Time> NextDeadline() const override;

 private:
  bool ended() const {
    return record_.state != RunState::kWaiting && record_.state != RunState::kRunning;
  }
  bool aggregates() const { return plan_.schedule.aggregator == Aggregator::kCoordinator; }

  RunSite* Find(const std::string& name);
  // Null if `name` takes no part in `generation`, or that is not the present one.
  RunSite* FindParticipant(const std::string& name, uint64_t generation);
  Standing& SeatOf(const RunSite& site) {
    return seats_[static_cast<size_t>(&site - record_.sites.data())];
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
  bool Ready(const RunSite& site) { return site.attached && site.offer && !SeatOf(site).benched; }
  bool StandsAsAssigned();
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
  void Bench(RunSite& site, std::string why);
  void InviteBenched(RunActions& actions);
  void FinishIfAllReported(RunActions& actions);

  RunRecord record_;
  const Plan plan_;
  const Clock& clock_;
  const std::map<std::string, size_t, std::less<>> positions_;  // in record_.sites, by name
  std::vector<Standing> seats_;                                 // beside record_.sites
  BrokenLinks broken_links_;                                    // since a round was completed
  int own_troubles_ = 0;        // of the coordinator's part; the same
  std::optional<Time> settle_;  // when to assign without those who are not there
  std::string trouble_;         // what record_.reason says instead of `reason_`; empty: nothing
  std::string reason_;
};

}  // namespace consilium::federation

#endif  // CONSILIUM_SERVER_FEDERATION_FEDERATED_RUN_H_
