#ifndef CONSILIUM_BASE_WIRE_HANDSHAKE_H_
#define CONSILIUM_BASE_WIRE_HANDSHAKE_H_

#include <optional>
#include <string>

#include "base/clock.h"
#include "base/security/certificate.h"
#include "base/security/tls_files.h"
#include "base/wire/tcp.h"

namespace consilium::wire {

// What one TLS handshake, without any verification of ours, told about a server.
struct HandshakeReport {
  enum class Outcome {
    kAccepted,   // and the server then spoke
    kNotTls,     // it answered with something else
    kOldTls,     // no TLS 1.3
    kNotGrpc,    // TLS, but no HTTP/2
    kRefusedUs,  // it closed or sent an alert after it saw our certificate
    kClosed,     // it closed before it showed a certificate
    kSilent,     // nothing came in time
  };
  Outcome outcome = Outcome::kSilent;
  std::optional<security::Certificate> server;  // if it showed one
  std::string detail;  // OpenSSL's text of an alert or an error, for kRefusedUs
};

StatusOr<HandshakeReport> TryHandshake(const Socket& socket, const security::TlsFiles& files,
                                       const std::string& host, Duration timeout);

}  // namespace consilium::wire

#endif  // CONSILIUM_BASE_WIRE_HANDSHAKE_H_
