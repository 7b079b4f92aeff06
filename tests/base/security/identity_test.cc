#include "base/security/identity.h"

#include "gtest/gtest.h"
#include "tests/support/matchers.h"

namespace consilium::security {
namespace {

using ::testing::HasSubstr;
using testing::IsOkAndHolds;
using testing::StatusIs;

TEST(IdentityTest, EveryRoleGoesToAUriAndBack) {
  for (const Role role : AllRoles()) {
    const Identity identity{"heart", role, "site-1"};
    EXPECT_THAT(ParseIdentity(ToUri(identity)), IsOkAndHolds(identity));
  }
  EXPECT_EQ(ToUri({"heart", Role::kNode, "va"}), "consilium://heart/node/va");
}

TEST(IdentityTest, AnythingButThreePlainPartsIsRefused) {
  for (const char* uri :
       {"", "consilium://", "consilium://heart", "consilium://heart/node",
        "consilium://heart/node/", "consilium:///node/va", "consilium://heart//va",
        "consilium://heart/node/va/", "consilium://heart/node/va/x", "consilium://heart/node/va?x",
        "consilium://heart/node/VA", "consilium://heart/node/v a", "consilium://he.art/node/va",
        "CONSILIUM://heart/node/va", "https://heart/node/va", " consilium://heart/node/va",
        "consilium://heart/node/va\n", "consilium://heart/node/va#",
        "consilium://heart/node/%76a"}) {
    EXPECT_THAT(ParseIdentity(uri), StatusIs(StatusCode::kInvalidArgument)) << uri;
  }
  EXPECT_FALSE(ParseIdentity(std::string("consilium://heart/node/va\0", 26)).ok());
}

TEST(IdentityTest, AnUnknownRoleIsNamedWithTheKnownOnes) {
  EXPECT_THAT(
      ParseIdentity("consilium://heart/root/va"),
      StatusIs(StatusCode::kInvalidArgument,
               "role \"root\": expected node, coordinator, clinician, operator or auditor"));
}

TEST(IdentityTest, NamesAreOneTo63Characters) {
  EXPECT_TRUE(CheckName("name", std::string(63, 'a')).ok());
  EXPECT_THAT(CheckName("name", std::string(64, 'a')),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("expected 1 to 63")));
  EXPECT_FALSE(CheckName("name", "").ok());
}

}  // namespace
}  // namespace consilium::security
