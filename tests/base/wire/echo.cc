#include "tests/base/wire/echo.h"

#include <future>

#include "base/security/certificate.h"
#include "base/wire/caller.h"
#include "base/wire/status.h"

namespace consilium::testing {
namespace {

class Reactor final : public grpc::ServerGenericBidiReactor {
 public:
  Reactor() { StartRead(&message_); }

  void OnReadDone(bool ok) override {
    if (!ok) return Finish(grpc::Status::OK);
    StartWrite(&message_);
  }
  void OnWriteDone(bool ok) override {
    if (ok) StartRead(&message_);
  }
  void OnCancel() override { Finish(grpc::Status::CANCELLED); }
  void OnDone() override { delete this; }

 private:
  void Finish(const grpc::Status& status) {
    if (!finished_.exchange(true)) grpc::ServerGenericBidiReactor::Finish(status);
  }

  grpc::ByteBuffer message_;
  std::atomic<bool> finished_ = false;
};

grpc::ByteBuffer Message() {
  const grpc::Slice slice("hello");
  return grpc::ByteBuffer(&slice, 1);
}

std::chrono::system_clock::time_point In(double seconds) {
  return std::chrono::system_clock::now() +
         std::chrono::milliseconds(static_cast<int>(1000 * seconds));
}

}  // namespace

grpc::ServerGenericBidiReactor* EchoService::CreateReactor(
    grpc::GenericCallbackServerContext* context) {
  const StatusOr<security::Certificate> caller = wire::CallerCertificate(*context);
  last_serial_ = std::make_shared<const std::string>(caller.ok() ? caller->serial : "");
  ++calls_;
  return new Reactor();
}

std::string EchoService::last_serial() const {
  const auto serial = last_serial_.load();
  return serial ? *serial : "";
}

Status Call(const std::shared_ptr<grpc::Channel>& channel, const std::string& method,
            double seconds) {
  grpc::GenericStub stub(channel);
  grpc::ClientContext context;
  context.set_deadline(In(seconds));
  const grpc::ByteBuffer request = Message();
  grpc::ByteBuffer response;
  std::promise<grpc::Status> done;
  stub.UnaryCall(&context, method, grpc::StubOptions(), &request, &response,
                 [&done](grpc::Status status) { done.set_value(std::move(status)); });
  return wire::FromGrpc(done.get_future().get());
}

EchoStream::EchoStream(const std::shared_ptr<grpc::Channel>& channel, const std::string& method)
    : stub_(channel), stream_(stub_.PrepareCall(&context_, method, &queue_)) {
  stream_->StartCall(this);
  Await();
}

EchoStream::~EchoStream() {
  context_.TryCancel();
  grpc::Status status;
  stream_->Finish(&status, this);
  Await();
  queue_.Shutdown();
  while (Await()) {
  }
}

bool EchoStream::Await() {
  void* tag = nullptr;
  bool ok = false;
  return queue_.Next(&tag, &ok) && ok;
}

bool EchoStream::Echo() {
  grpc::ByteBuffer message = Message();
  stream_->Write(message, this);
  if (!Await()) return false;
  stream_->Read(&message, this);
  return Await();
}

std::string ServerSerial(const std::shared_ptr<grpc::Channel>& channel) {
  grpc::GenericStub stub(channel);
  grpc::ClientContext context;
  context.set_deadline(In(10));
  const grpc::ByteBuffer request = Message();
  grpc::ByteBuffer response;
  std::promise<void> done;
  stub.UnaryCall(&context, "/grpc.health.v1.Health/Check", grpc::StubOptions(), &request, &response,
                 [&done](const grpc::Status&) { done.set_value(); });
  done.get_future().get();
  const auto authenticated = context.auth_context();
  if (!authenticated) return "";
  const auto pems = authenticated->FindPropertyValues("x509_pem_cert");
  if (pems.empty()) return "";
  return security::ParseCertificate(std::string_view(pems.front().data(), pems.front().size()))
      .value()
      .serial;
}

}  // namespace consilium::testing
