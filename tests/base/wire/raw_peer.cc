#include "tests/base/wire/raw_peer.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <memory>

#include "base/security/handles.h"
#include "base/wire/tcp.h"

namespace consilium::testing {
namespace {

using Context = std::unique_ptr<SSL_CTX, security::FreeWith<SSL_CTX_free>>;
using Connection = std::unique_ptr<SSL, security::FreeWith<SSL_free>>;
constexpr std::array<unsigned char, 3> kHttp2 = {2, 'h', '2'};

sockaddr_in Local(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<uint16_t>(port));
  return address;
}

int PortOf(int socket) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.sin_port);
}

int Bound() {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = Local(0);
  bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address);
  return socket;
}

Context ContextOf(const SSL_METHOD* method, const security::TlsFiles& files, int version) {
  Context context(SSL_CTX_new(method));
  // These peers know nothing of the policy of this process.
  SSL_CTX_clear_options(context.get(), SSL_OP_NO_TLSv1_2 | SSL_OP_NO_TLSv1_1 | SSL_OP_NO_TLSv1);
  SSL_CTX_set_min_proto_version(context.get(), version);
  SSL_CTX_set_max_proto_version(context.get(), version);
  SSL_CTX_use_certificate_chain_file(context.get(), files.certificate.c_str());
  SSL_CTX_use_PrivateKey_file(context.get(), files.key.c_str(), SSL_FILETYPE_PEM);
  return context;
}

}  // namespace

RawListener::RawListener(std::function<void(int)> serve)
    : listener_(Bound()), serve_(std::move(serve)) {
  listen(listener_, 16);
  port_ = PortOf(listener_);
  thread_ = std::thread([this] {
    const wire::NoBrokenPipeSignal quiet;
    for (;;) {
      const int connection = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (connection < 0) return;
      serve_(connection);
      close(connection);
    }
  });
}

RawListener::~RawListener() {
  shutdown(listener_, SHUT_RDWR);
  thread_.join();
  close(listener_);
}

int ClosedPort() {
  const int socket = Bound();
  const int port = PortOf(socket);
  close(socket);
  return port;
}

void ServeTls(int connection, const security::TlsFiles& files, int version) {
  const Context context = ContextOf(TLS_server_method(), files, version);
  const Connection tls(SSL_new(context.get()));
  SSL_set_fd(tls.get(), connection);
  std::array<char, 64> bytes{};
  if (SSL_accept(tls.get()) == 1) SSL_read(tls.get(), bytes.data(), bytes.size());
  ERR_clear_error();
}

std::string TlsVersionWith(int port, const security::TlsFiles& files, int version) {
  const wire::NoBrokenPipeSignal quiet;
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = Local(port);
  const Context context = ContextOf(TLS_client_method(), files, version);
  SSL_CTX_set_alpn_protos(context.get(), kHttp2.data(), kHttp2.size());
  const Connection tls(SSL_new(context.get()));
  std::string outcome = "no connection";
  if (connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
    SSL_set_fd(tls.get(), socket);
    outcome = SSL_connect(tls.get()) == 1 ? SSL_get_version(tls.get())
                                          : "refused: " + security::LibraryErrorText();
  }
  close(socket);
  return outcome;
}

}  // namespace consilium::testing
