#include "server/coordinator/node_stream.h"

#include <grpcpp/grpcpp.h>

#include <utility>

#include "base/mutex.h"
#include "base/wire/caller.h"
#include "base/wire/status.h"
#include "proto/federation.grpc.pb.h"
#include "server/coordinator/node_session.h"
#include "server/ops/log.h"
#include "server/ops/version.h"

namespace consilium::coordinator {
namespace {

class Stream final : public NodeStream, public grpc::ServerBidiReactor<v1::FromNode, v1::ToNode> {
 public:
  Stream(const NodeStreamOptions& options, AttachmentEvents& events,
         grpc::CallbackServerContext& context)
      : options_(options), events_(events), context_(context) {}

  void Begin(std::shared_ptr<Stream> self) {
    self_ = std::move(self);
    StartRead(&inbound_);
  }

  const NodeHello& hello() const override { return hello_; }

  void Close(const Status& why) override {
    {
      MutexLock lock(mutex_);
      if (std::exchange(finished_, true)) return;
      why_ = why;
      ++starting_;
    }
    Started();
  }

  void Carry(std::shared_ptr<NodeSession> session) override {
    MutexLock lock(mutex_);
    session_ = std::move(session);
  }

  void ReadOn() override { ReadNext(); }

  void WriteOn() override {
    {
      MutexLock lock(mutex_);
      if (!TakeNext()) return;
    }
    Write();
  }

  void OnReadDone(bool ok) override {
    if (!ok) return Close(OkStatus());
    if (!arrived_) return Meet();
    if (bytes_ != nullptr) bytes_->sent.Count(inbound_.ByteSizeLong(), inbound_.has_peer());
    const std::shared_ptr<NodeSession> session = Carried();
    if (!session) return;
    if (const Status fits = Check(); !fits.ok()) return session->Close(fits);
    const StatusOr<bool> present = session->Take(*this, inbound_);
    if (!present.ok()) return session->Close(present.status());
    if (*present) PassOn(session);
  }

  void OnWriteDone(bool ok) override {
    bool writes = false;
    {
      MutexLock lock(mutex_);
      writing_ = false;
      writes = ok && TakeNext();
    }
    if (writes) Write();
    if (const auto session = Carried()) session->Written();
  }

  void OnCancel() override { Close(Cancelled("the stream was cancelled")); }

  void OnDone() override {
    if (arrived_) events_.Left(self_);
    Carry(nullptr);
    self_.reset();
  }

 private:
  std::shared_ptr<NodeSession> Carried() {
    MutexLock lock(mutex_);
    return session_;
  }

  void ReadNext() {
    {
      MutexLock lock(mutex_);
      if (finished_) return;
      ++starting_;
    }
    StartRead(&inbound_);
    Started();
  }

  // Of any message but the first.
  Status Check() const {
    switch (inbound_.message_case()) {
      case v1::FromNode::kHello:
        return InvalidArgument("a second Hello; expected one, first in the stream");
      case v1::FromNode::MESSAGE_NOT_SET:
        return InvalidArgument("a message of a kind this coordinator ({}) does not know",
                               ops::kSoftware);
      case v1::FromNode::kPeer:
        break;
      default:
        return OkStatus();
    }
    const v1::PeerChunk& chunk = inbound_.peer();
    if (chunk.from() != hello_.site) {
      return PermissionDenied("a message from '{}' on the stream of {}", chunk.from(), hello_.site);
    }
    if (chunk.bytes().size() <= federation::kLargestChunkBytes) return OkStatus();
    return InvalidArgument("a chunk of {} bytes, expected at most {}", chunk.bytes().size(),
                           federation::kLargestChunkBytes);
  }

  // What the session took.
  void PassOn(const std::shared_ptr<NodeSession>& session) {
    if (inbound_.has_heartbeat() || inbound_.has_acknowledgement()) return ReadNext();
    if (!inbound_.has_peer()) {
      events_.Said(hello_.site, std::exchange(inbound_, {}));
      return session->Taken();
    }
    v1::PeerChunk& chunk = *inbound_.mutable_peer();
    if (options_.from_nodes != nullptr) options_.from_nodes->Count(chunk);
    events_.Sent(chunk, [weak = std::weak_ptr<NodeSession>(session)] {
      if (const auto taken_by = weak.lock()) taken_by->Taken();
    });
  }

