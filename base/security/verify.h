#ifndef CONSILIUM_BASE_SECURITY_VERIFY_H_
#define CONSILIUM_BASE_SECURITY_VERIFY_H_

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/security/certificate.h"
#include "base/security/identity.h"
#include "base/status.h"

// Why a certificate is not accepted. Each message names what was found, what was expected and who
// must act. Codes: kFailedPrecondition for a time, kUnauthenticated for another authority or
// federation, kPermissionDenied for a role, kInvalidArgument for a host name.
namespace consilium::security {

// Expired or not yet valid.
Status VerifyTime(const Certificate& certificate, Time now);

// Signed by `authority`'s key.
Status VerifyIssuer(const Certificate& certificate, const Certificate& authority);

// What a server must be. An empty `name` or `federation` is not looked at.
struct ExpectedIdentity {
  std::optional<Role> role = {};
  std::string name = {};
  std::string federation = {};
};
Status VerifyIdentity(const Certificate& certificate, const ExpectedIdentity& expected);

// `host` is a DNS name or an address, without a port.
Status VerifyHost(const Certificate& certificate, std::string_view host);

// Issuer, then the lifetimes of the certificate and of its authority.
Status VerifyChain(const Certificate& certificate, const Certificate& authority, Time now);

}  // namespace consilium::security

#endif  // CONSILIUM_BASE_SECURITY_VERIFY_H_
