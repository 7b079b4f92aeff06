#include "server/federation/run.h"

#include <algorithm>
#include <set>
#include <utility>

#include "server/federation/awaited.h"
#include "server/federation/stage_exchange.h"
#include "server/federation/standing.h"
#include "server/federation/topology.h"

namespace consilium {
namespace {

// A site that let so many rounds pass loses its place, until it attaches again or answers a new
// invitation: after a round's deadline, then after twice that, and so on to the longest pause.
constexpr int kMissedRoundsToBench = 3;
constexpr int kLongestPause = 64;  // round deadlines

// So many broken links without a completed round in between are no accident.
constexpr int kMostBrokenLinks = 20;

class FederatedRun final : public Run {
 public:
  FederatedRun(RunRecord record, Plan plan, const Clock& clock)
      : record_(std::move(record)),
        plan_(std::move(plan)),
        clock_(clock),
        seats_(plan_.sites.size()) {}

  const Plan& plan() const override { return plan_; }
  const RunRecord& record() const override { return record_; }

  RunActions Attached(const std::string& name) override {
    RunSite* site = Find(name);
    if (site == nullptr) return {};
    if (ended()) return {ToSite{name, Ended{record_.run, record_.reason}}};
    site->attached = true;
    site->offer.reset();
    SeatOf(*site) = {};
    site->note = "invited";
    return {ToSite{name, Invitation{record_.run, record_.plan_text}}, RunChanged{}};
  }

  RunActions Detached(const std::string& name) override {
    RunSite* site = Find(name);
    if (site == nullptr || ended()) return {};
    site->attached = false;
    site->offer.reset();
    site->note = "not attached";
    RunActions actions = {RunChanged{}};
    if (site->participating) Reconsider(actions);
    return actions;
  }

  RunActions Handle(const std::string& name, const Offer& offer) override {
    RunSite* site = Find(name);
    if (site == nullptr || ended() || !site->attached) return {};
    RunActions actions = {RunChanged{}};
    for (const RunSite& other : record_.sites) {
      if (&other == site || !other.offer) continue;
      if (other.offer->layout_digest != offer.layout_digest ||
          other.offer->weights.size() != offer.weights.size()) {
        site->note = fmt::format(
            "its modules are laid out otherwise than {}'s, or start from other values: give both "
            "the same schema and version, and the same start model if the plan names one",
            other.site);
        return actions;
      }
    }
    site->offer = offer;
    site->note.clear();
    Standing& seat = SeatOf(*site);
    if (std::exchange(seat.benched, false)) seat.missed.Clear();
    seat.rounds = offer.rounds_completed;
    seat.knows_statistics = offer.knows_statistics;
    Reconsider(actions);
    return actions;
  }

  RunActions Handle(const std::string& name, const Decline& decline) override {
    RunSite* site = Find(name);
    if (site == nullptr || ended()) return {};
    site->offer.reset();
    site->note = "declined: " + decline.reason;
    RunActions actions = {RunChanged{}};
    Reconsider(actions);
    return actions;
  }

  RunActions Handle(const std::string& name, const Progress& progress) override {
    RunSite* site = FindParticipant(name, progress.generation);
    if (site == nullptr) return {};
    site->progress = progress;
    Standing& seat = SeatOf(*site);
    seat.rounds = std::max(seat.rounds, progress.rounds_completed);
    seat.knows_statistics = true;
    seat.missed.Clear();
    UpdateRoundsCompleted();
    RunActions actions = {RunChanged{}};
    CountMissed(name, {record_.generation, progress.stage, progress.rounds_completed + 1},
                progress.missed, actions);
    return actions;
  }

  RunActions Handle(const std::string& name, const SiteReport& report) override {
    RunSite* site = FindParticipant(name, report.generation);
    if (site == nullptr) return {};
    site->report = report;
    SeatOf(*site).rounds = report.rounds_completed;
    UpdateRoundsCompleted();
    RunActions actions = {SaveRun{}, RunChanged{}};
    FinishIfAllReported(actions);
    return actions;
  }

  RunActions Handle(const std::string& name, const LinkBroken& broken) override {
    if (FindParticipant(name, broken.generation) == nullptr) return {};
    RunActions actions;
    if (++broken_links_ <= kMostBrokenLinks) {
      Assign(actions);
    } else {
      End(RunState::kFailed,
          fmt::format("links break without end; the last, from {} to {}: {}", broken.from, name,
                      broken.reason),
          actions);
    }
    return actions;
  }

  RunActions Missed(uint64_t generation, const std::string& name) override {
    RunActions actions;
    if (FindParticipant(name, generation) != nullptr) {
      CountMissed(kCoordinatorSite, {generation}, {name}, actions);
    }
    return actions;
  }

