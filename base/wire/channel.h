#ifndef CONSILIUM_BASE_WIRE_CHANNEL_H_
#define CONSILIUM_BASE_WIRE_CHANNEL_H_

#include <memory>
#include <string>

#include "base/clock.h"
#include "base/security/tls_files.h"
#include "base/security/verify.h"
#include "base/status.h"

namespace grpc {
class Channel;
}

namespace consilium::wire {

// One message, in either direction. Larger things are sent in chunks.
constexpr int kLargestMessageBytes = 16 << 20;

// Of both ends: fewer and larger frames and reads than gRPC's defaults. What a stream may hold
// unread is bounded by the window: at a client one that a chunk fits into; a server has many
// streams, and each gets room for one more message while it is being read.
constexpr int kFrameBytes = 512 << 10;
constexpr int kWindowBytes = 256 << 10;
constexpr int kServerWindowBytes = 64 << 10;
constexpr int kReadBytes = 64 << 10;

struct ChannelOptions {
  std::string host = {};  // that the server's certificate must name; empty: the host in the target
  Duration refresh = std::chrono::seconds(30);    // of the TLS files
  Duration keepalive = std::chrono::seconds(20);  // ping after so much silence, for ever
  Duration keepalive_timeout = std::chrono::seconds(10);
  Duration longest_backoff = std::chrono::seconds(20);  // between attempts to connect
};

// A channel to `target` ("host:port"). The server must hold a certificate of our authority for
// that host and with the expected role (and name, if given); its federation must be ours. `files`
// are checked here; the network is not touched until the first call. When a call then fails with
// UNAVAILABLE, Diagnose (diagnose.h) finds the cause.
StatusOr<std::shared_ptr<grpc::Channel>> OpenChannel(const std::string& target,
                                                     const security::TlsFiles& files,
                                                     const security::ExpectedIdentity& server,
                                                     const ChannelOptions& options = {});

// "host:port" or "[address]:port" in two.
struct HostPort {
  std::string host;
  std::string port;
};
StatusOr<HostPort> ParseTarget(const std::string& target);

}  // namespace consilium::wire

#endif  // CONSILIUM_BASE_WIRE_CHANNEL_H_
