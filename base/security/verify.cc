#include "base/security/verify.h"

#include <openssl/err.h>

#include "base/security/x509.h"

namespace consilium::security {
namespace {

std::string HolderOf(const Certificate& certificate) {
  return certificate.identity ? ToUri(*certificate.identity) : "\"" + certificate.subject + "\"";
}

}  // namespace

Status VerifyTime(const Certificate& certificate, Time now) {
  if (now > certificate.not_after) {
    return FailedPrecondition(
        "the certificate of {} expired at {}, it is {}: its holder must renew it "
        "(consilium pki renew)",
        HolderOf(certificate), FormatTime(certificate.not_after), FormatTime(now));
  }
  if (now < certificate.not_before) {
    return FailedPrecondition(
        "the certificate of {} is not valid before {}, it is {}: check this machine's clock",
        HolderOf(certificate), FormatTime(certificate.not_before), FormatTime(now));
  }
  return OkStatus();
}

Status VerifyIssuer(const Certificate& certificate, const Certificate& authority) {
  ASSIGN_OR_RETURN(const CertificateHandle leaf, ParseX509(certificate.pem));
  ASSIGN_OR_RETURN(const CertificateHandle root, ParseX509(authority.pem));
  const bool signed_by_root = certificate.issuer == authority.subject &&
                              X509_verify(leaf.get(), X509_get0_pubkey(root.get())) == 1;
  ERR_clear_error();
  if (signed_by_root) return OkStatus();
  return Unauthenticated(
      "the certificate of {} was issued by another authority, \"{}\", expected \"{}\" "
      "(fingerprint {}): one side must use the other's authority, or have its request signed there",
      HolderOf(certificate), certificate.issuer, authority.subject,
      ToHex(authority.fingerprint).substr(0, 16));
}

Status VerifyIdentity(const Certificate& certificate, const ExpectedIdentity& expected) {
  if (!certificate.identity) {
    return Unauthenticated(
        "the certificate of \"{}\" has no identity, expected a URI consilium://...: have the "
        "request signed with consilium pki sign",
        certificate.subject);
  }
  const Identity& found = *certificate.identity;
  if (!expected.federation.empty() && found.federation != expected.federation) {
    return Unauthenticated("{} belongs to the federation {}, expected {}", ToUri(found),
                           found.federation, expected.federation);
  }
  if (expected.role && found.role != *expected.role) {
    return PermissionDenied("{} has the role {}, expected {}: check the address", ToUri(found),
                            RoleName(found.role), RoleName(*expected.role));
  }
  if (!expected.name.empty() && found.name != expected.name) {
    return PermissionDenied("{} has the name {}, expected {}: check the address", ToUri(found),
                            found.name, expected.name);
  }
  return OkStatus();
}

Status VerifyHost(const Certificate& certificate, std::string_view host) {
  ASSIGN_OR_RETURN(const CertificateHandle x509, ParseX509(certificate.pem));
  const std::string name(host);
  if (X509_check_ip_asc(x509.get(), name.c_str(), 0) == 1) return OkStatus();
  if (X509_check_host(x509.get(), name.data(), name.size(), X509_CHECK_FLAG_NEVER_CHECK_SUBJECT,
                      nullptr) == 1) {
    return OkStatus();
  }
  return InvalidArgument(
      "the certificate of {} is for {}, expected \"{}\": use one of its names, or have it signed "
      "for this one",
      HolderOf(certificate), Describe(certificate.hosts), host);
}

Status VerifyChain(const Certificate& certificate, const Certificate& authority, Time now) {
  RETURN_IF_ERROR(VerifyIssuer(certificate, authority));
  RETURN_IF_ERROR(VerifyTime(certificate, now));
  return VerifyTime(authority, now);
}

}  // namespace consilium::security