  RunActions Stalled(uint64_t generation, const std::string& name,
                     const std::string& where) override {
    RunActions actions;
    RunSite* site = FindParticipant(name, generation);
    if (site == nullptr) return actions;
    Bench(*site, SeatOf(*site), "it let the deadline pass " + where);
    Assign(actions);
    return actions;
  }

  RunActions Stop(const std::string& who) override {
    RunActions actions;
    if (!ended()) End(RunState::kStopped, "stopped by " + who, actions);
    return actions;
  }

  RunActions Tick() override {
    RunActions actions;
    if (ended()) return actions;
    InviteBenched(actions);
    if (settle_ && clock_.Now() >= *settle_) Assign(actions);
    return actions;
  }

  std::optional<Time> NextDeadline() const override {
    if (ended()) return std::nullopt;
    std::optional<Time> next = settle_;
    for (const Standing& seat : seats_) {
      if (seat.invite && (!next || *seat.invite < *next)) next = seat.invite;
    }
    return next;
  }

 private:
  bool ended() const {
    return record_.state != RunState::kWaiting && record_.state != RunState::kRunning;
  }

  RunSite* Find(const std::string& name) {
    for (RunSite& site : record_.sites) {
      if (site.site == name) return &site;
    }
    return nullptr;
  }

  // Null if `name` takes no part in `generation`, or that is not the present one.
  RunSite* FindParticipant(const std::string& name, uint64_t generation) {
    RunSite* site = Find(name);
    if (site == nullptr || !site->participating || ended()) return nullptr;
    return generation == record_.generation ? site : nullptr;
  }

  Standing& SeatOf(const RunSite& site) {
    return seats_[static_cast<size_t>(&site - record_.sites.data())];
  }

  bool Ready(const RunSite& site) { return site.attached && site.offer && !SeatOf(site).benched; }

  // Who could take part has changed. Assigns at once if nobody is left to wait for, else when the
  // grace for those who are not there has passed.
  void Reconsider(RunActions& actions) {
    const bool all =
        std::all_of(record_.sites.begin(), record_.sites.end(), [&](const RunSite& site) {
          return Ready(site) || SeatOf(site).benched || site.note.starts_with("declined");
        });
    if (all) return Assign(actions);
    if (!settle_) settle_ = clock_.Now() + plan_.departure_grace;
  }

  // Publishes a new generation of those who are ready, or holds if they are too few.
  void Assign(RunActions& actions) {
    settle_.reset();
    std::vector<std::string> names;
    for (RunSite& site : record_.sites) {
      site.participating = Ready(site);
      site.report.reset();
      if (site.participating) names.push_back(site.site);
    }
    if (static_cast<int>(names.size()) < plan_.Quorum()) return HoldAll(names.size(), actions);
    if (plan_.schedule.aggregator == "coordinator") names.emplace_back(kCoordinatorSite);
    auto edges = PlanEdges(plan_, names);
    if (!edges.ok()) return End(RunState::kFailed, std::string(Message(edges.status())), actions);
    record_.state = RunState::kRunning;
    record_.reason.clear();
    ++record_.generation;
    Publish({record_.run, record_.generation, Participants(), *std::move(edges), FirstRound()},
            actions);
  }

  int RoundsOfTheFurthest() {
    int rounds = 0;
    for (const RunSite& site : record_.sites) {
      if (site.participating) rounds = std::max(rounds, SeatOf(site).rounds);
    }
    return rounds;
  }

  int FirstRound() { return std::min(RoundsOfTheFurthest(), plan_.rounds) + 1; }

  std::vector<Participant> Participants() {
    std::vector<Participant> participants;
    size_t modules = 0;
    for (const RunSite& site : record_.sites) {
      if (!site.participating) continue;
      const Standing& seat = SeatOf(site);
      // One round behind still counts: the site trained it, and only its exchange was cut off.
      const bool current = seat.knows_statistics && seat.rounds + 1 >= RoundsOfTheFurthest();
      participants.push_back({site.site, site.offer->weights, current, false});
      modules = site.offer->weights.size();
    }
    if (plan_.schedule.aggregator == "coordinator") {
      participants.push_back({kCoordinatorSite, std::vector<float>(modules, 0), false, true});
    }
    return participants;
  }

  void Publish(const Assignment& assignment, RunActions& actions) {
    actions.push_back(SaveRun{});
    for (const Participant& participant : assignment.participants) {
      actions.push_back(ToSite{participant.site, assignment});
    }
    for (const RunSite& site : record_.sites) {
      if (site.attached && !site.participating) {
        actions.push_back(ToSite{site.site, Hold{record_.run, site.note}});
      }
    }
    actions.push_back(RunChanged{});
  }

  void HoldAll(size_t ready, RunActions& actions) {
    record_.reason = fmt::format("{} of {} sites are ready, {} are needed", ready,
                                 record_.sites.size(), plan_.Quorum()) +
                     Awaited(record_.sites);
    record_.state = RunState::kWaiting;
    for (RunSite& site : record_.sites) {
      site.participating = false;
      if (site.attached) actions.push_back(ToSite{site.site, Hold{record_.run, record_.reason}});
    }
    actions.push_back(SaveRun{});
    actions.push_back(RunChanged{});
  }

