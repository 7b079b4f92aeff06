#include "server/node/uplink.h"

#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <utility>

#include "base/wire/channel.h"
#include "base/wire/diagnose.h"
#include "proto/federation.pb.h"
#include "server/node/uplink_stream.h"
#include "server/ops/log.h"
#include "server/ops/version.h"

namespace consilium {
namespace {

constexpr Duration kAnswerTime = Seconds(10);
constexpr Duration kProbeTime = Seconds(0.5);
constexpr int kMissedBeats = 3;
constexpr double kShortestHeartbeat = 0.05;

ExpectedIdentity Coordinator() {
  return {.role = Role::kCoordinator, .name = "", .federation = ""};
}

}  // namespace

Uplink::Uplink(UplinkOptions options, EventLoop& loop, const Clock& clock, Listener& listener)
    : options_(std::move(options)),
      loop_(loop),
      clock_(clock),
      listener_(listener),
      session_(static_cast<uint64_t>(clock.Now().time_since_epoch().count())),
      backoff_(options_.longest_backoff, session_),
      diagnosis_(std::make_unique<EventLoop>(clock)) {
  diagnosis_->Start();
}

Uplink::~Uplink() {
  stream_.reset();
  diagnosis_->Stop();
}

void Uplink::Dial() {
  deadline_ = clock_.Now() + kAnswerTime;
  // A new channel each time: gRPC's own pauses between attempts would add to ours.
  auto channel = OpenChannel(options_.coordinator, options_.tls, Coordinator(),
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
  stream_ = UplinkStream::Open(*std::move(channel), std::move(events));
  v1::FromNode message;
  v1::Hello& hello = *message.mutable_hello();
  hello.set_version(v1::PROTOCOL_VERSION_1);
  hello.set_software(kSoftware);
  hello.set_site(options_.site);
  hello.set_schema_version(options_.schema_version);
  hello.set_schema_sha256(options_.schema_digest);
  hello.set_session(session_);
  stream_->Send(std::move(message));
}

void Uplink::Send(v1::FromNode message) {
  if (attached_) stream_->Send(std::move(message));
}

void Uplink::Send(PeerMessage message) {
  if (attached_) stream_->Send(std::move(message));
}

void Uplink::Received(uint64_t attempt, v1::ToNode& message) {
  if (attempt != attempt_ || !stream_) return;
  heard_ = clock_.Now();
  if (attached_) {
    if (!message.has_heartbeat()) listener_.OnMessage(message);
    return;
  }
  if (!message.has_welcome() || message.welcome().version() != v1::PROTOCOL_VERSION_1) {
    return Retry(
        FailedPrecondition("its answer to Hello is none that this node ({}) knows: bring the "
                           "older of the two up to date",
                           kSoftware));
  }
  attached_ = true;
  said_.clear();
  backoff_.Reset();
  heartbeat_ =
      Seconds(std::clamp(message.welcome().heartbeat_seconds(), kShortestHeartbeat, 3600.0));
  deadline_ = heard_ + heartbeat_;
  LogInfo("attached", "attached to the coordinator at {} ({})", options_.coordinator,
          message.welcome().software());
  listener_.OnAttached();
}

void Uplink::Closed(uint64_t attempt, const Status& why) {
  if (attempt != attempt_ || !stream_) return;
  Retry(why);
}

void Uplink::Retry(const Status& why) {
  stream_.reset();
  ++attempt_;
  if (std::exchange(attached_, false)) {
    LogWarning("detached", "lost the coordinator at {}: {}", options_.coordinator, Message(why));
    listener_.OnDetached();
  } else {
    Explain(why);
  }
  deadline_ = clock_.Now() + backoff_.Next();
}

void Uplink::Explain(const Status& why) {
  const bool worth_a_look = backoff_.failures() == 3 || backoff_.failures() % 20 == 19;
  if (!worth_a_look && why.code() == StatusCode::kUnavailable) return;
  if (why.code() != StatusCode::kUnavailable) {
    const std::string words(Message(why));
    if (std::exchange(said_, words) == words) return;
    return LogWarning("attach-failed", "not attached to {}: {}", options_.coordinator, words);
  }
  diagnosis_->Post([this, why] {
    const Probe probe{.target = options_.coordinator,
                      .files = options_.tls,
                      .server = Coordinator(),
                      .host = options_.coordinator_name,
                      .timeout = kProbeTime};
    const Status cause = consilium::Explain(why, probe);
    LogWarning("attach-failed", "not attached to {}: {}", options_.coordinator, Message(cause));
  });
}

void Uplink::Beat() {
  const Duration silence = clock_.Now() - heard_;
  if (silence > kMissedBeats * heartbeat_) {
    return Retry(Unavailable("no word from it for {:.1f} s", ToSeconds(silence)));
  }
  v1::FromNode message;
  message.mutable_heartbeat()->set_sequence(++beats_);
  stream_->Send(std::move(message));
  deadline_ = clock_.Now() + heartbeat_;
}

void Uplink::Tick() {
  if (!deadline_ || clock_.Now() < *deadline_) return;
  if (attached_) return Beat();
  if (stream_) return Retry(Unavailable("no answer within {:.0f} s", ToSeconds(kAnswerTime)));
  Dial();
}

}  // namespace consilium
