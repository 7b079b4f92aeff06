#include "server/federation/run.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "fmt/format.h"
#include "server/federation/stage_exchange.h"

namespace consilium::federation {
namespace {

// A site that let so many rounds pass loses its place, until it attaches again or answers a new
// invitation.
constexpr int kMissedRoundsToSuspend = 3;

// So many broken links without a completed round in between, and nobody is left to go on with.
constexpr int kMostBrokenLinks = 20;
// What keeps the coordinator's own part from beginning will do so again.
constexpr int kMostOwnTroubles = 3;

std::map<std::string, size_t, std::less<>> PositionsOf(const std::vector<RunSite>& sites) {
  std::map<std::string, size_t, std::less<>> positions;
  for (const RunSite& site : sites) positions.emplace(site.site, positions.size());
  return positions;
}

}  // namespace

Run::Run(RunRecord record, Plan plan, const Clock& clock)
    : record_(std::move(record)),
      plan_(std::move(plan)),
      clock_(clock),
      positions_(PositionsOf(record_.sites)),
      states_(plan_.sites.size()) {}

RunActions Run::Attached(const std::string& name) {
  RunSite* site = Find(name);
  if (site == nullptr) return {};
  SiteState& state = StateOf(*site);
  if (ended()) {  // it may have been away, or been killed before it took that in
    const bool took_part = site->participating || site->progress;
    if (!took_part || std::exchange(state.knows_end, true)) return {};
    return {ToSite{name, Ended{record_.run, record_.reason}}};
  }
  site->attached = true;
  site->offer.reset();
  if (state.at_fault && state.invite) return {RunChanged{}};  // attaching anew makes no link better
  SiteState anew;
  anew.at_fault = state.at_fault;
  if (state.at_fault) anew.pause = state.pause;
  state = anew;
  site->note = "invited";
  return {ToSite{name, Invitation{record_.run, record_.plan_text}}, RunChanged{}};
}

RunActions Run::Detached(const std::string& name, Time since) {
  RunSite* site = Find(name);
  if (site == nullptr || ended()) return {};
  site->attached = false;
  site->offer.reset();
  site->note = "not attached";
  RunActions actions = {RunChanged{}};
  if (site->participating) Reconsider(actions, since);
  return actions;
}

const RunSite* Run::LaidOutOtherwise(const RunSite& site, const Offer& offer) {
  for (const RunSite& other : record_.sites) {
    if (&other == &site || !other.offer) continue;
    if (other.offer->layout_digest != offer.layout_digest ||
        other.offer->weights.size() != offer.weights.size()) {
      return &other;
    }
  }
  return nullptr;
}

RunActions Run::Handle(const std::string& name, const Offer& offer) {
  RunSite* site = Find(name);
  if (site != nullptr && ended()) return {ToSite{name, Ended{record_.run, record_.reason}}};
  if (site == nullptr || !site->attached) return {};
  SiteState& state = StateOf(*site);
  if (state.suspended && state.invite) return {};  // it was not asked yet
  RunActions actions = {RunChanged{}};
  if (const RunSite* const other = LaidOutOtherwise(*site, offer)) {
    site->note = fmt::format(
        "its modules are laid out otherwise than {}'s, or start from other values: give both "
        "the same schema and version, and the same start model if the plan names one",
        other->site);
    return actions;
  }
  site->offer = offer;
  site->note.clear();
  if (std::exchange(state.suspended, false)) state.missed.Clear();
  state.rounds = offer.rounds_completed;
  state.knows_statistics = offer.knows_statistics;
  Reconsider(actions, clock_.Now());
  return actions;
}

RunActions Run::Handle(const std::string& name, const Decline& decline) {
  RunSite* site = Find(name);
  if (site == nullptr || ended()) return {};
  site->offer.reset();
  site->note = "declined: " + decline.reason;
  RunActions actions = {RunChanged{}};
  Reconsider(actions, clock_.Now());
  return actions;
}

RunActions Run::Handle(const std::string& name, const Progress& progress) {
  RunSite* site = FindParticipant(name, progress.generation);
  if (site == nullptr) return {};
  site->progress = progress;
  site->progress->rounds_completed = std::min(progress.rounds_completed, plan_.rounds);
  SiteState& state = StateOf(*site);
  state.knows_statistics = true;
  state.missed.Clear();
  if (IsAfter(progress.stage, Stage::kResync)) {  // before, its model need not be the others' yet
    state.rounds = progress.rounds_completed;
    state.abreast = true;
  }
  UpdateRoundsCompleted();
  RunActions actions = {RunChanged{}};
  CountMissed(name, {record_.generation, progress.stage, progress.rounds_completed + 1},
              progress.missed, actions);
  return actions;
}

RunActions Run::Handle(const std::string& name, const SiteReport& report) {
  RunSite* site = FindParticipant(name, report.generation);
  if (site == nullptr) return {};
  site->report = report;
  StateOf(*site).rounds = report.rounds_completed;
  UpdateRoundsCompleted();
  RunActions actions = {SaveRun{}, RunChanged{}};
  FinishIfAllReported(actions);
  return actions;
}

RunActions Run::Handle(const std::string& name, const LinkBroken& broken) {
  const bool own = name == kCoordinatorSite && aggregates() &&
                   record_.state == RunState::kRunning && broken.generation == record_.generation;
  if (!own && FindParticipant(name, broken.generation) == nullptr) return {};
  RunActions actions;
  if (own && broken.from == kCoordinatorSite && ++own_troubles_ >= kMostOwnTroubles) {
    End(RunState::kFailed, "the coordinator cannot take part: " + broken.reason, actions);
    return actions;
  }
  Blame(broken, name);
  Assign(actions);
  if (record_.state == RunState::kWaiting && broken_links_.count() > kMostBrokenLinks) {
    End(RunState::kFailed,
        fmt::format("links break without end; the last, from {} to {}: {}", broken.from, name,
                    broken.reason),
        actions);
  }
  return actions;
}

// The coordinator's part does not lie: a link between it and a site, or from one that takes no
// part, is the trouble of the site alone.
void Run::Blame(const LinkBroken& broken, const std::string& to) {
  const bool sites = to != kCoordinatorSite && FindParticipant(broken.from, broken.generation);
  const std::string& alone = to != kCoordinatorSite ? to : broken.from;
  const std::string& from = sites ? broken.from : alone;
  broken_links_.Note(from, alone);
  RunSite* const site = Find(broken_links_.Blamed(from, alone));
  if (site == nullptr) return;
  StateOf(*site).at_fault = true;
  Suspend(*site, fmt::format("links break again and again; the last, from {} to {}: {}",
                             broken.from, to, broken.reason));
}

RunActions Run::Missed(uint64_t generation, const std::string& name) {
  RunActions actions;
  if (FindParticipant(name, generation) != nullptr) {
    CountMissed(kCoordinatorSite, MissedRounds::SomeRoundOf(generation), {name}, actions);
  }
  return actions;
}

RunActions Run::Stalled(uint64_t generation, const std::string& name, const std::string& where) {
  RunActions actions;
  RunSite* site = FindParticipant(name, generation);
  if (site == nullptr) return actions;
  Suspend(*site, "it let the deadline pass " + where);
  Assign(actions);
  return actions;
}

RunActions Run::Stop(const std::string& who) {
  RunActions actions;
  if (!ended()) End(RunState::kStopped, "stopped by " + who, actions);
  return actions;
}

void Run::Trouble(std::string what) {
  if (!trouble_.empty() && record_.reason == trouble_) record_.reason = reason_;
  trouble_ = std::move(what);
  if (trouble_.empty()) return;
  reason_ = std::exchange(record_.reason, trouble_);
}

RunActions Run::Tick() {
  RunActions actions;
  if (ended()) return actions;
  InviteSuspended(actions);
  if (settle_ && clock_.Now() >= *settle_) {
    settle_.reset();
    if (!IsAsAssigned()) Assign(actions);
  }
  return actions;
}

std::optional<Time> Run::NextDeadline() const {
  if (ended()) return std::nullopt;
  std::optional<Time> next = settle_;
  for (const SiteState& state : states_) {
    if (state.invite && (!next || *state.invite < *next)) next = state.invite;
  }
  return next;
}

RunSite* Run::Find(const std::string& name) {
  const auto found = positions_.find(name);
  return found == positions_.end() ? nullptr : &record_.sites[found->second];
}

RunSite* Run::FindParticipant(const std::string& name, uint64_t generation) {
  RunSite* site = Find(name);
  if (site == nullptr || !site->participating || ended()) return nullptr;
  return generation == record_.generation ? site : nullptr;
}

void Run::UpdateRoundsCompleted() {
  int rounds = plan_.rounds;
  for (const RunSite& site : record_.sites) {
    if (site.participating) rounds = std::min(rounds, Told(site));
  }
  if (rounds <= record_.rounds_completed) return;
  for (const RunSite& site : record_.sites) {
    if (site.participating) StateOf(site).at_fault = false;
  }
  record_.rounds_completed = rounds;
  broken_links_.Clear();
  own_troubles_ = 0;
}

void Run::CountMissed(const std::string& who_waited, const MissedRounds::Round& round,
                      const std::vector<std::string>& missed, RunActions& actions) {
  if (MayLoseMessages(plan_)) return;  // nobody is absent because a message is
  for (const std::string& name : std::set<std::string>(missed.begin(), missed.end())) {
    RunSite* site = Find(name);
    if (site == nullptr || !site->participating) continue;
    SiteState& state = StateOf(*site);
    state.missed.Note(who_waited, round, clock_.Now(), plan_.round_deadline);
    if (state.missed.count() < kMissedRoundsToSuspend) continue;
    Suspend(*site, fmt::format("{} rounds were closed without it", state.missed.count()));
    return Assign(actions);
  }
}

void Run::FinishIfAllReported(RunActions& actions) {
  std::map<std::string, int> holders;  // by the model's digest
  int participants = 0;
  for (const RunSite& site : record_.sites) {
    if (!site.participating) continue;
    if (!site.report) return;
    ++holders[site.report->model_digest];
    ++participants;
  }
  const auto [digest, most] =
      *std::ranges::max_element(holders, {}, [](const auto& each) { return each.second; });
  if (most == participants) {
    record_.model_digest = digest;
    return End(RunState::kFinished, "finished", actions);
  }
  if (2 * most <= participants || most < plan_.Quorum()) {
    return End(RunState::kFailed, "the sites do not hold the same final model", actions);
  }
  // Most agree again without those who hold, or say that they hold, another one.
  for (RunSite& site : record_.sites) {
    if (!site.participating || site.report->model_digest == digest) continue;
    StateOf(site).at_fault = true;
    Suspend(site, "its final model was not that of most sites");
  }
  Assign(actions);
}

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
    RunSite& added = record.sites.emplace_back();
    added.site = site;
    added.note = "not attached";
  }
  return std::unique_ptr<Run>(new Run(std::move(record), std::move(plan), clock));
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
  return std::unique_ptr<Run>(new Run(std::move(record), std::move(plan), clock));
}

}  // namespace consilium::federation
