#include <algorithm>
#include <utility>

#include "fmt/format.h"
#include "fmt/ranges.h"
#include "server/federation/awaited.h"
#include "server/federation/run.h"
#include "server/federation/topology.h"

namespace consilium::federation {
namespace {

// A site without a place is invited again after a round's deadline, then after twice that, and so
// on to the longest pause.
constexpr int kLongestPause = 64;  // round deadlines

// Whether anything would be exchanged: two sites have a weight for some module, or one is alone.
bool ShareAModule(const std::vector<Participant>& participants) {
  std::vector<int> holders(participants.front().weights.size(), 0);
  size_t sites = 0;
  for (const Participant& participant : participants) {
    if (participant.aggregator) continue;
    ++sites;
    for (size_t module = 0; module < holders.size(); ++module) {
      holders[module] += participant.weights[module] > 0 ? 1 : 0;
    }
  }
  return sites < 2 || std::ranges::any_of(holders, [](int count) { return count > 1; });
}

}  // namespace

// Whether those who are ready are the participants, none of whom has attached again since.
bool Run::IsAsAssigned() {
  if (record_.state != RunState::kRunning) return false;
  return std::ranges::all_of(record_.sites, [&](const RunSite& site) {
    if (Ready(site) != site.participating) return false;
    return !site.participating || StateOf(site).assigned == record_.generation;
  });
}

// Who could take part may have changed. Assigns at once if nobody is left to wait for, else when
// the grace for those who are not there has passed.
void Run::Reconsider(RunActions& actions, Time since) {
  if (IsAsAssigned()) return settle_.reset();
  const bool all = std::ranges::all_of(record_.sites, [&](const RunSite& site) {
    return Ready(site) || StateOf(site).suspended || site.note.starts_with("declined");
  });
  if (all) return Assign(actions);
  if (!settle_) settle_ = since + plan_.departure_grace;
}

// Publishes a new generation of those who are ready, or holds if they are too few.
void Run::Assign(RunActions& actions) {
  settle_.reset();
  std::vector<std::string> names;
  for (RunSite& site : record_.sites) {
    site.participating = Ready(site);
    site.report.reset();
    if (site.participating) names.push_back(site.site);
  }
  if (static_cast<int>(names.size()) < plan_.Quorum()) return HoldAll(names.size(), actions);
  if (aggregates()) names.emplace_back(kCoordinatorSite);
  auto edges = PlanEdges(plan_, names);
  if (!edges.ok()) return End(RunState::kFailed, std::string(Message(edges.status())), actions);
  const int first_round = RoundsOfTheFurthest() + 1;
  std::vector<Participant> participants = Participants();
  if (!ShareAModule(participants)) {
    return End(RunState::kFailed,
               fmt::format("no two of {} hold a module in common that is trained: nothing would be "
                           "exchanged; look at their features and at training.freeze",
                           fmt::join(names, ", ")),
               actions);
  }
  record_.state = RunState::kRunning;
  record_.reason.clear();
  ++record_.generation;
  for (const RunSite& site : record_.sites) {
    if (site.participating) StateOf(site).assigned = record_.generation;
  }
  Publish(Assignment{record_.run, record_.generation, std::move(participants), *std::move(edges),
                     first_round},
          actions);
}

int Run::Told(const RunSite& site) { return std::min(StateOf(site).rounds, plan_.rounds); }

// No site makes those who have trained believe that it is further ahead of all of them than by a
// round. As long as no round was completed by all, those who have not trained know as much.
int Run::Believed(const RunSite& site) {
  int known = record_.rounds_completed;
  bool alone = true;
  for (const RunSite& other : record_.sites) {
    if (&other == &site || !other.participating) continue;
    if (record_.rounds_completed > 0 && !StateOf(other).knows_statistics) continue;
    alone = false;
    known = std::max(known, Told(other));
  }
  return alone ? Told(site) : std::min(Told(site), known + 1);
}

int Run::RoundsOfTheFurthest() {
  int rounds = 0;
  for (const RunSite& site : record_.sites) {
    if (site.participating) rounds = std::max(rounds, Believed(site));
  }
  return rounds;
}

// Whether its model counts when a generation begins. One round behind still counts: the site
// trained it, and only its exchange was cut off. What a site told last may be some rounds old; if
// it took part up to now and nobody missed it, its model is as new as the others'.
bool Run::IsCurrent(const RunSite& site) {
  const SiteState& state = StateOf(site);
  if (!state.knows_statistics) return false;
  if (state.abreast && state.missed.count() == 0) return true;
  return Believed(site) + 1 >= RoundsOfTheFurthest();
}

std::vector<Participant> Run::Participants() {
  std::vector<Participant> participants;
  size_t modules = 0;
  for (const RunSite& site : record_.sites) {
    if (!site.participating) continue;
    participants.push_back({site.site, site.offer->weights, IsCurrent(site), false});
    modules = site.offer->weights.size();
  }
  for (const RunSite& site : record_.sites) {
    StateOf(site).abreast = site.participating && IsCurrent(site);
  }
  if (aggregates()) {
    participants.push_back({kCoordinatorSite, std::vector<float>(modules, 0), false, true});
  }
  return participants;
}

void Run::Publish(const Shared<Assignment>& assignment, RunActions& actions) {
  actions.push_back(SaveRun{});
  for (const Participant& participant : assignment->participants) {
    actions.push_back(ToSite{participant.site, assignment});
  }
  for (const RunSite& site : record_.sites) {
    if (site.attached && !site.participating) {
      actions.push_back(ToSite{site.site, Hold{record_.run, site.note}});
    }
  }
  actions.push_back(RunChanged{});
}

void Run::HoldAll(size_t ready, RunActions& actions) {
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

void Run::Suspend(RunSite& site, std::string why) {
  SiteState& state = StateOf(site);
  state.suspended = true;
  state.invite = clock_.Now() + state.pause * plan_.round_deadline;
  state.pause = std::min(2 * state.pause, kLongestPause);
  site.note = std::move(why);
}

void Run::InviteSuspended(RunActions& actions) {
  for (RunSite& site : record_.sites) {
    SiteState& state = StateOf(site);
    if (!state.invite || clock_.Now() < *state.invite) continue;
    state.invite.reset();
    if (!state.suspended || !site.attached) continue;
    actions.push_back(ToSite{site.site, Invitation{record_.run, record_.plan_text}});
  }
}

void Run::End(RunState state, std::string reason, RunActions& actions) {
  settle_.reset();
  record_.state = state;
  record_.reason = std::move(reason);
  record_.ended = clock_.Now();
  actions.push_back(SaveRun{});
  for (const RunSite& site : record_.sites) {
    if (site.attached) actions.push_back(ToSite{site.site, Ended{record_.run, record_.reason}});
  }
  if (aggregates()) {
    actions.push_back(ToSite{kCoordinatorSite, Ended{record_.run, record_.reason}});
  }
  actions.push_back(RunChanged{});
}

}  // namespace consilium::federation
