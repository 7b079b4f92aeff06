#ifndef CONSILIUM_BASE_WIRE_ACCESS_H_
#define CONSILIUM_BASE_WIRE_ACCESS_H_

#include <span>
#include <string_view>
#include <vector>

#include "base/security/identity.h"
#include "base/status.h"

namespace consilium::wire {

// Who may make a call. NewServerCredentials enforces the table before any handler runs.
struct AccessRule {
  std::string_view method;  // "/consilium.v1.Consultation/Consult"
  std::vector<security::Role> roles;
};
std::span<const AccessRule> AccessTable();

// OK if the table allows it. A method that is not in the table is refused to everybody.
Status Authorise(std::string_view method, const security::Identity& caller);

}  // namespace consilium::wire

#endif  // CONSILIUM_BASE_WIRE_ACCESS_H_
