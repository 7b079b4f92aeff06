#include "server/node/uplink_stream.h"

#include <grpcpp/grpcpp.h>

#include <utility>

#include "base/mutex.h"
#include "base/wire/status.h"
#include "proto/federation.grpc.pb.h"
#include "server/federation/wire/outbox.h"

namespace consilium {
namespace {

class Stream final : public UplinkStream, public grpc::ClientBidiReactor<v1::FromNode, v1::ToNode> {
 public:
  Stream(std::shared_ptr<grpc::Channel> channel, Events events)
      : channel_(std::move(channel)),
        stub_(v1::Federation::NewStub(channel_)),
        events_(std::move(events)) {}

  void Dial(std::shared_ptr<Stream> self) {
    self_ = std::move(self);
    stub_->async()->Attach(&context_, this);
    AddHold();  // for Send, until reading ends
    StartRead(&inbound_);
    StartCall();
  }

  void Send(v1::FromNode message) override { Queue(std::move(message)); }
  void Send(PeerMessage message) override { Queue(std::move(message)); }

  void Cancel() override { context_.TryCancel(); }

  void OnReadDone(bool ok) override {
    if (!ok) return StopWriting();
    events_.received(std::move(inbound_));
    inbound_.Clear();
    StartRead(&inbound_);
  }

  void OnWriteDone(bool ok) override {
    {
      MutexLock lock(mutex_);
      writing_ = false;
      if (!ok || !TakeNext()) return;
    }
    Write();
  }

  void OnDone(const grpc::Status& status) override {
    events_.closed(FromGrpc(status));
    self_.reset();
  }

 private:
  template <typename Message>
  void Queue(Message message) {
    {
      MutexLock lock(mutex_);
      if (closed_) return;
      outbox_.Push(std::move(message));
      if (!TakeNext()) return;
    }
    Write();
  }

  // True: `outbound_` is to be written, and the call is held until it is.
  bool TakeNext() REQUIRES(mutex_) {
    if (writing_ || closed_ || outbox_.empty()) return false;
    writing_ = true;
    outbound_ = outbox_.Next();
    options_ = grpc::WriteOptions();
    if (!outbox_.empty()) options_.set_buffer_hint();
    AddHold();
    return true;
  }

  // Without the lock: encrypts and sends on this thread, if it can.
  void Write() {
    StartWrite(&outbound_, options_);
    RemoveHold();
  }

  void StopWriting() {
    {
      MutexLock lock(mutex_);
      closed_ = true;
      outbox_.Clear();
    }
    RemoveHold();
  }

  // Constant after Dial.
  const std::shared_ptr<grpc::Channel> channel_;
  const std::unique_ptr<v1::Federation::Stub> stub_;
  const Events events_;

  // Touched by reactions only.
  std::shared_ptr<Stream> self_;
  v1::ToNode inbound_;
  grpc::ClientContext context_;

  // Of whoever set writing_.
  v1::FromNode outbound_;
  grpc::WriteOptions options_;

  Mutex mutex_;
  Outbox<v1::FromNode> outbox_ GUARDED_BY(mutex_);
  bool writing_ GUARDED_BY(mutex_) = false;
  bool closed_ GUARDED_BY(mutex_) = false;
};

}  // namespace

std::shared_ptr<UplinkStream> UplinkStream::Open(std::shared_ptr<grpc::Channel> channel,
                                                 Events events) {
  auto stream = std::make_shared<Stream>(std::move(channel), std::move(events));
  stream->Dial(stream);
  return stream;
}

}  // namespace consilium
