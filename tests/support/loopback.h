#ifndef CONSILIUM_TESTS_SUPPORT_LOOPBACK_H_
#define CONSILIUM_TESTS_SUPPORT_LOOPBACK_H_

#include <grpcpp/grpcpp.h>

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>

#include "base/wire/channel.h"
#include "base/wire/credentials.h"
#include "tests/support/throwaway_authority.h"

namespace consilium::testing {

// A server with mutual TLS on a free port of 127.0.0.1, gone with the object.
class Loopback {
 public:
  using Services = std::function<void(grpc::ServerBuilder&)>;

  // `services` registers what is served and must keep it alive. Throws if the server cannot start.
  Loopback(const security::TlsFiles& files, const Services& services,
           const wire::ServerCredentialOptions& options = {}, int port = 0) {
    grpc::ServerBuilder builder;
    wire::ConfigureServer(builder);
    builder.AddListeningPort("127.0.0.1:" + std::to_string(port),
                             wire::NewServerCredentials(files, options).value(), &port_);
    services(builder);
    server_ = builder.BuildAndStart();
    if (server_ == nullptr) throw std::runtime_error("no server on 127.0.0.1");
  }
  ~Loopback() { server_->Shutdown(std::chrono::system_clock::now()); }
  Loopback(const Loopback&) = delete;
  Loopback& operator=(const Loopback&) = delete;

  int port() const { return port_; }
  std::string target() const { return "127.0.0.1:" + std::to_string(port_); }

  // A channel to this server, which must be a `role`.
  std::shared_ptr<grpc::Channel> Open(const security::TlsFiles& files, security::Role role) const {
    return wire::OpenChannel(target(), files, {.role = role}).value();
  }

 private:
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace consilium::testing

#endif  // CONSILIUM_TESTS_SUPPORT_LOOPBACK_H_
