#ifndef CONSILIUM_SERVER_OPS_LISTEN_H_
#define CONSILIUM_SERVER_OPS_LISTEN_H_

#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/security/tls_files.h"
#include "base/status.h"

namespace grpc {
class Server;
class Service;
}  // namespace grpc

namespace consilium::ops {

// A gRPC server on one port: mutual TLS, the access table, health and reflection.
class Listener {
 public:
  // `address` is HOST:PORT; port 0 means any. The services must outlive the listener. Refused calls
  // are logged.
  static StatusOr<std::unique_ptr<Listener>> Open(const std::string& address,
                                                  const security::TlsFiles& files,
                                                  const std::vector<grpc::Service*>& services);
  ~Listener();

  const std::string& address() const { return address_; }  // with the real port

  // Refuses new calls, ends those still open after `grace`, and waits for their handlers.
  void Close(Duration grace = std::chrono::milliseconds(100));

 private:
  Listener(std::unique_ptr<grpc::Server> server, std::string address);

  std::unique_ptr<grpc::Server> server_;
  std::string address_;
};

}  // namespace consilium::ops

#endif  // CONSILIUM_SERVER_OPS_LISTEN_H_
