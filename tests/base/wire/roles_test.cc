// The table of access at a real server: what it refuses never reaches a handler.
#include <map>
#include <mutex>

#include "base/wire/access.h"
#include "gtest/gtest.h"
#include "tests/base/wire/echo.h"
#include "tests/support/loopback.h"
#include "tests/support/matchers.h"

namespace consilium::wire {
namespace {

using testing::Call;
using testing::EchoService;
using ::testing::HasSubstr;
using testing::IsOk;
using testing::Loopback;
using testing::StatusIs;
using testing::ThrowawayAuthority;

constexpr char kUnlisted[] = "/consilium.v1.Administration/DropEverything";

class RolesTest : public ::testing::Test {
 protected:
  ThrowawayAuthority authority_;
  EchoService echo_;
  Loopback server_{
      authority_.Issue(security::Role::kCoordinator, "hub"),
      [this](grpc::ServerBuilder& builder) { builder.RegisterCallbackGenericService(&echo_); }};
};

TEST_F(RolesTest, EachRoleReachesExactlyTheCallsOfTheTable) {
  for (const security::Role role : security::AllRoles()) {
    if (role == security::Role::kCoordinator) continue;  // its certificate does not call
    const auto channel = server_.Open(authority_.Issue(role, "one"), security::Role::kCoordinator);
    for (const AccessRule& rule : AccessTable()) {
      const std::string method(rule.method);
      const bool allowed = Authorise(method, {"heart", role, "one"}).ok();
      const int before = echo_.calls();
      const Status status = Call(channel, method);
      if (allowed) {
        EXPECT_THAT(status, IsOk()) << method << " " << security::RoleName(role);
      } else {
        EXPECT_THAT(status, StatusIs(StatusCode::kPermissionDenied)) << method;
      }
      EXPECT_EQ(echo_.calls(), before + (allowed ? 1 : 0))
          << method << " " << security::RoleName(role);
    }
  }
}

TEST_F(RolesTest, AMethodThatIsNotInTheTableIsRefusedThoughAHandlerExists) {
  const auto channel = server_.Open(authority_.Issue(security::Role::kOperator, "ops"),
                                    security::Role::kCoordinator);
  EXPECT_THAT(Call(channel, kUnlisted),
              StatusIs(StatusCode::kPermissionDenied, HasSubstr("not in the table of access")));
  EXPECT_EQ(echo_.calls(), 0);
}

TEST_F(RolesTest, TheRefusalReachesTheCallerWithItsReason) {
  const auto channel = server_.Open(authority_.Issue(security::Role::kClinician, "ada"),
                                    security::Role::kCoordinator);
  EXPECT_THAT(Call(channel, "/consilium.v1.Administration/StartRun"),
              StatusIs(StatusCode::kPermissionDenied,
                       HasSubstr("has the role clinician and may not call "
                                 "/consilium.v1.Administration/StartRun: expected operator")));
}

TEST(RefusalObserverTest, HearsOfEveryRefusedCall) {
  ThrowawayAuthority authority;
  EchoService echo;
  std::mutex mutex;
  std::vector<std::string> heard;
  const ServerCredentialOptions options{
      .on_refused = [&](const std::string& caller, const std::string& method, const Status&) {
        const std::lock_guard lock(mutex);
        heard.push_back(caller + " " + method);
      }};
  const Loopback server(
      authority.Issue(security::Role::kNode, "va"),
      [&](grpc::ServerBuilder& builder) { builder.RegisterCallbackGenericService(&echo); },
      options);
  const auto channel =
      server.Open(authority.Issue(security::Role::kOperator, "ops"), security::Role::kNode);
  EXPECT_FALSE(Call(channel, "/consilium.v1.Consultation/Predict").ok());
  const std::lock_guard lock(mutex);
  EXPECT_THAT(heard, ::testing::ElementsAre(
                         "consilium://heart/operator/ops /consilium.v1.Consultation/Predict"));
}

}  // namespace
}  // namespace consilium::wire