  void Meet() {
    if (const Status in_order = CheckHello(); !in_order.ok()) {
      ops::LogWarning("attach-refused", "a node at {} is refused: {}", context_.peer(),
                      Message(in_order));
      return Close(in_order);
    }
    arrived_ = true;
    if (options_.bytes != nullptr) bytes_ = &options_.bytes->Of(hello_.site);
    events_.Arrived(self_);
  }

  Status CheckHello() {
    if (!inbound_.has_hello()) return InvalidArgument("the stream does not begin with a Hello");
    const v1::Hello& hello = inbound_.hello();
    if (hello.version() != v1::PROTOCOL_VERSION_1) {
      return FailedPrecondition(
          "the node ({}) speaks protocol version {}, this coordinator ({}) "
          "speaks 1: bring the older of the two up to date",
          hello.software(), static_cast<int>(hello.version()), ops::kSoftware);
    }
    ASSIGN_OR_RETURN(const security::Identity caller, wire::CallerIdentity(context_));
    if (caller.role != security::Role::kNode || caller.name != hello.site()) {
      return PermissionDenied("the node says it is '{}', but its certificate is for {}",
                              hello.site(), security::ToUri(caller));
    }
    ASSIGN_OR_RETURN(const security::Certificate certificate, wire::CallerCertificate(context_));
    hello_ = {.site = hello.site(),
              .software = hello.software().substr(0, 100),
              .address = context_.peer(),
              .schema_version = hello.schema_version(),
              .schema_digest = hello.schema_sha256(),
              .process = hello.session(),
              .certificate_expires = certificate.not_after,
              .keeps = hello.has_resume(),
              .resumes = hello.resume().session(),
              .received = hello.resume().received()};
    return OkStatus();
  }

  // True: `outbound_` is to be written.
  bool TakeNext() REQUIRES(mutex_) {
    if (writing_ || finished_ || !session_) return false;
    bool more = false;
    auto next = session_->Next(*this, more);
    if (!next) return false;
    outbound_ = std::move(next);
    writing_ = true;
    ++starting_;
    if (options_.to_nodes != nullptr && outbound_->has_peer()) {
      options_.to_nodes->Count(outbound_->peer());
    }
    if (bytes_ != nullptr) bytes_->received.Count(outbound_->ByteSizeLong(), outbound_->has_peer());
    write_options_ = grpc::WriteOptions();
    // Never of a stream's first message: gRPC may then keep it back until the next ping.
    if (more && outbound_->has_peer()) write_options_.set_buffer_hint();
    return true;
  }

  // Without the lock: encrypts and sends on this thread, if it can.
  void Write() {
    StartWrite(outbound_.get(), write_options_);
    Started();
  }

  // Every operation is started between ++starting_ and this, so that Finish comes after all of
  // them.
  void Started() {
    MutexLock lock(mutex_);
    if (--starting_ > 0 || !finished_ || std::exchange(told_, true)) return;
    Finish(wire::ToGrpc(why_));
    // What is being written may never be taken; then the reason cannot be told either.
    if (writing_) context_.TryCancel();
  }

  // Constant once arrived.
  const NodeStreamOptions options_;
  AttachmentEvents& events_;
  grpc::CallbackServerContext& context_;
  NodeHello hello_;
  StreamBytes::Site* bytes_ = nullptr;

  // Touched by the reactions to reading, and OnDone, only.
  std::shared_ptr<Stream> self_;
  v1::FromNode inbound_;
  bool arrived_ = false;

  // Of whoever set writing_.
  std::shared_ptr<const v1::ToNode> outbound_;
  grpc::WriteOptions write_options_;

  Mutex mutex_;
  std::shared_ptr<NodeSession> session_ GUARDED_BY(mutex_);
  bool writing_ GUARDED_BY(mutex_) = false;
  bool finished_ GUARDED_BY(mutex_) = false;  // nothing is to be started any more
  bool told_ GUARDED_BY(mutex_) = false;      // Finish was called
  int starting_ GUARDED_BY(mutex_) = 0;       // operations about to be started
  Status why_ GUARDED_BY(mutex_);
};

}  // namespace

grpc::ServerBidiReactor<v1::FromNode, v1::ToNode>* NewNodeStream(
    const NodeStreamOptions& options, AttachmentEvents& events,
    grpc::CallbackServerContext& context) {
  auto stream = std::make_shared<Stream>(options, events, context);
  stream->Begin(stream);
  return stream.get();
}

}  // namespace consilium::coordinator
