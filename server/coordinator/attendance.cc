#include "server/coordinator/attendance.h"

#include <algorithm>
#include <utility>

#include "proto/federation.pb.h"
#include "server/coordinator/node_session.h"
#include "server/ops/log.h"
#include "server/ops/version.h"

namespace consilium::coordinator {
namespace {

constexpr int kMissedBeats = 3;

v1::ToNode WelcomeMessage(Duration heartbeat) {
  v1::ToNode message;
  v1::Welcome& welcome = *message.mutable_welcome();
  welcome.set_version(v1::PROTOCOL_VERSION_1);
  welcome.set_software(ops::kSoftware);
  welcome.set_heartbeat_seconds(ToSeconds(heartbeat));
  return message;
}

}  // namespace

// Sessions are numbered from the time, so that a coordinator that is restarted chooses other
// numbers.
Attendance::Attendance(storage::Sites& stored, Switchboard& switchboard,
                       const AttendanceOptions& options, const Clock& clock, Listener listener)
    : stored_(stored),
      switchboard_(switchboard),
      options_(options),
      clock_(clock),
      listener_(std::move(listener)),
      last_session_(static_cast<uint64_t>(clock.Now().time_since_epoch().count())),
      next_beat_(clock.Now() + options.heartbeat) {}

Status Attendance::Restore() {
  ASSIGN_OR_RETURN(const std::vector<storage::SeenSite> stored, stored_.Load());
  for (const storage::SeenSite& seen : stored) seen_[seen.site] = seen;
  return OkStatus();
}

void Attendance::Arrived(const std::shared_ptr<NodeStream>& stream) {
  const NodeHello& hello = stream->hello();
  const std::shared_ptr<Attachment> before = switchboard_.Find(hello.site);
  if (before && before->hello().process > hello.process) {
    return stream->Close(FailedPrecondition(
        "another node process with {}'s certificate started later and is attached from {}: run one",
        hello.site, before->hello().address));
  }
  See(hello);
  if (!before || !before->Resume(stream, WelcomeMessage(options_.heartbeat))) return Begin(stream);
  awaited_.erase(hello.site);
  ops::LogInfo("site-resumed", "{} goes on from {}", hello.site, hello.address);
}

void Attendance::Begin(const std::shared_ptr<NodeStream>& stream) {
  const NodeHello& hello = stream->hello();
  if (switchboard_.Find(hello.site)) {
    const auto lost = awaited_.find(hello.site);
    GiveUp(hello.site, lost == awaited_.end() ? clock_.Now() : lost->second.since,
           Aborted("replaced by a later stream of {} from {}", hello.site, hello.address));
  }
  switchboard_.Connect(
      hello.site,
      NodeSession::Begin({.number = ++last_session_, .queue_bytes = options_.queue_bytes}, clock_,
                         stream, WelcomeMessage(options_.heartbeat)));
  ops::LogInfo("site-attached", "{} is attached from {} ({})", hello.site, hello.address,
               hello.software);
  listener_.attached(hello.site);
}

void Attendance::See(const NodeHello& hello) {
  storage::SeenSite& seen = seen_[hello.site];
  seen = {.site = hello.site,
          .last_seen = clock_.Now(),
          .software = hello.software,
          .address = hello.address,
          .schema_version = hello.schema_version,
          .certificate_expires = hello.certificate_expires};
  Store(seen);
}

void Attendance::Left(const NodeStream& stream) {
  const std::string& site = stream.hello().site;
  const std::shared_ptr<Attachment> attachment = switchboard_.Find(site);
  if (!attachment || !attachment->Lost(stream)) return;
  seen_[site].last_seen = attachment->last_heard();
  Store(seen_[site]);
  const Time now = clock_.Now();
  const bool resumable = stream.hello().keeps && !attachment->closed();
  const Duration grace = resumable ? listener_.grace(site) : Duration(0);
  if (grace <= Duration(0)) return GiveUp(site, now, Aborted("{}'s link is lost", site));
  awaited_[site] = {.since = now, .until = now + grace};
  ops::LogInfo("site-lost", "{}'s link is lost; it is waited for {:.1f} s", site, ToSeconds(grace));
}

void Attendance::GiveUp(const std::string& site, Time since, const Status& why) {
  awaited_.erase(site);
  const std::shared_ptr<Attachment> attachment = switchboard_.Find(site);
  switchboard_.Disconnect(site, *attachment);
  ops::LogInfo("site-detached", "{} is no longer attached", site);
  listener_.detached(site, since);
  attachment->Close(why);
}

std::vector<Attendance::Entry> Attendance::List() const {
  const auto attached = switchboard_.All();
  std::vector<Entry> entries;
  for (const auto& [site, seen] : seen_) {
    Entry& entry = entries.emplace_back(Entry{.seen = seen, .attached = false});
    const auto found = attached.find(site);
    if (found == attached.end()) continue;
    entry.attached = found->second->has_stream();
    entry.seen.last_seen = found->second->last_heard();
  }
  return entries;
}

std::optional<Time> Attendance::NextDeadline() const {
  Time next = next_beat_;
  for (const auto& [site, awaited] : awaited_) next = std::min(next, awaited.until);
  return next;
}

void Attendance::Tick() {
  const Time now = clock_.Now();
  GiveUpLate(now);
  if (now >= next_beat_) Beat(now);
}

void Attendance::GiveUpLate(Time now) {
  for (const auto& [site, awaited] : std::map(awaited_)) {
    if (now >= awaited.until)
      GiveUp(site, awaited.since, Aborted("{} was away for too long", site));
  }
}

void Attendance::Beat(Time now) {
  next_beat_ = now + options_.heartbeat;
  ++beats_;
  for (const auto& [site, attachment] : switchboard_.All()) {
    if (!attachment->has_stream()) continue;
    const Duration silence = now - attachment->last_heard();
    if (silence > kMissedBeats * options_.heartbeat) {
      ops::LogWarning("site-silent", "{} has said nothing for {:.1f} s", site, ToSeconds(silence));
      attachment->Break(DeadlineExceeded("no word from {} for {:.1f} s", site, ToSeconds(silence)));
      continue;
    }
    attachment->Beat(beats_);
  }
}

void Attendance::Store(const storage::SeenSite& seen) {
  const Status stored = stored_.Save(seen);
  if (!stored.ok()) ops::LogWarning("site-not-stored", "{}: {}", seen.site, Message(stored));
}

}  // namespace consilium::coordinator
