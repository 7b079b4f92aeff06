#include "base/wire/handshake.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <array>
#include <chrono>
#include <memory>

#include "base/security/handles.h"
#include "base/security/x509.h"

namespace consilium::wire {
namespace {

using Outcome = HandshakeReport::Outcome;
using Context = std::unique_ptr<SSL_CTX, security::FreeWith<SSL_CTX_free>>;
using Connection = std::unique_ptr<SSL, security::FreeWith<SSL_free>>;
using SteadyTime = std::chrono::steady_clock::time_point;

constexpr std::array<unsigned char, 3> kHttp2 = {2, 'h', '2'};

StatusOr<Context> NewContext(const security::TlsFiles& files) {
  Context context(SSL_CTX_new(TLS_client_method()));
  if (!context || SSL_CTX_set_min_proto_version(context.get(), TLS1_3_VERSION) != 1 ||
      SSL_CTX_use_certificate_chain_file(context.get(), files.certificate.c_str()) != 1 ||
      SSL_CTX_use_PrivateKey_file(context.get(), files.key.c_str(), SSL_FILETYPE_PEM) != 1 ||
      SSL_CTX_set_alpn_protos(context.get(), kHttp2.data(), kHttp2.size()) != 0) {
    return security::LibraryError("preparing a TLS connection");
  }
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_NONE, nullptr);  // Diagnose verifies, with reasons
  return context;
}

bool IsAddress(const std::string& host) {
  std::array<unsigned char, 16> bytes{};
  return inet_pton(AF_INET, host.c_str(), bytes.data()) == 1 ||
         inet_pton(AF_INET6, host.c_str(), bytes.data()) == 1;
}

// Repeats `step` (SSL_connect, SSL_read) until it is done. Returns OpenSSL's SSL_ERROR_...;
// SSL_ERROR_WANT_READ if time ran out.
template <typename Step>
int Drive(SSL* connection, const Socket& socket, SteadyTime deadline, Step step) {
  for (;;) {
    ERR_clear_error();
    const int result = step();
    const int error = SSL_get_error(connection, result);
    if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) return error;
    const auto direction =
        error == SSL_ERROR_WANT_READ ? Socket::Direction::kRead : Socket::Direction::kWrite;
    if (!socket.Wait(direction, deadline - std::chrono::steady_clock::now())) {
      return SSL_ERROR_WANT_READ;
    }
  }
}

// The reason of the oldest OpenSSL error, and its text.
struct Failure {
  int reason = 0;
  std::string text;
};

Failure LastFailure() {
  const unsigned long code = ERR_peek_error();
  const char* text = ERR_reason_error_string(code);
  Failure failure{ERR_GET_REASON(code), text != nullptr ? text : ""};
  // gRPC closes without an alert: that says nothing.
  if (failure.reason == SSL_R_UNEXPECTED_EOF_WHILE_READING) failure.text.clear();
  ERR_clear_error();
  return failure;
}

Outcome OutcomeOfConnect(int error, const Failure& failure, bool saw_certificate) {
  if (error == SSL_ERROR_WANT_READ) return Outcome::kSilent;
  switch (failure.reason) {
    case SSL_R_WRONG_VERSION_NUMBER:
    case SSL_R_HTTP_REQUEST:
    case SSL_R_PACKET_LENGTH_TOO_LONG:
    case SSL_R_BAD_PACKET_LENGTH:
      return Outcome::kNotTls;
    case SSL_R_UNSUPPORTED_PROTOCOL:
    case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
    case SSL_R_NO_PROTOCOLS_AVAILABLE:
      return Outcome::kOldTls;
    case SSL_R_TLSV1_ALERT_NO_APPLICATION_PROTOCOL:
      return Outcome::kNotGrpc;
    default:
      return saw_certificate ? Outcome::kRefusedUs : Outcome::kClosed;
  }
}

bool SpeaksHttp2(const SSL* connection) {
  const unsigned char* protocol = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(connection, &protocol, &size);
  return size == 2 && protocol[0] == 'h' && protocol[1] == '2';
}

// In TLS 1.3 the client is done before the server has looked at its certificate: what the server
// thinks of it is known only when the server's first data, or an alert, arrives.
Outcome AwaitVerdict(SSL* connection, const Socket& socket, SteadyTime deadline, Failure& failure) {
  std::array<char, 256> bytes{};
  const int error = Drive(connection, socket, deadline, [&] {
    return SSL_read(connection, bytes.data(), static_cast<int>(bytes.size()));
  });
  if (error == SSL_ERROR_NONE) return Outcome::kAccepted;
  if (error == SSL_ERROR_WANT_READ) return Outcome::kSilent;
  failure = LastFailure();
  return Outcome::kRefusedUs;
}

}  // namespace

StatusOr<HandshakeReport> TryHandshake(const Socket& socket, const security::TlsFiles& files,
                                       const std::string& host, Duration timeout) {
  const NoBrokenPipeSignal quiet;
  ASSIGN_OR_RETURN(const Context context, NewContext(files));
  const Connection connection(SSL_new(context.get()));
  if (!connection || SSL_set_fd(connection.get(), socket.descriptor()) != 1) {
    return security::LibraryError("preparing a TLS connection");
  }
  if (!IsAddress(host)) SSL_set_tlsext_host_name(connection.get(), host.c_str());
  const SteadyTime deadline = std::chrono::steady_clock::now() + timeout;
  const int error =
      Drive(connection.get(), socket, deadline, [&] { return SSL_connect(connection.get()); });
  Failure failure = LastFailure();

  HandshakeReport report;
  if (X509* shown = SSL_get0_peer_certificate(connection.get()); shown != nullptr) {
    ASSIGN_OR_RETURN(report.server, security::ToCertificate(*shown));
  }
  if (error != SSL_ERROR_NONE) {
    report.outcome = OutcomeOfConnect(error, failure, report.server.has_value());
  } else if (!SpeaksHttp2(connection.get())) {
    report.outcome = Outcome::kNotGrpc;
  } else {
    report.outcome = AwaitVerdict(connection.get(), socket, deadline, failure);
  }
  report.detail = failure.text;
  return report;
}

}  // namespace consilium::wire
