#include "server/node/uplink.h"

#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <utility>

#include "base/wire/channel.h"
#include "base/wire/diagnose.h"
#include "proto/federation.pb.h"
#include "server/node/uplink_session.h"
#include "server/node/uplink_stream.h"
#include "server/ops/log.h"
#include "server/ops/version.h"

namespace consilium::node {
namespace {

constexpr Duration kAnswerTime = Seconds(10);
constexpr Duration kProbeTime = Seconds(0.5);
constexpr int kMissedBeats = 3;
constexpr double kShortestHeartbeat = 0.05;

security::ExpectedIdentity Coordinator() {
  return {.role = security::Role::kCoordinator, .name = "", .federation = ""};
}

}  // namespace

Uplink::Uplink(UplinkOptions options, ops::EventLoop& loop, const Clock& clock, Listener& listener)
    : options_(std::move(options)),
      loop_(loop),
      clock_(clock),
      listener_(listener),
      process_(static_cast<uint64_t>(clock.Now().time_since_epoch().count())),
      backoff_(options_.longest_backoff, process_),
      diagnosis_(std::make_unique<ops::EventLoop>(clock)),
      session_(UplinkSession::Make()) {
  diagnosis_->Start();
}

Uplink::~Uplink() {
  stream_.reset();
  diagnosis_->Stop();
}

void Uplink::Dial() {
  deadline_ = clock_.Now() + kAnswerTime;
  // A new channel each time: gRPC's own pauses between attempts would add to ours.
  auto channel = wire::OpenChannel(options_.coordinator, options_.tls, Coordinator(),
                                   {.host = options_.coordinator_name});
  if (!channel.ok()) return Retry(channel.status());
  const uint64_t attempt = ++attempt_;
  UplinkStream::Events events;
  events.received = [this, attempt](v1::ToNode&& message, size_t bytes) {
    loop_.Post([this, attempt, bytes, message = std::move(message)]() mutable {
      Received(attempt, message);
      if (attempt == attempt_ && stream_) stream_->Handled(bytes);
    });
  };
  events.closed = [this, attempt](const Status& why) {
    loop_.Post([this, attempt, why] { Closed(attempt, why); });
  };
  stream_ = UplinkStream::Open(*std::move(channel), *session_, std::move(events));
  v1::FromNode message;
  v1::Hello& hello = *message.mutable_hello();
  hello.set_version(v1::PROTOCOL_VERSION_1);
  hello.set_software(ops::kSoftware);
  hello.set_site(options_.site);
  hello.set_schema_version(options_.schema_version);
  hello.set_schema_sha256(options_.schema_digest);
  hello.set_session(process_);
  hello.mutable_resume()->set_session(session_number_);
  hello.mutable_resume()->set_received(session_->received());
  session_->Say(std::move(message));
}

void Uplink::Send(v1::FromNode message) {
  if (attached_) session_->Send(std::move(message));
}

void Uplink::Send(federation::PeerMessage message) {
  if (attached_) session_->Send(std::move(message));
}

void Uplink::Received(uint64_t attempt, v1::ToNode& message) {
  if (attempt != attempt_ || !stream_) return;
  heard_ = clock_.Now();
  if (!welcomed_) return Meet(message);
  if (const Status heard = session_->Hear(message); !heard.ok()) {
    session_number_ = 0;
    return Retry(heard);
  }
  if (!message.has_heartbeat() && !message.has_acknowledgement()) listener_.OnMessage(message);
}

void Uplink::Meet(const v1::ToNode& message) {
  if (!message.has_welcome() || message.welcome().version() != v1::PROTOCOL_VERSION_1) {
    return Retry(
        FailedPrecondition("its answer to Hello is none that this node ({}) knows: bring the "
                           "older of the two up to date",
                           ops::kSoftware));
  }
  const v1::Welcome& welcome = message.welcome();
  welcomed_ = true;
  said_.clear();
  backoff_.Reset();
  heartbeat_ = Seconds(std::clamp(welcome.heartbeat_seconds(), kShortestHeartbeat, 3600.0));
  deadline_ = heard_ + heartbeat_;
  if (GoesOn(message)) {
    give_up_.reset();
    return ops::LogInfo("resumed", "attached to the coordinator at {} again: all goes on",
                        options_.coordinator);
  }
  if (attached_) Detach();
  session_->Begin();
  session_number_ = welcome.resume().session();
  if (const Status linked = session_->Link(0, welcome.has_resume()); !linked.ok()) {
    return Retry(linked);
  }
  attached_ = true;
  ops::LogInfo("attached", "attached to the coordinator at {} ({})", options_.coordinator,
               welcome.software());
  listener_.OnAttached();
}

bool Uplink::GoesOn(const v1::ToNode& message) {
  const v1::Resumption& resume = message.welcome().resume();
  if (!attached_ || session_number_ == 0 || resume.session() != session_number_) return false;
  const Status linked = session_->Link(resume.received(), true);
  if (!linked.ok()) ops::LogWarning("not-resumed", "the session begins anew: {}", Message(linked));
  return linked.ok();
}

void Uplink::Closed(uint64_t attempt, const Status& why) {
  if (attempt != attempt_ || !stream_) return;
  Retry(why);
}

void Uplink::Retry(const Status& why) {
  stream_.reset();
  ++attempt_;
  const bool lost = std::exchange(welcomed_, false);
  if (lost) {
    ops::LogWarning("detached", "lost the coordinator at {}: {}", options_.coordinator,
                    Message(why));
  } else {
    Explain(why);
  }
  deadline_ = clock_.Now() + backoff_.Next();
  if (!lost || !attached_) return;
  const Duration grace = session_number_ == 0 ? Duration(0) : listener_.Grace();
  if (grace <= Duration(0)) return Detach();
  give_up_ = clock_.Now() + grace;
}

void Uplink::Detach() {
  attached_ = false;
  session_number_ = 0;
  give_up_.reset();
  listener_.OnDetached();
}

void Uplink::Explain(const Status& why) {
  const bool worth_a_look = backoff_.failures() == 3 || backoff_.failures() % 20 == 19;
  if (!worth_a_look && why.code() == StatusCode::kUnavailable) return;
  if (why.code() != StatusCode::kUnavailable) {
    const std::string words(Message(why));
    if (std::exchange(said_, words) == words) return;
    return ops::LogWarning("attach-failed", "not attached to {}: {}", options_.coordinator, words);
  }
  diagnosis_->Post([this, why] {
    const wire::Probe probe{.target = options_.coordinator,
                            .files = options_.tls,
                            .server = Coordinator(),
                            .host = options_.coordinator_name,
                            .timeout = kProbeTime};
    const Status cause = consilium::wire::Explain(why, probe);
    ops::LogWarning("attach-failed", "not attached to {}: {}", options_.coordinator,
                    Message(cause));
  });
}

void Uplink::Beat() {
  const Duration silence = clock_.Now() - heard_;
  if (silence > kMissedBeats * heartbeat_) {
    return Retry(Unavailable("no word from it for {:.1f} s", ToSeconds(silence)));
  }
  v1::FromNode message;
  message.mutable_heartbeat()->set_sequence(++beats_);
  session_->Say(std::move(message));
  deadline_ = clock_.Now() + heartbeat_;
}

std::optional<Time> Uplink::NextDeadline() const {
  return give_up_ && deadline_ ? std::min(give_up_, deadline_) : deadline_;
}

void Uplink::Tick() {
  if (give_up_ && clock_.Now() >= *give_up_) Detach();
  if (!deadline_ || clock_.Now() < *deadline_) return;
  if (welcomed_) return Beat();
  if (stream_) return Retry(Unavailable("no answer within {:.0f} s", ToSeconds(kAnswerTime)));
  Dial();
}

}  // namespace consilium::node
