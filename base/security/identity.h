#ifndef CONSILIUM_BASE_SECURITY_IDENTITY_H_
#define CONSILIUM_BASE_SECURITY_IDENTITY_H_

#include <span>
#include <string>
#include <string_view>

#include "base/status.h"

namespace consilium::security {

enum class Role { kNode, kCoordinator, kClinician, kOperator, kAuditor };

std::span<const Role> AllRoles();
std::string_view RoleName(Role role);  // "node", "coordinator", ...
StatusOr<Role> ParseRole(std::string_view name);

// Who holds a certificate. Written consilium://<federation>/<role>/<name> as a URI in it.
struct Identity {
  std::string federation;
  Role role = Role::kNode;
  std::string name;

  bool operator==(const Identity&) const = default;
};

std::string ToUri(const Identity& identity);

// Strict: three parts, a known role, names as in CheckName, nothing after them.
StatusOr<Identity> ParseIdentity(std::string_view uri);

// Names of federations and of holders: 1 to 63 of a-z, 0-9 and "-". `what` names the field.
Status CheckName(std::string_view what, std::string_view name);
// Also checks both names of an identity that was not parsed.
Status CheckIdentity(const Identity& identity);

}  // namespace consilium::security

#endif  // CONSILIUM_BASE_SECURITY_IDENTITY_H_
