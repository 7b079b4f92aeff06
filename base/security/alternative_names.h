#ifndef CONSILIUM_BASE_SECURITY_ALTERNATIVE_NAMES_H_
#define CONSILIUM_BASE_SECURITY_ALTERNATIVE_NAMES_H_

#include <string>
#include <vector>

#include "base/security/certificate.h"
#include "base/security/handles.h"

// The subjectAltName extension, for the .cc files of base/security.
namespace consilium::security {

struct AlternativeNames {
  std::vector<std::string> uris;
  HostNames hosts;
};

StatusOr<ExtensionHandle> MakeAlternativeNames(const Identity& identity, const HostNames& hosts);
AlternativeNames ParseAlternativeNames(const GENERAL_NAMES* names);  // nullptr: none

// The one consilium:// URI; absent if there is none; an error if there are several or a wrong one.
StatusOr<std::optional<Identity>> IdentityAmong(const std::vector<std::string>& uris);

// Host names are lower-case DNS names without wildcards, or IP addresses; servers (node,
// coordinator) need one, others have none.
Status CheckHosts(Role role, const HostNames& hosts);

}  // namespace consilium::security

#endif  // CONSILIUM_BASE_SECURITY_ALTERNATIVE_NAMES_H_