  void UpdateRoundsCompleted() {
    int rounds = plan_.rounds;
    for (const RunSite& site : record_.sites) {
      if (site.participating) rounds = std::min(rounds, SeatOf(site).rounds);
    }
    if (rounds <= record_.rounds_completed) return;
    record_.rounds_completed = rounds;
    broken_links_ = 0;
  }

  // As `who_waited` tells of the sites it waited for in a round.
  void CountMissed(const std::string& who_waited, const MissedRounds::Round& round,
                   const std::vector<std::string>& missed, RunActions& actions) {
    if (MayLoseMessages(plan_)) return;  // nobody is absent because a message is
    for (const std::string& name : std::set<std::string>(missed.begin(), missed.end())) {
      RunSite* site = Find(name);
      if (site == nullptr || !site->participating) continue;
      Standing& seat = SeatOf(*site);
      seat.missed.Note(who_waited, round);
      if (seat.missed.count() < kMissedRoundsToBench) continue;
      Bench(*site, seat, fmt::format("{} rounds were closed without it", seat.missed.count()));
      return Assign(actions);
    }
  }

  void Bench(RunSite& site, Standing& seat, std::string why) {
    seat.benched = true;
    seat.invite = clock_.Now() + seat.pause * plan_.round_deadline;
    seat.pause = std::min(2 * seat.pause, kLongestPause);
    site.note = std::move(why);
  }

  void InviteBenched(RunActions& actions) {
    for (RunSite& site : record_.sites) {
      Standing& seat = SeatOf(site);
      if (!seat.invite || clock_.Now() < *seat.invite) continue;
      seat.invite.reset();
      if (!seat.benched || !site.attached) continue;
      actions.push_back(ToSite{site.site, Invitation{record_.run, record_.plan_text}});
    }
  }

  void FinishIfAllReported(RunActions& actions) {
    std::set<std::string> digests;
    for (const RunSite& site : record_.sites) {
      if (!site.participating) continue;
      if (!site.report) return;
      digests.insert(site.report->model_digest);
    }
    if (digests.size() != 1) {
      return End(RunState::kFailed, "the sites do not hold the same final model", actions);
    }
    record_.model_digest = *digests.begin();
    End(RunState::kFinished, "finished", actions);
  }

  void End(RunState state, std::string reason, RunActions& actions) {
    settle_.reset();
    record_.state = state;
    record_.reason = std::move(reason);
    record_.ended = clock_.Now();
    actions.push_back(SaveRun{});
    for (const RunSite& site : record_.sites) {
      if (site.attached) actions.push_back(ToSite{site.site, Ended{record_.run, record_.reason}});
    }
    if (plan_.schedule.aggregator == "coordinator") {
      actions.push_back(ToSite{kCoordinatorSite, Ended{record_.run, record_.reason}});
    }
    actions.push_back(RunChanged{});
  }

  RunRecord record_;
  const Plan plan_;
  const Clock& clock_;
  std::vector<Standing> seats_;  // beside record_.sites
  int broken_links_ = 0;         // since a round was completed
  std::optional<Time> settle_;   // when to assign without those who are not there
};

}  // namespace

StatusOr<std::unique_ptr<Run>> Run::Create(std::string name, std::string plan_text,
                                           const Clock& clock, std::vector<std::string> sites) {
  RunRecord record;
  ASSIGN_OR_RETURN(Plan plan, ParsePlan(plan_text, "plan of run " + name));
  if (plan.sites.empty()) plan.sites = std::move(sites);
  if (plan.sites.empty()) return InvalidArgument("run.sites: no site, expected their names");
  record.run = std::move(name);
  record.plan_text = std::move(plan_text);
  record.created = clock.Now();
  record.reason = "no site has answered yet";
  for (const std::string& site : plan.sites) {
    RunSite& seat = record.sites.emplace_back();
    seat.site = site;
    seat.note = "not attached";
  }
  return std::unique_ptr<Run>(std::make_unique<FederatedRun>(std::move(record), plan, clock));
}

StatusOr<std::unique_ptr<Run>> Run::Restore(RunRecord record, const Clock& clock) {
  ASSIGN_OR_RETURN(Plan plan, ParsePlan(record.plan_text, "plan of run " + record.run));
  if (plan.sites.size() != record.sites.size()) {
    return DataLoss("run {} is stored with {} sites, but its plan names {}", record.run,
                    record.sites.size(), plan.sites.size());
  }
  for (RunSite& site : record.sites) {
    site.attached = false;
    site.offer.reset();
  }
  return std::unique_ptr<Run>(
      std::make_unique<FederatedRun>(std::move(record), std::move(plan), clock));
}

}  // namespace consilium
