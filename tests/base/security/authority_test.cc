#include "base/security/authority.h"

#include <sys/stat.h>

#include "base/file.h"
#include "base/security/request.h"
#include "base/security/verify.h"
#include "gtest/gtest.h"
#include "tests/support/matchers.h"
#include "tests/support/temporary_folder.h"

namespace consilium::security {
namespace {

using ::testing::HasSubstr;
using testing::IsOk;
using testing::StatusIs;

const Time kNow = Time(std::chrono::hours(24 * 365 * 56));
const HostNames kHosts = {{"va.example"}, {"192.0.2.1"}};

class AuthorityTest : public ::testing::Test {
 protected:
  Authority Make() { return Authority::Create(path_, "heart", kNow).value(); }
  static std::string Request(Role role, const std::string& name, const HostNames& hosts,
                             const std::string& federation = "heart") {
    return MakeRequest({federation, role, name}, hosts).value().request;
  }
  static Authority::Grant Node(const std::string& name) {
    return {.role = Role::kNode, .name = name, .hosts = kHosts};
  }

  testing::TemporaryFolder directory_;
  const std::string path_ = directory_ / "authority";
};

TEST_F(AuthorityTest, TheCeremonyGivesACertificateThatVerifies) {
  Authority authority = Make();
  const std::string request = Request(Role::kNode, "va", kHosts);
  const StatusOr<Certificate> certificate = authority.Sign(request, Node("va"), kNow);
  ASSERT_THAT(certificate, IsOk());
  EXPECT_THAT(VerifyChain(*certificate, authority.certificate(), kNow), IsOk());
  EXPECT_EQ(certificate->identity, (Identity{"heart", Role::kNode, "va"}));
  EXPECT_EQ(certificate->hosts, kHosts);
  EXPECT_TRUE(certificate->may_serve && certificate->may_call);
  EXPECT_FALSE(certificate->is_authority);
  EXPECT_EQ(certificate->not_after, kNow + 30 * kDay);
}

TEST_F(AuthorityTest, PurposesFollowTheRole) {
  Authority authority = Make();
  for (const Role role : AllRoles()) {
    const bool serves = role == Role::kNode || role == Role::kCoordinator;
    const HostNames hosts = serves ? kHosts : HostNames{};
    const StatusOr<Certificate> certificate = authority.Sign(
        Request(role, "one", hosts), {.role = role, .name = "one", .hosts = hosts}, kNow);
    ASSERT_THAT(certificate, IsOk());
    EXPECT_EQ(certificate->may_serve, serves) << RoleName(role);
    EXPECT_EQ(certificate->may_call, role != Role::kCoordinator) << RoleName(role);
  }
}

TEST_F(AuthorityTest, KeyAndDirectoryAreForTheirOwnerOnly) {
  Make();
  struct stat facts {};
  stat((path_ + "/authority.key").c_str(), &facts);
  EXPECT_EQ(facts.st_mode & 07777u, 0600u);
  stat(path_.c_str(), &facts);
  EXPECT_EQ(facts.st_mode & 07777u, 0700u);
}

TEST_F(AuthorityTest, ASecondAuthorityInTheSameDirectoryIsRefused) {
  Make();
  const std::string key = ReadFile(path_ + "/authority.key").value();
  EXPECT_THAT(Authority::Create(path_, "heart", kNow), StatusIs(StatusCode::kAlreadyExists));
  EXPECT_EQ(ReadFile(path_ + "/authority.key").value(), key);
}

TEST_F(AuthorityTest, OpenedAgainItSignsAndListsWithTheRenewal) {
  const std::string request = Request(Role::kNode, "va", kHosts);
  const Certificate first = Make().Sign(request, Node("va"), kNow).value();
  Authority again = Authority::Open(path_).value();
  const Certificate second = again.Sign(request, Node("va"), kNow + 15 * kDay).value();
  const std::vector<Issued> list = again.List().value();
  ASSERT_EQ(list.size(), 2u);
  EXPECT_EQ(list[0].serial, first.serial);
  EXPECT_EQ(list[0].renews, "");
  EXPECT_EQ(list[1].serial, second.serial);
  EXPECT_EQ(list[1].renews, first.serial);
  EXPECT_EQ(list[1].fingerprint, ToHex(second.fingerprint));
  EXPECT_EQ(ReadFile(path_ + "/issued/" + second.serial + ".crt").value(), second.pem);
}

TEST_F(AuthorityTest, ARequestForAnotherIdentityIsRefusedUnlessTold) {
  Authority authority = Make();
  const std::string request = Request(Role::kOperator, "eve", {});
  Authority::Grant grant{.role = Role::kClinician, .name = "eve"};
  EXPECT_THAT(authority.Sign(request, grant, kNow),
              StatusIs(StatusCode::kFailedPrecondition,
                       HasSubstr("wishes consilium://heart/operator/eve, you sign "
                                 "consilium://heart/clinician/eve")));
  EXPECT_TRUE(authority.List().value().empty());
  grant.accept_other_wishes = true;
  EXPECT_EQ(authority.Sign(request, grant, kNow).value().identity->role, Role::kClinician);
}

TEST_F(AuthorityTest, ARequestForAnotherFederationOrOtherHostsIsRefused) {
  Authority authority = Make();
  EXPECT_THAT(authority.Sign(Request(Role::kNode, "va", kHosts, "lung"), Node("va"), kNow),
              StatusIs(StatusCode::kFailedPrecondition, HasSubstr("consilium://lung/node/va")));
  EXPECT_THAT(authority.Sign(Request(Role::kNode, "va", {{"evil.example"}, {}}), Node("va"), kNow),
              StatusIs(StatusCode::kFailedPrecondition, HasSubstr("dns evil.example")));
}

TEST_F(AuthorityTest, NothingIsSignedBeyondTheAuthoritysOwnEnd) {
  Authority authority = Authority::Create(path_, "heart", kNow, 10 * kDay).value();
  const std::string request = Request(Role::kNode, "va", kHosts);
  EXPECT_EQ(authority.Sign(request, Node("va"), kNow).value().not_after, kNow + 10 * kDay);
  EXPECT_THAT(authority.Sign(request, Node("va"), kNow + 11 * kDay),
              StatusIs(StatusCode::kFailedPrecondition, HasSubstr("the authority expired")));
}

TEST_F(AuthorityTest, AnAbsurdLifetimeIsRefused) {
  Authority authority = Make();
  Authority::Grant grant = Node("va");
  for (const Duration lifetime : {Duration(0), -kDay, 400 * kDay}) {
    grant.lifetime = lifetime;
    EXPECT_THAT(authority.Sign(Request(Role::kNode, "va", kHosts), grant, kNow),
                StatusIs(StatusCode::kInvalidArgument, HasSubstr("lifetime")));
  }
}

TEST_F(AuthorityTest, ADamagedListStopsSigningAndIsLeftAlone) {
  Authority authority = Make();
  ASSERT_THAT(WriteFile(path_ + "/issued.jsonl", "{\"half\":"), IsOk());
  EXPECT_THAT(authority.Sign(Request(Role::kNode, "va", kHosts), Node("va"), kNow),
              StatusIs(StatusCode::kDataLoss, HasSubstr("issued.jsonl: line 1")));
  EXPECT_EQ(ReadFile(path_ + "/issued.jsonl").value(), "{\"half\":");
}

TEST_F(AuthorityTest, ADirectoryWithoutAnAuthoritySaysWhatToDo) {
  EXPECT_THAT(Authority::Open(path_),
              StatusIs(StatusCode::kNotFound, HasSubstr("consilium pki init")));
}

}  // namespace
}  // namespace consilium::security
