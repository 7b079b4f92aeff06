#ifndef CONSILIUM_BASE_SECURITY_ISSUED_H_
#define CONSILIUM_BASE_SECURITY_ISSUED_H_

#include <string>
#include <string_view>
#include <vector>

#include "base/security/certificate.h"
#include "base/security/identity.h"
#include "base/status.h"

namespace consilium::security {

// One line of an authority's list (docs/formats/authority.md).
struct Issued {
  std::string serial;
  Identity identity;
  HostNames hosts;
  std::string issued_at;  // RFC 3339, UTC
  std::string not_before;
  std::string not_after;
  std::string fingerprint;  // SHA-256 of the certificate, hexadecimal
  std::string renews;       // serial of the certificate signed for this name before; may be empty

  bool operator==(const Issued&) const = default;
};

// One line of JSON, without the newline.
std::string ToJsonLine(const Issued& issued);

// All lines of a list; a damaged line is an error that names its number.
StatusOr<std::vector<Issued>> ParseIssued(std::string_view lines);

}  // namespace consilium::security

#endif  // CONSILIUM_BASE_SECURITY_ISSUED_H_
