#include "base/wire/caller.h"

#include <grpc/grpc_security_constants.h>
#include <grpcpp/security/auth_context.h>
#include <grpcpp/server_context.h>

#include <optional>

namespace consilium::wire {
namespace {

constexpr std::string_view kScheme = "consilium:";

std::string Text(const grpc::string_ref& text) { return std::string(text.data(), text.size()); }

}  // namespace

StatusOr<security::Identity> CallerIdentity(const grpc::AuthContext& context) {
  if (!context.IsPeerAuthenticated()) {
    return Unauthenticated("the caller showed no certificate that this server could verify");
  }
  std::optional<security::Identity> identity;
  for (const grpc::string_ref& property : context.FindPropertyValues(GRPC_PEER_URI_PROPERTY_NAME)) {
    const std::string uri = Text(property);
    if (!uri.starts_with(kScheme)) continue;
    if (identity) return Unauthenticated("the caller's certificate has two identities");
    const StatusOr<security::Identity> parsed = security::ParseIdentity(uri);
    if (!parsed.ok()) {
      return Unauthenticated("the caller's certificate: {}", Message(parsed.status()));
    }
    identity = *parsed;
  }
  if (!identity) {
    return Unauthenticated(
        "the caller's certificate has no identity, expected a URI consilium://...: have it signed "
        "with consilium pki sign");
  }
  return *identity;
}

StatusOr<security::Identity> CallerIdentity(const grpc::ServerContextBase& context) {
  const auto authenticated = context.auth_context();
  if (!authenticated) return Unauthenticated("the connection is not protected by TLS");
  return CallerIdentity(*authenticated);
}

StatusOr<security::Certificate> CallerCertificate(const grpc::ServerContextBase& context) {
  const auto authenticated = context.auth_context();
  if (!authenticated) return Unauthenticated("the connection is not protected by TLS");
  const auto pems = authenticated->FindPropertyValues(GRPC_X509_PEM_CERT_PROPERTY_NAME);
  if (pems.empty()) return Unauthenticated("the caller showed no certificate");
  return security::ParseCertificate(Text(pems.front()));
}

}  // namespace consilium::wire
