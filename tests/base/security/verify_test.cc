#include "base/security/verify.h"

#include "gtest/gtest.h"
#include "tests/support/matchers.h"
#include "tests/support/throwaway_authority.h"

namespace consilium::security {
namespace {

using ::testing::HasSubstr;
using testing::IsOk;
using testing::StatusIs;
using testing::ThrowawayAuthority;

class VerifyTest : public ::testing::Test {
 protected:
  Certificate Node(const HostNames& hosts) {
    return ReadCertificate(authority_.Issue(Role::kNode, "va", {.hosts = hosts}).certificate)
        .value();
  }

  ThrowawayAuthority authority_;
};

TEST_F(VerifyTest, HostNamesAndAddressesAreMatchedWhole) {
  const Certificate node = Node({{"va.example"}, {"127.0.0.1", "::1"}});
  for (const char* host : {"va.example", "VA.example", "127.0.0.1", "::1"}) {
    EXPECT_THAT(VerifyHost(node, host), IsOk()) << host;
  }
  for (const char* host : {"x.va.example", "example", "127.0.0.2", "localhost", "va", ""}) {
    EXPECT_FALSE(VerifyHost(node, host).ok()) << host;
  }
  EXPECT_THAT(VerifyHost(node, "evil.example"),
              StatusIs(StatusCode::kInvalidArgument,
                       HasSubstr("is for dns va.example, ip 127.0.0.1, ip ::1, expected "
                                 "\"evil.example\"")));
}

TEST_F(VerifyTest, AWrongRoleNameOrFederationIsNamed) {
  const Certificate node = Node({{"va.example"}, {}});
  EXPECT_THAT(VerifyIdentity(node, {.role = Role::kNode, .name = "va", .federation = "heart"}),
              IsOk());
  EXPECT_THAT(VerifyIdentity(node, {.role = Role::kCoordinator}),
              StatusIs(StatusCode::kPermissionDenied,
                       HasSubstr("has the role node, expected coordinator")));
  EXPECT_THAT(VerifyIdentity(node, {.name = "cleveland"}),
              StatusIs(StatusCode::kPermissionDenied, HasSubstr("expected cleveland")));
  EXPECT_THAT(VerifyIdentity(node, {.federation = "lung"}),
              StatusIs(StatusCode::kUnauthenticated, HasSubstr("federation heart, expected lung")));
}

TEST_F(VerifyTest, AnAuthorityHasNoIdentity) {
  EXPECT_THAT(VerifyIdentity(authority_.authority().certificate(), {}),
              StatusIs(StatusCode::kUnauthenticated, HasSubstr("has no identity")));
}

TEST_F(VerifyTest, AnAuthorityOfTheSameFederationIsStillAnotherAuthority) {
  ThrowawayAuthority other;
  EXPECT_THAT(VerifyIssuer(Node({{"va.example"}, {}}), other.authority().certificate()),
              StatusIs(StatusCode::kUnauthenticated, HasSubstr("another authority")));
}

TEST_F(VerifyTest, AnExpiredAuthorityIsRefused) {
  const Certificate node = Node({{"va.example"}, {}});
  EXPECT_THAT(VerifyTime(authority_.authority().certificate(), SystemClock().Now() + 3651 * kDay),
              StatusIs(StatusCode::kFailedPrecondition, HasSubstr("expired")));
}

}  // namespace
}  // namespace consilium::security
