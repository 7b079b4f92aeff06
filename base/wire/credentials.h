#ifndef CONSILIUM_BASE_WIRE_CREDENTIALS_H_
#define CONSILIUM_BASE_WIRE_CREDENTIALS_H_

#include <functional>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/security/tls_files.h"
#include "base/security/verify.h"
#include "base/status.h"

namespace grpc {
class ChannelCredentials;
class ServerBuilder;
class ServerCredentials;
}  // namespace grpc

// Mutual TLS 1.3. Files are read again while the process runs: put the renewed certificate in place
// (an atomic rename) and new connections use it; streams that are open go on.
namespace consilium::wire {

struct ServerCredentialOptions {
  Duration refresh = std::chrono::seconds(30);  // whole seconds, at least one
  // Called for every call that is refused, from gRPC's threads; must return quickly. `caller` is
  // its identity URI, or what is known of it.
  std::function<void(const std::string& caller, const std::string& method, const Status& why)>
      on_refused = {};
};

// For grpc::ServerBuilder::AddListeningPort. Clients must show a certificate of our authority with
// an identity in our federation, and AccessTable() must allow their role the call; both are checked
// before any handler runs, for every service of the server. `files` are checked first.
StatusOr<std::shared_ptr<grpc::ServerCredentials>> NewServerCredentials(
    const security::TlsFiles& files, const ServerCredentialOptions& options = {});

// Keepalive that tolerates our clients' pings and finds dead peers, and the message limits.
void ConfigureServer(grpc::ServerBuilder& builder);

// For a client. `host` is what the server's certificate must name; empty: the target's host.
StatusOr<std::shared_ptr<grpc::ChannelCredentials>> NewChannelCredentials(
    const security::TlsFiles& files, const security::ExpectedIdentity& server,
    const std::string& host = "", Duration refresh = std::chrono::seconds(30));

// Makes this process speak TLS 1.3 only, whatever uses OpenSSL in it. Called by the functions
// above; call it earlier if something else opens TLS connections first. Thread-safe.
Status RequireTls13();

}  // namespace consilium::wire

#endif  // CONSILIUM_BASE_WIRE_CREDENTIALS_H_
