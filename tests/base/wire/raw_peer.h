#ifndef CONSILIUM_TESTS_BASE_WIRE_RAW_PEER_H_
#define CONSILIUM_TESTS_BASE_WIRE_RAW_PEER_H_

#include <functional>
#include <string>
#include <thread>

#include "base/security/tls_files.h"

// Peers that are not ours: plain TCP, and OpenSSL with settings of its own.
namespace consilium::testing {

// Listens on a free port of 127.0.0.1 and gives each connection to `serve`, one after the other;
// then closes it.
class RawListener {
 public:
  explicit RawListener(std::function<void(int connection)> serve);
  ~RawListener();
  RawListener(const RawListener&) = delete;
  RawListener& operator=(const RawListener&) = delete;

  std::string target() const { return "127.0.0.1:" + std::to_string(port_); }

 private:
  int listener_;
  int port_ = 0;
  std::function<void(int)> serve_;
  std::thread thread_;
};

// A port of 127.0.0.1 on which nobody listens.
int ClosedPort();

// Serves one connection with TLS of exactly `version` (TLS1_2_VERSION, ...), without HTTP/2.
void ServeTls(int connection, const security::TlsFiles& files, int version);

// The version agreed with the server at 127.0.0.1:`port` by a client that offers exactly
// `version`, such as "TLSv1.3"; or "refused: ..." with the reason.
std::string TlsVersionWith(int port, const security::TlsFiles& files, int version);

}  // namespace consilium::testing

#endif  // CONSILIUM_TESTS_BASE_WIRE_RAW_PEER_H_
