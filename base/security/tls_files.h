#ifndef CONSILIUM_BASE_SECURITY_TLS_FILES_H_
#define CONSILIUM_BASE_SECURITY_TLS_FILES_H_

#include <string>

#include "base/clock.h"
#include "base/security/certificate.h"
#include "base/status.h"

namespace consilium::security {

// Paths of PEM files. All three are needed: there is no unprotected way to connect.
struct TlsFiles {
  std::string certificate;
  std::string key;
  std::string authority;
};

struct OwnCertificate {
  Certificate certificate;
  Certificate authority;
  Identity identity;  // of `certificate`
};

// Reads the files and checks that they fit together now: present, readable, the key kept from
// others (mode 0600 or stricter) and belonging to the certificate, issued by the authority, not
// expired, with an identity.
StatusOr<OwnCertificate> CheckTlsFiles(const TlsFiles& files, Time now = SystemClock().Now());

}  // namespace consilium::security

#endif  // CONSILIUM_BASE_SECURITY_TLS_FILES_H_
