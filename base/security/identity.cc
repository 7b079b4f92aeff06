#include "base/security/identity.h"

#include <algorithm>
#include <array>

namespace consilium::security {
namespace {

constexpr std::array kRoles = {Role::kNode, Role::kCoordinator, Role::kClinician, Role::kOperator,
                               Role::kAuditor};
constexpr std::array<std::string_view, kRoles.size()> kRoleNames = {
    "node", "coordinator", "clinician", "operator", "auditor"};
constexpr std::string_view kScheme = "consilium://";
constexpr size_t kLongestName = 63;

bool IsNameCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
}

}  // namespace

std::span<const Role> AllRoles() { return kRoles; }

std::string_view RoleName(Role role) { return kRoleNames[static_cast<size_t>(role)]; }

StatusOr<Role> ParseRole(std::string_view name) {
  const auto found = std::find(kRoleNames.begin(), kRoleNames.end(), name);
  if (found == kRoleNames.end()) {
    return InvalidArgument(
        "role \"{}\": expected node, coordinator, clinician, operator or auditor", name);
  }
  return kRoles[static_cast<size_t>(found - kRoleNames.begin())];
}

Status CheckName(std::string_view what, std::string_view name) {
  if (name.empty() || name.size() > kLongestName ||
      !std::all_of(name.begin(), name.end(), IsNameCharacter)) {
    return InvalidArgument("{} \"{}\": expected 1 to {} of a-z, 0-9 and \"-\"", what, name,
                           kLongestName);
  }
  return OkStatus();
}

Status CheckIdentity(const Identity& identity) {
  RETURN_IF_ERROR(CheckName("federation", identity.federation));
  return CheckName("name", identity.name);
}

std::string ToUri(const Identity& identity) {
  return fmt::format("{}{}/{}/{}", kScheme, identity.federation, RoleName(identity.role),
                     identity.name);
}

StatusOr<Identity> ParseIdentity(std::string_view uri) {
  std::string_view rest = uri;
  const auto malformed = [&] {
    return InvalidArgument("identity \"{}\": expected consilium://<federation>/<role>/<name>", uri);
  };
  if (!rest.starts_with(kScheme)) return malformed();
  rest.remove_prefix(kScheme.size());
  const size_t first = rest.find('/');
  if (first == std::string_view::npos) return malformed();
  const size_t second = rest.find('/', first + 1);
  if (second == std::string_view::npos) return malformed();

  Identity identity;
  identity.federation = rest.substr(0, first);
  ASSIGN_OR_RETURN(identity.role, ParseRole(rest.substr(first + 1, second - first - 1)));
  identity.name = rest.substr(second + 1);
  RETURN_IF_ERROR(CheckIdentity(identity));
  return identity;
}

}  // namespace consilium::security
