#ifndef CONSILIUM_BASE_SECURITY_MINT_H_
#define CONSILIUM_BASE_SECURITY_MINT_H_

#include <string>

#include "base/clock.h"
#include "base/security/certificate.h"
#include "base/security/handles.h"
#include "base/status.h"

// Makes certificates, for authority.cc.
namespace consilium::security {

struct Lifetime {
  Time from;
  Time to;
};

// Self-signed; may sign leaves and nothing below them.
StatusOr<CertificateHandle> MintAuthority(EVP_PKEY& key, const std::string& federation,
                                          const Lifetime& lifetime);

// For `holder`'s public key. Node: serves and calls; coordinator: serves; others: call.
StatusOr<CertificateHandle> MintLeaf(EVP_PKEY& holder, const Identity& identity,
                                     const HostNames& hosts, const Lifetime& lifetime,
                                     X509& authority, EVP_PKEY& authority_key);

}  // namespace consilium::security

#endif  // CONSILIUM_BASE_SECURITY_MINT_H_
