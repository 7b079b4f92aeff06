#ifndef CONSILIUM_BASE_SECURITY_X509_H_
#define CONSILIUM_BASE_SECURITY_X509_H_

#include <string_view>

#include "base/security/certificate.h"
#include "base/security/handles.h"
#include "base/status.h"

// Certificates as OpenSSL has them, for the .cc files of base/security and base/wire.
namespace consilium::security {

StatusOr<CertificateHandle> ParseX509(std::string_view pem);
StatusOr<Certificate> ToCertificate(X509& x509);

// The request itself, its signature and kind of key checked.
StatusOr<RequestHandle> ParseX509Request(std::string_view pem);

}  // namespace consilium::security

#endif  // CONSILIUM_BASE_SECURITY_X509_H_
