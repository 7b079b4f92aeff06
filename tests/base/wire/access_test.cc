#include "base/wire/access.h"

#include <algorithm>
#include <set>

#include "gtest/gtest.h"
#include "tests/support/matchers.h"

namespace consilium::wire {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::IsOk;
using testing::StatusIs;

// Every call, and who may make it, written again: a change of the table must be meant.
struct Row {
  const char* method;
  std::set<security::Role> allowed;
};
const std::vector<Row> kRows = {
    {"/consilium.v1.Federation/Attach", {security::Role::kNode}},
    {"/consilium.v1.Consultation/Consult", {security::Role::kClinician}},
    {"/consilium.v1.Consultation/Predict", {security::Role::kClinician}},
    {"/consilium.v1.Consultation/Describe", {security::Role::kClinician}},
    {"/consilium.v1.Administration/StartRun", {security::Role::kOperator}},
    {"/consilium.v1.Administration/StopRun", {security::Role::kOperator}},
    {"/consilium.v1.Administration/GetRun", {security::Role::kOperator, security::Role::kAuditor}},
    {"/consilium.v1.Administration/ListRuns",
     {security::Role::kOperator, security::Role::kAuditor}},
    {"/consilium.v1.Administration/WatchRun",
     {security::Role::kOperator, security::Role::kAuditor}},
    {"/consilium.v1.Administration/ListSites",
     {security::Role::kOperator, security::Role::kAuditor}},
};

TEST(AccessTest, EveryRoleMayMakeExactlyItsCalls) {
  for (const Row& row : kRows) {
    for (const security::Role role : security::AllRoles()) {
      const Status status = Authorise(row.method, {"heart", role, "one"});
      if (row.allowed.contains(role)) {
        EXPECT_THAT(status, IsOk()) << row.method << " " << security::RoleName(role);
      } else {
        EXPECT_THAT(status, StatusIs(StatusCode::kPermissionDenied)) << row.method;
      }
    }
  }
}

TEST(AccessTest, TheTableHasNoOtherCallsOfOurs) {
  for (const AccessRule& rule : AccessTable()) {
    if (rule.method.starts_with("/grpc.health.v1.Health/")) continue;
    EXPECT_TRUE(std::any_of(kRows.begin(), kRows.end(), [&](const Row& row) {
      return rule.method == row.method;
    })) << rule.method;
  }
}

TEST(AccessTest, TheRefusalNamesRoleCallAndWhoMay) {
  EXPECT_THAT(Authorise("/consilium.v1.Administration/GetRun",
                        {"heart", security::Role::kClinician, "ada"}),
              StatusIs(StatusCode::kPermissionDenied,
                       AllOf(HasSubstr("consilium://heart/clinician/ada has the role clinician"),
                             HasSubstr("/consilium.v1.Administration/GetRun"),
                             HasSubstr("expected operator or auditor"))));
}

TEST(AccessTest, WhatIsNotListedIsRefusedToEverybody) {
  for (const char* method :
       {"/consilium.v1.Administration/DropEverything", "/consilium.v1.Federation/attach", "",
        "/consilium.v1.Federation/Attach/", "consilium.v1.Federation/Attach",
        "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo"}) {
    for (const security::Role role : security::AllRoles()) {
      EXPECT_THAT(Authorise(method, {"heart", role, "one"}),
                  StatusIs(StatusCode::kPermissionDenied, HasSubstr("nobody may")))
          << method;
    }
  }
}

}  // namespace
}  // namespace consilium::wire
