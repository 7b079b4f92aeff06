#include "base/wire/access.h"

#include <algorithm>
#include <string>

#include "fmt/format.h"

namespace consilium::wire {
namespace {

const std::vector<AccessRule>& Rules() {
  using enum security::Role;
  // Lives for ever: gRPC's threads may outlive static objects.
  static const auto& rules = *new std::vector<AccessRule>{
      {"/consilium.v1.Federation/Attach", {kNode}},

      {"/consilium.v1.Consultation/Consult", {kClinician}},
      {"/consilium.v1.Consultation/Predict", {kClinician}},
      {"/consilium.v1.Consultation/Describe", {kClinician}},

      {"/consilium.v1.Administration/StartRun", {kOperator}},
      {"/consilium.v1.Administration/StopRun", {kOperator}},
      {"/consilium.v1.Administration/GetRun", {kOperator, kAuditor}},
      {"/consilium.v1.Administration/ListRuns", {kOperator, kAuditor}},
      {"/consilium.v1.Administration/WatchRun", {kOperator, kAuditor}},
      {"/consilium.v1.Administration/ListSites", {kOperator, kAuditor}},

      {"/grpc.health.v1.Health/Check", {kNode, kCoordinator, kClinician, kOperator, kAuditor}},
      {"/grpc.health.v1.Health/Watch", {kNode, kCoordinator, kClinician, kOperator, kAuditor}},
  };
  return rules;
}

std::string NamesOf(const std::vector<security::Role>& roles) {
  std::string names;
  for (const security::Role role : roles) {
    names += names.empty() ? "" : " or ";
    names += security::RoleName(role);
  }
  return names;
}

}  // namespace

std::span<const AccessRule> AccessTable() { return Rules(); }

Status Authorise(std::string_view method, const security::Identity& caller) {
  const auto rule = std::find_if(Rules().begin(), Rules().end(), [&](const AccessRule& candidate) {
    return candidate.method == method;
  });
  if (rule == Rules().end()) {
    return PermissionDenied("{} may not call {}: nobody may, it is not in the table of access",
                            security::ToUri(caller), method);
  }
  if (std::find(rule->roles.begin(), rule->roles.end(), caller.role) != rule->roles.end()) {
    return OkStatus();
  }
  return PermissionDenied(
      "{} has the role {} and may not call {}: expected {}; use a certificate with that role",
      security::ToUri(caller), security::RoleName(caller.role), method, NamesOf(rule->roles));
}

}  // namespace consilium::wire
