#include "server/node/uplink_stream.h"

#include <grpcpp/grpcpp.h>

#include <thread>
#include <utility>

#include "base/mutex.h"
#include "base/wire/status.h"
#include "proto/federation.grpc.pb.h"
#include "server/federation/wire/session_end.h"
#include "server/node/uplink_session.h"

namespace consilium::node {
namespace {

constexpr size_t kMostUnhandled = 4 * federation::kLargestChunkBytes;

class Stream final : public UplinkStream {
 public:
  Stream(std::shared_ptr<grpc::Channel> channel, UplinkSession& session, Events events)
      : stub_(v1::Federation::NewStub(std::move(channel))),
        session_(session),
        events_(std::move(events)) {
    session_.Open();
    context_.set_initial_metadata_corked(true);  // goes out with the first message
    reader_ = std::thread([this] { Read(); });
  }

  ~Stream() override {
    Close();
    context_.TryCancel();
    reader_.join();
  }

  void Handled(size_t bytes) override {
    {
      MutexLock lock(mutex_);
      unhandled_ -= bytes;
      if (unhandled_ + bytes < kMostUnhandled || unhandled_ >= kMostUnhandled) return;
    }
    room_.NotifyAll();
  }

  const federation::CarriedByLink& sent() const override { return sent_; }
  const federation::CarriedByLink& received() const override { return received_; }

 private:
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
    events_.closed(wire::FromGrpc(stream_->Finish()));
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
    bool more = false;
    while (const auto message = session_.Take(more)) {
      if (message->has_peer()) sent_.Count(message->peer());
      grpc::WriteOptions options;
      // Never of a stream's first message: gRPC may then keep it back until the next ping.
      if (more && message->has_peer()) options.set_buffer_hint();
      if (!stream_->Write(*message, options)) return;
    }
  }

  void Close() {
    {
      MutexLock lock(mutex_);
      closed_ = true;
    }
    session_.Close();
    room_.NotifyAll();
  }

  // Constant.
  const std::unique_ptr<v1::Federation::Stub> stub_;
  UplinkSession& session_;
  const Events events_;
  std::thread reader_;

  // Has its own synchronisation: one thread reads, one writes, any may cancel.
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReaderWriter<v1::FromNode, v1::ToNode>> stream_;

  federation::CarriedByLink sent_;
  federation::CarriedByLink received_;

  Mutex mutex_;
  CondVar room_;
  size_t unhandled_ GUARDED_BY(mutex_) = 0;  // bytes received
  bool closed_ GUARDED_BY(mutex_) = false;
};

}  // namespace

std::unique_ptr<UplinkStream> UplinkStream::Open(std::shared_ptr<grpc::Channel> channel,
                                                 UplinkSession& session, Events events) {
  return std::make_unique<Stream>(std::move(channel), session, std::move(events));
}

}  // namespace consilium::node
