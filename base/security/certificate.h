#ifndef CONSILIUM_BASE_SECURITY_CERTIFICATE_H_
#define CONSILIUM_BASE_SECURITY_CERTIFICATE_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/security/digest.h"
#include "base/security/identity.h"
#include "base/status.h"

namespace consilium::security {

// The names a server answers to.
struct HostNames {
  std::vector<std::string> dns = {};
  std::vector<std::string> ip = {};  // "192.0.2.7", "2001:db8::7"

  bool empty() const { return dns.empty() && ip.empty(); }
  bool operator==(const HostNames&) const = default;
};

// "dns a, dns b, ip 192.0.2.7", or "none".
std::string Describe(const HostNames& hosts);

// What a certificate says. Nothing about it is verified: see verify.h.
struct Certificate {
  std::string pem;
  std::string serial;   // lower-case hexadecimal
  std::string subject;  // "O = heart, CN = cleveland"
  std::string issuer;
  std::string federation;            // the subject's O
  std::optional<Identity> identity;  // absent in an authority's certificate
  HostNames hosts;
  Time not_before;
  Time not_after;
  bool is_authority = false;
  bool may_serve = false;  // extended key usage serverAuth
  bool may_call = false;   // extended key usage clientAuth
  Digest fingerprint{};    // SHA-256 of the DER form
};

// The first certificate in `pem`. More than one consilium:// URI in it is an error.
StatusOr<Certificate> ParseCertificate(std::string_view pem);
StatusOr<Certificate> ReadCertificate(const std::string& path);

// Several lines for a person, without a trailing newline.
std::string Describe(const Certificate& certificate);

}  // namespace consilium::security

#endif  // CONSILIUM_BASE_SECURITY_CERTIFICATE_H_
