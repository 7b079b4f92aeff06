#include "server/coordinator/attendance.h"

#include <utility>

#include "proto/federation.pb.h"
#include "server/ops/log.h"
#include "server/ops/version.h"

namespace consilium {
namespace {

constexpr int kMissedBeats = 3;

v1::ToNode WelcomeMessage(Duration heartbeat) {
  v1::ToNode message;
  v1::Welcome& welcome = *message.mutable_welcome();
  welcome.set_version(v1::PROTOCOL_VERSION_1);
  welcome.set_software(kSoftware);
  welcome.set_heartbeat_seconds(ToSeconds(heartbeat));
  return message;
}

}  // namespace

Attendance::Attendance(Sites& stored, Switchboard& switchboard, Duration heartbeat,
                       const Clock& clock, Listener listener)
    : stored_(stored),
      switchboard_(switchboard),
      heartbeat_(heartbeat),
      clock_(clock),
      listener_(std::move(listener)),
      next_beat_(clock.Now() + heartbeat) {}

Status Attendance::Restore() {
  ASSIGN_OR_RETURN(const std::vector<SeenSite> stored, stored_.Load());
  for (const SeenSite& seen : stored) seen_[seen.site] = seen;
  return OkStatus();
}

void Attendance::Arrived(const std::shared_ptr<Attachment>& attachment) {
  const NodeHello& hello = attachment->hello();
  const std::shared_ptr<Attachment> before = switchboard_.Find(hello.site);
  if (before && before->hello().session > hello.session) {
    return attachment->Close(FailedPrecondition(
        "another node process with {}'s certificate started later and is attached from {}: run one",
        hello.site, before->hello().address));
  }
  attachment->Send(WelcomeMessage(heartbeat_));
  switchboard_.Connect(hello.site, attachment);
  if (before) {
    listener_.detached(hello.site);
    before->Close(Aborted("replaced by a later stream of {} from {}", hello.site, hello.address));
  }
  SeenSite& seen = seen_[hello.site];
  seen = {.site = hello.site,
          .last_seen = clock_.Now(),
          .software = hello.software,
          .address = hello.address,
          .schema_version = hello.schema_version,
          .certificate_expires = hello.certificate_expires};
  Store(seen);
  LogInfo("site-attached", "{} is attached from {} ({})", hello.site, hello.address,
          hello.software);
  listener_.attached(hello.site);
}

void Attendance::Left(const Attachment& attachment) {
  const std::string& site = attachment.hello().site;
  if (!switchboard_.Disconnect(site, attachment)) return;
  seen_[site].last_seen = attachment.last_heard();
  Store(seen_[site]);
  LogInfo("site-detached", "{} is no longer attached", site);
  listener_.detached(site);
}

std::vector<Attendance::Entry> Attendance::List() const {
  const auto attached = switchboard_.All();
  std::vector<Entry> entries;
  for (const auto& [site, seen] : seen_) {
    Entry& entry = entries.emplace_back(Entry{.seen = seen, .attached = false});
    const auto found = attached.find(site);
    if (found == attached.end()) continue;
    entry.attached = true;
    entry.seen.last_seen = found->second->last_heard();
  }
  return entries;
}

void Attendance::Tick() {
  const Time now = clock_.Now();
  if (now < next_beat_) return;
  next_beat_ = now + heartbeat_;
  ++beats_;
  for (const auto& [site, attachment] : switchboard_.All()) {
    const Duration silence = now - attachment->last_heard();
    if (silence > kMissedBeats * heartbeat_) {
      LogWarning("site-silent", "{} has said nothing for {:.1f} s", site, ToSeconds(silence));
      attachment->Close(DeadlineExceeded("no word from {} for {:.1f} s", site, ToSeconds(silence)));
      continue;
    }
    v1::ToNode message;
    message.mutable_heartbeat()->set_sequence(beats_);
    attachment->Send(std::move(message));
  }
}

void Attendance::Store(const SeenSite& seen) {
  const Status stored = stored_.Save(seen);
  if (!stored.ok()) LogWarning("site-not-stored", "{}: {}", seen.site, Message(stored));
}

}  // namespace consilium
