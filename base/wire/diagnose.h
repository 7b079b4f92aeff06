#ifndef CONSILIUM_BASE_WIRE_DIAGNOSE_H_
#define CONSILIUM_BASE_WIRE_DIAGNOSE_H_

#include <string>

#include "base/clock.h"
#include "base/security/tls_files.h"
#include "base/security/verify.h"
#include "base/status.h"

namespace consilium::wire {

struct Probe {
  std::string target;  // "host:port"
  security::TlsFiles files;
  security::ExpectedIdentity server = {};
  std::string host = {};  // that the server's certificate must name; empty: the host in the target
  Duration timeout = std::chrono::seconds(5);  // for each of connecting and the handshake
};

// Connects afresh, over plain TCP and OpenSSL, and says why that does not work and who must act:
// own files wrong or expired, name not resolved, nobody listening, no answer, not TLS, another
// authority, wrong host name, wrong role or federation, our certificate refused. OK: a connection
// can be made now. Blocks for up to twice the time-out.
Status Diagnose(const Probe& probe);

// `failed` with Diagnose's answer in place of gRPC's, where `failed` is a failure to connect
// (kUnavailable) and a cause is found; otherwise `failed` as it is.
Status Explain(const Status& failed, const Probe& probe);

}  // namespace consilium::wire

#endif  // CONSILIUM_BASE_WIRE_DIAGNOSE_H_
