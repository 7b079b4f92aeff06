#include "server/coordinator/node_stream.h"

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "base/wire/caller.h"
#include "base/wire/status.h"
#include "proto/federation.grpc.pb.h"
#include "server/federation/wire/outbox.h"
#include "server/ops/log.h"
#include "server/ops/version.h"

namespace consilium {
namespace {

class NodeStream final : public Attachment,
                         public grpc::ServerBidiReactor<v1::FromNode, v1::ToNode> {
 public:
  NodeStream(const NodeStreamOptions& options, const Clock& clock, AttachmentEvents& events,
             grpc::CallbackServerContext& context)
      : options_(options), clock_(clock), events_(events), context_(context) {
    Heard();
  }

  void Begin(std::shared_ptr<NodeStream> self) {
    self_ = std::move(self);
    StartRead(&inbound_);
  }

  const NodeHello& hello() const override { return hello_; }

  void Send(v1::ToNode message) override { Queue(std::move(message)); }
  void Send(PeerMessage message) override { Queue(std::move(message)); }

  void Forward(v1::PeerChunk& chunk, std::function<void()> resume) override {
    const size_t bytes = chunk.bytes().size();
    v1::ToNode message;
    message.mutable_peer()->Swap(&chunk);
    bool writes = false;
    {
      MutexLock lock(mutex_);
      if (!finished_) {
        outbox_.Push(std::move(message), bytes);
        writes = TakeNext();
        if (outbox_.bytes() >= options_.queue_bytes) {
          waiting_for_room_.push_back(std::exchange(resume, nullptr));
        }
      }
    }
    if (writes) Write();
    if (resume) resume();
  }

  void Close(const Status& why) override {
    std::vector<std::function<void()>> waiting;
    {
      MutexLock lock(mutex_);
      if (std::exchange(finished_, true)) return;
      why_ = why;
      outbox_.Clear();
      waiting.swap(waiting_for_room_);
      ++starting_;
    }
    Started();
    for (const auto& resume : waiting) resume();
  }

  Time last_heard() const override {
    return paused_ ? clock_.Now() : Time(Duration(heard_.load(std::memory_order_relaxed)));
  }

  void OnReadDone(bool ok) override {
    if (!ok) return Close(OkStatus());
    Heard();
    if (!arrived_) return Meet();
    if (bytes_ != nullptr) bytes_->sent.Count(inbound_.ByteSizeLong(), inbound_.has_peer());
    switch (inbound_.message_case()) {
      case v1::FromNode::kHeartbeat:
        return ReadNext();
      case v1::FromNode::kPeer:
        return PassOn();
      case v1::FromNode::kHello:
        return Close(InvalidArgument("a second Hello; expected one, first in the stream"));
      case v1::FromNode::MESSAGE_NOT_SET:
        return Close(
            InvalidArgument("a message of a kind this coordinator ({}) does not know", kSoftware));
      default:
        break;
    }
    events_.Said(self_, std::exchange(inbound_, {}));
    ReadNext();
  }

  void OnWriteDone(bool ok) override {
    std::vector<std::function<void()>> waiting;
    bool writes = false;
    {
      MutexLock lock(mutex_);
      writing_ = false;
      writes = ok && TakeNext();
      if (outbox_.bytes() < options_.queue_bytes / 2 + 1) waiting.swap(waiting_for_room_);
    }
    if (writes) Write();
    for (const auto& resume : waiting) resume();
  }

  void OnCancel() override { Close(Cancelled("the stream was cancelled")); }

  void OnDone() override {
    if (arrived_) events_.Left(self_);
    self_.reset();
  }

 private:
  void Heard() { heard_.store(clock_.Now().time_since_epoch().count(), std::memory_order_relaxed); }

  void ReadNext() {
    {
      MutexLock lock(mutex_);
      if (finished_) return;
      ++starting_;
    }
    StartRead(&inbound_);
    Started();
  }

  void PassOn() {
    v1::PeerChunk& chunk = *inbound_.mutable_peer();
    if (chunk.from() != hello_.site) {
      return Close(
          PermissionDenied("a message from '{}' on the stream of {}", chunk.from(), hello_.site));
    }
    if (chunk.bytes().size() > kLargestChunkBytes) {
      return Close(InvalidArgument("a chunk of {} bytes, expected at most {}", chunk.bytes().size(),
                                   kLargestChunkBytes));
    }
    if (options_.from_nodes != nullptr) options_.from_nodes->Count(chunk);
    paused_ = true;
    events_.Sent(*this, chunk, [self = std::weak_ptr<NodeStream>(self_)] {
      if (const auto stream = self.lock()) stream->Resume();
    });
  }

  void Resume() {
    Heard();
    paused_ = false;
    ReadNext();
  }

  void Meet() {
    if (const Status in_order = CheckHello(); !in_order.ok()) {
      LogWarning("attach-refused", "a node at {} is refused: {}", context_.peer(),
                 Message(in_order));
      return Close(in_order);
    }
    arrived_ = true;
    if (options_.bytes != nullptr) bytes_ = &options_.bytes->Of(hello_.site);
    events_.Arrived(self_);
    ReadNext();
  }

  Status CheckHello() {
    if (!inbound_.has_hello()) return InvalidArgument("the stream does not begin with a Hello");
    const v1::Hello& hello = inbound_.hello();
    if (hello.version() != v1::PROTOCOL_VERSION_1) {
      return FailedPrecondition(
          "the node ({}) speaks protocol version {}, this coordinator ({}) "
          "speaks 1: bring the older of the two up to date",
          hello.software(), static_cast<int>(hello.version()), kSoftware);
    }
    ASSIGN_OR_RETURN(const Identity caller, CallerIdentity(context_));
    if (caller.role != Role::kNode || caller.name != hello.site()) {
      return PermissionDenied("the node says it is '{}', but its certificate is for {}",
                              hello.site(), ToUri(caller));
    }
    ASSIGN_OR_RETURN(const Certificate certificate, CallerCertificate(context_));
    hello_ = {.site = hello.site(),
              .software = hello.software().substr(0, 100),
              .address = context_.peer(),
              .schema_version = hello.schema_version(),
              .schema_digest = hello.schema_sha256(),
              .session = hello.session(),
              .certificate_expires = certificate.not_after};
    return OkStatus();
  }

  template <typename Message>
  void Queue(Message message) {
    {
      MutexLock lock(mutex_);
      if (finished_) return;
      outbox_.Push(std::move(message));
      if (!TakeNext()) return;
    }
    Write();
  }

  // True: `outbound_` is to be written.
  bool TakeNext() REQUIRES(mutex_) {
    if (writing_ || finished_ || outbox_.empty()) return false;
    writing_ = true;
    ++starting_;
    outbound_ = outbox_.Next();
    if (options_.to_nodes != nullptr && outbound_.has_peer()) {
      options_.to_nodes->Count(outbound_.peer());
    }
    if (bytes_ != nullptr) bytes_->received.Count(outbound_.ByteSizeLong(), outbound_.has_peer());
    write_options_ = grpc::WriteOptions();
    if (!outbox_.empty()) write_options_.set_buffer_hint();
    return true;
  }

  // Without the lock: encrypts and sends on this thread, if it can.
  void Write() {
    StartWrite(&outbound_, write_options_);
    Started();
  }

  // Every operation is started between ++starting_ and this, so that Finish comes after all of
  // them.
  void Started() {
    MutexLock lock(mutex_);
    if (--starting_ > 0 || !finished_ || std::exchange(told_, true)) return;
    Finish(ToGrpc(why_));
    // What is being written may never be taken; then the reason cannot be told either.
    if (writing_) context_.TryCancel();
  }

  // Constant once arrived.
  const NodeStreamOptions options_;
  const Clock& clock_;
  AttachmentEvents& events_;
  grpc::CallbackServerContext& context_;
  NodeHello hello_;
  StreamBytes::Site* bytes_ = nullptr;

  // Touched by the reactions to reading, and OnDone, only.
  std::shared_ptr<NodeStream> self_;
  v1::FromNode inbound_;
  bool arrived_ = false;

  std::atomic<int64_t> heard_ = 0;
  std::atomic<bool> paused_ = false;

  // Of whoever set writing_.
  v1::ToNode outbound_;
  grpc::WriteOptions write_options_;

  Mutex mutex_;
  Outbox<v1::ToNode> outbox_ GUARDED_BY(mutex_);
  std::vector<std::function<void()>> waiting_for_room_ GUARDED_BY(mutex_);
  bool writing_ GUARDED_BY(mutex_) = false;
  bool finished_ GUARDED_BY(mutex_) = false;  // nothing is to be started any more
  bool told_ GUARDED_BY(mutex_) = false;      // Finish was called
  int starting_ GUARDED_BY(mutex_) = 0;       // operations about to be started
  Status why_ GUARDED_BY(mutex_);
};

}  // namespace

grpc::ServerBidiReactor<v1::FromNode, v1::ToNode>* NewNodeStream(
    const NodeStreamOptions& options, const Clock& clock, AttachmentEvents& events,
    grpc::CallbackServerContext& context) {
  auto stream = std::make_shared<NodeStream>(options, clock, events, context);
  stream->Begin(stream);
  return stream.get();
}

}  // namespace consilium
