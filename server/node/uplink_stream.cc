#include "server/node/uplink_stream.h"

#include <grpcpp/grpcpp.h>

#include <thread>
#include <utility>

#include "base/mutex.h"
#include "base/wire/status.h"
#include "proto/federation.grpc.pb.h"
#include "server/federation/wire/outbox.h"

namespace consilium {
namespace {

constexpr size_t kMostUnhandled = 4 * kLargestChunkBytes;

class Stream final : public UplinkStream {
 public:
  Stream(std::shared_ptr<grpc::Channel> channel, Events events)
      : stub_(v1::Federation::NewStub(std::move(channel))), events_(std::move(events)) {
    context_.set_initial_metadata_corked(true);  // goes out with the first message
    reader_ = std::thread([this] { Read(); });
  }

  ~Stream() override {
    Close();
    context_.TryCancel();
    reader_.join();
  }

  void Send(v1::FromNode message) override { Queue(std::move(message)); }
  void Send(PeerMessage message) override { Queue(std::move(message)); }

  void Handled(size_t bytes) override {
    {
      MutexLock lock(mutex_);
      unhandled_ -= bytes;
      if (unhandled_ + bytes < kMostUnhandled || unhandled_ >= kMostUnhandled) return;
    }
    room_.NotifyAll();
  }

  const CarriedByLink& sent() const override { return sent_; }
  const CarriedByLink& received() const override { return received_; }

 private:
  template <typename Message>
  void Queue(Message message) {
    {
      MutexLock lock(mutex_);
      if (closed_) return;
      outbox_.Push(std::move(message));
      if (!std::exchange(waiting_, false)) return;
    }
    changed_.NotifyAll();
  }

  void Read() {
    stream_ = stub_->Attach(&context_);
    std::thread writer([this] { Write(); });
    v1::ToNode message;
    while (stream_->Read(&message)) {
      if (message.has_peer()) received_.Count(message.peer());
      const size_t bytes = message.ByteSizeLong();
      AddUnhandled(bytes);
      events_.received(std::move(message), bytes);
      message.Clear();
      WaitForRoom();
    }
    Close();
    writer.join();
    events_.closed(FromGrpc(stream_->Finish()));
  }

  void AddUnhandled(size_t bytes) {
    MutexLock lock(mutex_);
    unhandled_ += bytes;
  }

  void WaitForRoom() {
    MutexLock lock(mutex_);
    while (unhandled_ >= kMostUnhandled && !closed_) room_.Wait(mutex_);
  }

  void Write() {
    v1::FromNode message;
    grpc::WriteOptions options;
    while (TakeNext(message, options)) {
      if (message.has_peer()) sent_.Count(message.peer());
      if (!stream_->Write(message, options)) return;
    }
  }

  // Waits for the next message to write; false once the stream is closed.
  bool TakeNext(v1::FromNode& message, grpc::WriteOptions& options) {
    MutexLock lock(mutex_);
    while (outbox_.empty() && !closed_) {
      waiting_ = true;
      changed_.Wait(mutex_);
    }
    if (closed_) return false;
    message = outbox_.Next();
    options = grpc::WriteOptions();
    if (!outbox_.empty()) options.set_buffer_hint();
    return true;
  }

  void Close() {
    {
      MutexLock lock(mutex_);
      closed_ = true;
      outbox_.Clear();
    }
    changed_.NotifyAll();
    room_.NotifyAll();
  }

  // Constant.
  const std::unique_ptr<v1::Federation::Stub> stub_;
  const Events events_;
  std::thread reader_;

  // Has its own synchronisation: one thread reads, one writes, any may cancel.
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReaderWriter<v1::FromNode, v1::ToNode>> stream_;

  CarriedByLink sent_;
  CarriedByLink received_;

  Mutex mutex_;
  CondVar changed_;
  CondVar room_;
  size_t unhandled_ GUARDED_BY(mutex_) = 0;  // bytes received
  Outbox<v1::FromNode> outbox_ GUARDED_BY(mutex_);
  bool waiting_ GUARDED_BY(mutex_) = false;
  bool closed_ GUARDED_BY(mutex_) = false;
};

}  // namespace

std::unique_ptr<UplinkStream> UplinkStream::Open(std::shared_ptr<grpc::Channel> channel,
                                                 Events events) {
  return std::make_unique<Stream>(std::move(channel), std::move(events));
}

}  // namespace consilium
