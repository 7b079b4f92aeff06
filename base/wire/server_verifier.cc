#include "base/wire/server_verifier.h"

#include <grpcpp/security/tls_certificate_verifier.h>

#include "base/wire/channel.h"
#include "base/wire/status.h"

namespace consilium::wire {
namespace {

namespace tls = grpc::experimental;

std::string Text(const grpc::string_ref& text) { return std::string(text.data(), text.size()); }

class ServerVerifier final : public tls::ExternalCertificateVerifier {
 public:
  ServerVerifier(security::ExpectedIdentity expected, std::string host)
      : expected_(std::move(expected)), host_(std::move(host)) {}

  bool Verify(tls::TlsCustomVerificationCheckRequest* request, std::function<void(grpc::Status)>,
              grpc::Status* decision) override {
    const std::string host = host_.empty() ? HostOf(Text(request->target_name())) : host_;
    *decision = ToGrpc(Decide(Text(request->peer_cert()), host));
    return true;  // decided here and now
  }

  void Cancel(tls::TlsCustomVerificationCheckRequest*) override {}

 private:
  static std::string HostOf(const std::string& target) {
    const StatusOr<HostPort> parsed = ParseTarget(target);
    return parsed.ok() ? parsed->host : target;
  }

  Status Decide(const std::string& pem, const std::string& host) const {
    ASSIGN_OR_RETURN(const security::Certificate certificate, security::ParseCertificate(pem));
    RETURN_IF_ERROR(security::VerifyHost(certificate, host));
    return security::VerifyIdentity(certificate, expected_);
  }

  const security::ExpectedIdentity expected_;
  const std::string host_;
};

}  // namespace

std::shared_ptr<tls::CertificateVerifier> NewServerVerifier(
    const security::ExpectedIdentity& expected, const std::string& host) {
  return tls::ExternalCertificateVerifier::Create<ServerVerifier>(expected, host);
}

}  // namespace consilium::wire
