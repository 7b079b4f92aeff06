#ifndef CONSILIUM_TESTS_BASE_WIRE_ECHO_H_
#define CONSILIUM_TESTS_BASE_WIRE_ECHO_H_

#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <atomic>
#include <memory>
#include <string>

#include "base/status.h"

namespace consilium::testing {

// Answers every method there is: each message comes back, until the caller has no more. So a call
// that does not reach it was refused before any handler.
class EchoService final : public grpc::CallbackGenericService {
 public:
  grpc::ServerGenericBidiReactor* CreateReactor(
      grpc::GenericCallbackServerContext* context) override;

  int calls() const { return calls_; }
  // Common name, identity and serial of the certificate of the last caller.
  std::string last_serial() const;

 private:
  std::atomic<int> calls_ = 0;
  std::atomic<std::shared_ptr<const std::string>> last_serial_;
};

// One message there and back.
Status Call(const std::shared_ptr<grpc::Channel>& channel, const std::string& method,
            double seconds = 10);

// A stream kept open, used from one thread.
class EchoStream {
 public:
  EchoStream(const std::shared_ptr<grpc::Channel>& channel, const std::string& method);
  ~EchoStream();
  // Sends a message and waits for it to come back.
  bool Echo();

 private:
  bool Await();

  grpc::GenericStub stub_;
  grpc::ClientContext context_;
  grpc::CompletionQueue queue_;
  std::unique_ptr<grpc::GenericClientAsyncReaderWriter> stream_;
};

// Serial of the certificate a server shows on a new connection.
std::string ServerSerial(const std::shared_ptr<grpc::Channel>& channel);

}  // namespace consilium::testing

#endif  // CONSILIUM_TESTS_BASE_WIRE_ECHO_H_
