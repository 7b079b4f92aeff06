#include "server/coordinator/active_runs.h"

#include <algorithm>
#include <utility>

#include "fmt/format.h"
#include "modules/modn/architecture.h"
#include "proto/administration.pb.h"
#include "proto/federation.pb.h"
#include "server/coordinator/run_status.h"
#include "server/data/examples.h"
#include "server/federation/stage_exchange.h"
#include "server/federation/wire/convert.h"
#include "server/ops/log.h"
#include "server/storage/runs.h"

namespace consilium::coordinator {
namespace {

constexpr size_t kLongestRunName = 63;

// A run that could not be stored, for the disk may be full.
constexpr Duration kRetryEvery = Seconds(1);

Status CheckRunName(const std::string& name) {
  const bool fits =
      !name.empty() && name.size() <= kLongestRunName &&
      name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string::npos;
  if (fits) return OkStatus();
  return InvalidArgument("'{}' is no name for a run: use 1 to {} of a-z, 0-9 and '-'", name,
                         kLongestRunName);
}

bool TakesPart(const federation::RunRecord& record, const std::string& site) {
  if (HasEnded(record)) return false;
  return std::ranges::any_of(record.sites, [&](const federation::RunSite& each) {
    return each.site == site && each.participating;
  });
}

FlatShape ShapeOf(const federation::Plan& plan, const data::Schema& schema) {
  const training::TrainingOptions& training = plan.training;
  return modn::MakeLayout(data::ArchitectureOf(schema, training.state, training.hidden,
                                               training.feature_decoder_hidden))
      .Shape();
}

v1::ToNode ToNodeMessage(const federation::Invitation& invitation) {
  v1::ToNode message;
  federation::Encode(invitation, *message.mutable_invitation());
  return message;
}
v1::ToNode ToNodeMessage(const federation::Assignment& assignment) {
  v1::ToNode message;
  federation::Encode(assignment, *message.mutable_assignment());
  return message;
}
v1::ToNode ToNodeMessage(const federation::Hold& hold) {
  v1::ToNode message;
  federation::Encode(hold, *message.mutable_hold());
  return message;
}
v1::ToNode ToNodeMessage(const federation::Ended& ended) {
  v1::ToNode message;
  federation::Encode(ended, *message.mutable_ended());
  return message;
}

}  // namespace

// ---- for operators ----

ActiveRuns::Entry& ActiveRuns::Add(std::unique_ptr<federation::Run> run) {
  entries_.push_back(std::make_unique<Entry>());
  entries_.back()->run = std::move(run);
  return *entries_.back();
}

Status ActiveRuns::Restore() {
  ASSIGN_OR_RETURN(std::vector<federation::RunRecord> records, stored_.Load());
  for (federation::RunRecord& record : records) {
    const std::string name = record.run;
    ASSIGN_OR_RETURN(auto run, federation::Run::Restore(std::move(record), clock_));
    if (!HasEnded(run->record())) {
      ops::LogInfo("run-restored", "run {} goes on: generation {}, {} of {} rounds", name,
                   run->record().generation, run->record().rounds_completed, run->plan().rounds);
    }
    const Entry& entry = Add(std::move(run));
    if (changed_) changed_(entry.run->record());
  }
  return OkStatus();
}

StatusOr<const federation::Run*> ActiveRuns::Start(const std::string& idempotency_key,
                                                   std::string name, const std::string& plan) {
  RETURN_IF_ERROR(CheckRunName(name));
  ASSIGN_OR_RETURN(auto run, federation::Run::Create(name, plan, clock_));
  RETURN_IF_ERROR(federation::CheckRealChannel(run->plan()));
  // With a model to start from, modules may be frozen, and so stay out of the messages.
  if (run->plan().training.start_run.empty()) {
    RETURN_IF_ERROR(federation::CheckRounds(run->plan(), ShapeOf(run->plan(), schema_)));
  }
  ASSIGN_OR_RETURN(const std::string stored, stored_.Create(run->record(), idempotency_key));
  if (FindEntry(stored) != nullptr) return Find(stored);
  ops::LogInfo("run-started", "run {} of {} sites, {} rounds", name, run->plan().sites.size(),
               run->plan().rounds);
  Entry& entry = Add(std::move(run));
  for (const std::string& site : attached_) Do(entry, entry.run->Attached(site));
  return entry.run.get();
}

StatusOr<const federation::Run*> ActiveRuns::Stop(const std::string& name, const std::string& who) {
  ASSIGN_OR_RETURN(const federation::Run* const run, Find(name));
  Entry& entry = *FindEntry(run->record().run);
  ops::LogInfo("run-stopped", "run {} is stopped by {}", run->record().run, who);
  Do(entry, entry.run->Stop(who));
  return run;
}

StatusOr<const federation::Run*> ActiveRuns::Find(const std::string& name) const {
  if (entries_.empty())
    return NotFound("there is no run yet: start one with `consilium run start`");
  if (name.empty()) return entries_.back()->run.get();
  for (const auto& entry : entries_) {
    if (entry->run->record().run == name) return entry->run.get();
  }
  return NotFound("there is no run '{}': `consilium run list` shows those there are", name);
}

std::vector<const federation::Run*> ActiveRuns::List() const {
  std::vector<const federation::Run*> runs;
  for (auto entry = entries_.rbegin(); entry != entries_.rend(); ++entry) {
    runs.push_back((*entry)->run.get());
  }
  return runs;
}

Status ActiveRuns::Watch(const std::string& name, std::shared_ptr<RunWatcher> watcher) {
  ASSIGN_OR_RETURN(const federation::Run* const run, Find(name));
  Entry& entry = *FindEntry(run->record().run);
  entry.watchers.push_back(std::move(watcher));
  Tell(entry);
  return OkStatus();
}

ActiveRuns::Entry* ActiveRuns::FindEntry(const std::string& name) {
  const auto found = std::ranges::find_if(
      entries_, [&](const auto& entry) { return entry->run->record().run == name; });
  return found == entries_.end() ? nullptr : found->get();
}

// ---- about sites ----

void ActiveRuns::Attached(const std::string& site) {
  attached_.insert(site);
  for (const auto& entry : entries_) Do(*entry, entry->run->Attached(site));
}

void ActiveRuns::Detached(const std::string& site, Time since) {
  attached_.erase(site);
  for (const auto& entry : entries_) {
    if (entry->aggregator) entry->aggregator->Left(site);
    Do(*entry, entry->run->Detached(site, since));
  }
}

Duration ActiveRuns::Grace(const std::string& site) const {
  std::optional<Duration> grace;
  for (const auto& entry : entries_) {
    if (!TakesPart(entry->run->record(), site)) continue;
    const Duration one = federation::ResumptionGrace(entry->run->plan());
    grace = grace ? std::min(*grace, one) : one;
  }
  return grace.value_or(Duration(0));
}

template <typename Proto>
void ActiveRuns::Take(const std::string& site, const Proto& proto) {
  auto decoded = federation::Decode(proto);
  if (!decoded.ok()) {
    return ops::LogWarning("bad-message", "{}'s {} is refused: {}", site,
                           Proto::descriptor()->name(), Message(decoded.status()));
  }
  if (Entry* const entry = FindEntry(decoded->run)) Do(*entry, entry->run->Handle(site, *decoded));
}

void ActiveRuns::Said(const std::string& site, const v1::FromNode& message) {
  if (site == federation::kCoordinatorSite)
    return;  // a node of this name; not the coordinator's own part
  switch (message.message_case()) {
    case v1::FromNode::kOffer:
      return Take(site, message.offer());
    case v1::FromNode::kDecline:
      return Take(site, message.decline());
    case v1::FromNode::kProgress:
      return Take(site, message.progress());
    case v1::FromNode::kReport:
      return Take(site, message.report());
    case v1::FromNode::kLinkBroken:
      return Take(site, message.link_broken());
    default:
      return;
  }
}

void ActiveRuns::SentToCoordinator(v1::PeerChunk& chunk, std::function<void()> resume) {
  Entry* const entry = FindEntry(chunk.run());
  // What it says may end the run, and the run's hold on it.
  const auto aggregator = entry == nullptr ? nullptr : entry->aggregator;
  if (!aggregator) return resume();
  aggregator->Handle(chunk, std::move(resume));
}

std::string ActiveRuns::RunOf(const std::string& site) const {
  for (const auto& entry : entries_) {
    if (TakesPart(entry->run->record(), site)) return entry->run->record().run;
  }
  return "";
}

void ActiveRuns::Tick() {
  const Time now = clock_.Now();
  for (const auto& entry : entries_) {
    const std::optional<Time> deadline = entry->run->NextDeadline();
    if (deadline && *deadline <= now) Do(*entry, entry->run->Tick());
    if (entry->retry_at && *entry->retry_at <= now) RetrySave(*entry);
    if (const auto aggregator = entry->aggregator) aggregator->Tick();
  }
}

std::optional<Time> ActiveRuns::NextDeadline() const {
  std::optional<Time> next;
  const auto consider = [&next](std::optional<Time> at) {
    if (at && (!next || *at < *next)) next = at;
  };
  for (const auto& entry : entries_) {
    consider(entry->run->NextDeadline());
    consider(entry->retry_at);
    if (entry->aggregator) consider(entry->aggregator->NextDeadline());
  }
  return next;
}

// ---- what runs want ----

void ActiveRuns::Do(Entry& entry, const federation::RunActions& actions) {
  for (const federation::RunAction& action : actions) {
    if (std::holds_alternative<federation::RunChanged>(action)) {
      Tell(entry);
    } else if (entry.retry_at) {
      PutOff(entry, action);
    } else if (const federation::ToSite* const order = std::get_if<federation::ToSite>(&action)) {
      const Status done = Do(entry, *order);
      if (!done.ok()) CannotTakePart(entry, done);
    } else {
      Save(entry);
    }
  }
  if (entry.run->record().state == federation::RunState::kRunning) return;
  routes_.Close(entry.run->record().run);
  if (entry.aggregator) entry.aggregator->Rest();
}

// What is not stored must not be said: the sites would know more than a restarted coordinator.
void ActiveRuns::Save(Entry& entry) {
  const std::string& run = entry.run->record().run;
  entry.run->Trouble("");
  const Status saved = stored_.Save(entry.run->record());
  if (saved.ok()) return;
  ops::LogError("run-not-stored", "run {}: {}", run, Message(saved));
  entry.run->Trouble(
      fmt::format("what goes on cannot be stored, and so is not done: {}; tried again "
                  "every {} s",
                  Message(saved), ToSeconds(kRetryEvery)));
  entry.retry_at = clock_.Now() + kRetryEvery;
  Tell(entry);
}

// Storing once stores all; of what a site is told, only the last word counts.
void ActiveRuns::PutOff(Entry& entry, const federation::RunAction& action) {
  const federation::ToSite* const order = std::get_if<federation::ToSite>(&action);
  if (order == nullptr) return;
  std::erase_if(entry.unsent, [&](const federation::ToSite& earlier) {
    return earlier.site == order->site &&
           std::holds_alternative<federation::Invitation>(earlier.message) ==
               std::holds_alternative<federation::Invitation>(order->message);
  });
  entry.unsent.push_back(*order);
}

void ActiveRuns::RetrySave(Entry& entry) {
  entry.retry_at.reset();
  federation::RunActions actions = {federation::SaveRun{}};
  for (federation::ToSite& order : std::exchange(entry.unsent, {}))
    actions.emplace_back(std::move(order));
  actions.emplace_back(federation::RunChanged{});
  Do(entry, actions);
}

// The coordinator's own part could not begin.
void ActiveRuns::CannotTakePart(Entry& entry, const Status& why) {
  const federation::RunRecord& record = entry.run->record();
  ops::LogError("run-trouble", "run {}: {}", record.run, Message(why));
  Do(entry, entry.run->Handle(
                federation::kCoordinatorSite,
                federation::LinkBroken{record.run, record.generation, federation::kCoordinatorSite,
                                       std::string(Message(why))}));
}

Status ActiveRuns::Do(Entry& entry, const federation::ToSite& order) {
  if (order.site == federation::kCoordinatorSite) return DoHere(entry, order);
  if (const auto* assignment = std::get_if<Shared<federation::Assignment>>(&order.message)) {
    ops::LogDebug("assign", "run {}: generation {} to {}", (*assignment)->run,
                  (*assignment)->generation, order.site);
    routes_.Open(*assignment);
  }
  if (const auto attachment = switchboard_.Find(order.site)) {
    std::visit([&](const auto& said) { attachment->Send(ToNodeMessage(said)); }, order.message);
  }
  return OkStatus();
}

Status ActiveRuns::DoHere(Entry& entry, const federation::ToSite& order) {
  if (std::holds_alternative<federation::Ended>(order.message)) {
    if (entry.aggregator) entry.aggregator->Rest();
    entry.aggregator.reset();
    return OkStatus();
  }
  const auto* assignment = std::get_if<Shared<federation::Assignment>>(&order.message);
  if (assignment == nullptr) return OkStatus();
  if (!entry.aggregator) RETURN_IF_ERROR(MakeAggregator(entry));
  return entry.aggregator->Handle(*assignment);
}

Status ActiveRuns::MakeAggregator(Entry& entry) {
  Aggregator::Outlets outlets;
  outlets.send = [this](federation::PeerMessage message) {
    if (const auto attachment = switchboard_.Find(message.to)) attachment->Send(std::move(message));
  };
  outlets.forward = [this](v1::PeerChunk& chunk, std::function<void()> room) {
    const auto attachment = switchboard_.Find(chunk.to());
    if (!attachment) return;
    attachment->Forward(chunk, [this, room = std::move(room)] { post_(room); });
  };
  outlets.broken = [this, &entry](const federation::LinkBroken& broken) {
    ops::LogWarning("link-broken", "run {}: {}", broken.run, broken.reason);
    Do(entry, entry.run->Handle(federation::kCoordinatorSite, broken));
  };
  outlets.missed = [this, &entry](uint64_t generation, const std::string& site) {
    Do(entry, entry.run->Missed(generation, site));
  };
  outlets.stalled = [this, &entry](uint64_t generation, const std::string& site,
                                   const std::string& where) {
    ops::LogWarning("site-stalled", "{} let the deadline pass {}", site, where);
    Do(entry, entry.run->Stalled(generation, site, where));
  };
  ASSIGN_OR_RETURN(entry.aggregator, Aggregator::Create(entry.run->record().run, entry.run->plan(),
                                                        schema_, clock_, std::move(outlets)));
  return OkStatus();
}

void ActiveRuns::Tell(Entry& entry) {
  if (changed_) changed_(entry.run->record());
  if (entry.watchers.empty()) return;
  v1::RunStatus status;
  Encode(entry.run->record(), entry.run->plan(), status);
  const bool last = HasEnded(entry.run->record());
  for (const auto& watcher : entry.watchers) watcher->Changed(status, last);
  std::erase_if(entry.watchers, [last](const auto& watcher) { return last || watcher->gone(); });
}

}  // namespace consilium::coordinator
