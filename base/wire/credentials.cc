#include "base/wire/credentials.h"

#include <grpcpp/security/auth_metadata_processor.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/security/tls_certificate_provider.h>
#include <grpcpp/security/tls_credentials_options.h>
#include <grpcpp/server_builder.h>

#include <algorithm>
#include <utility>

#include "base/wire/access.h"
#include "base/wire/caller.h"
#include "base/wire/channel.h"
#include "base/wire/server_verifier.h"
#include "base/wire/status.h"

namespace consilium::wire {
namespace {

namespace tls = grpc::experimental;

constexpr int kMillisecond = 1;
constexpr int kSecond = 1000 * kMillisecond;

// Admits or refuses each call before its handler runs.
class Admission final : public grpc::AuthMetadataProcessor {
 public:
  Admission(std::string federation, ServerCredentialOptions options)
      : federation_(std::move(federation)), options_(std::move(options)) {}

  bool IsBlocking() const override { return false; }  // no thread of its own: it only compares

  grpc::Status Process(const InputMetadata& metadata, grpc::AuthContext* context, OutputMetadata*,
                       OutputMetadata*) override {
    const auto path = metadata.find(":path");
    const std::string method =
        path == metadata.end() ? "" : std::string(path->second.data(), path->second.size());
    const StatusOr<security::Identity> caller = CallerIdentity(*context);
    const Status decision = caller.ok() ? Decide(method, *caller) : caller.status();
    if (!decision.ok() && options_.on_refused) {
      options_.on_refused(caller.ok() ? security::ToUri(*caller) : "unknown", method, decision);
    }
    return ToGrpc(decision);
  }

 private:
  Status Decide(const std::string& method, const security::Identity& caller) const {
    if (caller.federation != federation_) {
      return Unauthenticated("{} belongs to the federation {}, expected {}",
                             security::ToUri(caller), caller.federation, federation_);
    }
    return Authorise(method, caller);
  }

  const std::string federation_;
  const ServerCredentialOptions options_;
};

std::shared_ptr<tls::CertificateProviderInterface> Watch(const security::TlsFiles& files,
                                                         Duration refresh) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(refresh).count();
  return std::make_shared<tls::FileWatcherCertificateProvider>(
      files.key, files.certificate, files.authority,
      static_cast<unsigned>(std::clamp<int64_t>(seconds, 1, 86400)));
}

}  // namespace

StatusOr<std::shared_ptr<grpc::ServerCredentials>> NewServerCredentials(
    const security::TlsFiles& files, const ServerCredentialOptions& options) {
  RETURN_IF_ERROR(RequireTls13());
  ASSIGN_OR_RETURN(const security::OwnCertificate own, security::CheckTlsFiles(files));
  if (!own.certificate.may_serve) {
    return PermissionDenied("{}: {} may not serve: a server needs the role node or coordinator",
                            files.certificate, security::ToUri(own.identity));
  }
  tls::TlsServerCredentialsOptions settings(Watch(files, options.refresh));
  settings.watch_root_certs();
  settings.watch_identity_key_cert_pairs();
  settings.set_cert_request_type(GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  std::shared_ptr<grpc::ServerCredentials> credentials = tls::TlsServerCredentials(settings);
  if (!credentials) return Internal("gRPC made no server credentials");
  credentials->SetAuthMetadataProcessor(
      std::make_shared<Admission>(own.identity.federation, options));
  return credentials;
}

void ConfigureServer(grpc::ServerBuilder& builder) {
  builder.SetMaxReceiveMessageSize(kLargestMessageBytes);
  builder.SetMaxSendMessageSize(kLargestMessageBytes);
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);  // a port in use is an error
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, 30 * kSecond);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 15 * kSecond);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 5 * kSecond);
  builder.AddChannelArgument(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, 10 * kSecond);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MAX_FRAME_SIZE, kFrameBytes);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_STREAM_LOOKAHEAD_BYTES, kServerWindowBytes);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_BDP_PROBE, 0);  // which widens windows by far
  builder.AddChannelArgument(GRPC_ARG_TCP_READ_CHUNK_SIZE, kReadBytes);
  builder.AddChannelArgument(GRPC_ARG_TCP_MAX_READ_CHUNK_SIZE, kReadBytes);  // of 4 MiB
}

StatusOr<std::shared_ptr<grpc::ChannelCredentials>> NewChannelCredentials(
    const security::TlsFiles& files, const security::ExpectedIdentity& server,
    const std::string& host, Duration refresh) {
  RETURN_IF_ERROR(RequireTls13());
  ASSIGN_OR_RETURN(const security::OwnCertificate own, security::CheckTlsFiles(files));
  if (!own.certificate.may_call) {
    return PermissionDenied("{}: {} may not call: a {} only serves", files.certificate,
                            security::ToUri(own.identity), security::RoleName(own.identity.role));
  }
  security::ExpectedIdentity expected = server;
  if (expected.federation.empty()) expected.federation = own.identity.federation;
  tls::TlsChannelCredentialsOptions settings;
  settings.set_certificate_provider(Watch(files, refresh));
  settings.watch_root_certs();
  settings.watch_identity_key_cert_pairs();
  settings.set_verify_server_certs(true);
  settings.set_certificate_verifier(NewServerVerifier(expected, host));
  settings.set_check_call_host(false);  // the verifier checks the host of the connection
  std::shared_ptr<grpc::ChannelCredentials> credentials = tls::TlsCredentials(settings);
  if (!credentials) return Internal("gRPC made no channel credentials");
  return credentials;
}

}  // namespace consilium::wire
