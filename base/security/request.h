#ifndef CONSILIUM_BASE_SECURITY_REQUEST_H_
#define CONSILIUM_BASE_SECURITY_REQUEST_H_

#include <string>
#include <string_view>

#include "base/security/certificate.h"
#include "base/security/identity.h"
#include "base/security/secret.h"
#include "base/status.h"

// Keys and signing requests, made where the key will be used; only the request travels.
namespace consilium::security {

struct KeyAndRequest {
  Secret key;           // PKCS#8 PEM, ECDSA P-256
  std::string request;  // PEM
};

// A new key and a request for `identity`, reachable as `hosts`.
StatusOr<KeyAndRequest> MakeRequest(const Identity& identity, const HostNames& hosts);
// A request for renewal with a key that exists.
StatusOr<std::string> MakeRequest(const Identity& identity, const HostNames& hosts,
                                  const Secret& key);

// What a request wishes.
struct SigningRequest {
  std::string pem;
  Identity identity;
  HostNames hosts;
};

// Fails if the request is not signed by the key in it, or wishes no identity.
StatusOr<SigningRequest> ParseRequest(std::string_view pem);

struct RequestFiles {
  std::string key;  // written with mode 0600
  std::string request;
  bool new_key = false;  // may replace a key that exists; otherwise a key that exists is used again
};
// Makes and writes both files. A request file that exists is replaced.
Status WriteRequest(const RequestFiles& files, const Identity& identity, const HostNames& hosts);

}  // namespace consilium::security

#endif  // CONSILIUM_BASE_SECURITY_REQUEST_H_
