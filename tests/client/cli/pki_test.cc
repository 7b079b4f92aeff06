#include "client/cli/pki.h"

#include "base/file.h"
#include "base/security/authority.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/support/matchers.h"
#include "tests/support/temporary_folder.h"

namespace consilium::cli {
namespace {

using ::testing::HasSubstr;
using testing::IsOk;
using testing::StatusIs;
using Json = nlohmann::json;

class PkiCommandTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_THAT(InitAuthority({.directory = authority_, .federation = "heart"}, now_), IsOk());
    ASSERT_THAT(RequestCertificate({.directory = tls_,
                                    .federation = "heart",
                                    .role = "node",
                                    .name = "va",
                                    .hosts = {{"localhost"}, {"127.0.0.1"}}}),
                IsOk());
  }
  PkiSign Signing() const {
    return {.authority = authority_,
            .request = tls_ + "/va.csr",
            .role = "node",
            .name = "va",
            .requested_hosts = true};
  }
  security::TlsFiles Files() const {
    return {tls_ + "/va.crt", tls_ + "/va.key", authority_ + "/authority.crt"};
  }

  const testing::TemporaryFolder directory_;
  const std::string authority_ = directory_ / "authority";
  const std::string tls_ = directory_ / "tls";
  const Time now_ = SystemClock().Now();
};

TEST_F(PkiCommandTest, TheCeremonyEndsWithFilesThatFitTogether) {
  ASSERT_THAT(SignRequest(Signing(), now_), IsOk());
  const StatusOr<Output> checked = CheckFiles(Files(), now_);
  ASSERT_THAT(checked, IsOk());
  EXPECT_THAT(checked->text, HasSubstr("consilium://heart/node/va"));
  EXPECT_NEAR(Json::parse(checked->json)["days_left"].get<double>(), 30, 0.1);
}

TEST_F(PkiCommandTest, CheckFailsOnceHalfOfTheLifetimeIsOver) {
  ASSERT_THAT(SignRequest(Signing(), now_), IsOk());
  EXPECT_THAT(CheckFiles(Files(), now_ + 14 * security::kDay), IsOk());
  EXPECT_THAT(CheckFiles(Files(), now_ + 16 * security::kDay),
              StatusIs(StatusCode::kFailedPrecondition, HasSubstr("14.0 of 30 days left")));
}

TEST_F(PkiCommandTest, ARenewalKeepsTheKeyAndIsListed) {
  ASSERT_THAT(SignRequest(Signing(), now_), IsOk());
  const std::string key = ReadFile(tls_ + "/va.key").value();
  ASSERT_THAT(RenewCertificate({.files = Files(), .request = tls_ + "/va.csr"}), IsOk());
  ASSERT_THAT(SignRequest(Signing(), now_ + 16 * security::kDay), IsOk());
  EXPECT_THAT(CheckFiles(Files(), now_ + 16 * security::kDay), IsOk());
  EXPECT_EQ(ReadFile(tls_ + "/va.key").value(), key);

  const Json listed = Json::parse(ListIssued({.authority = authority_}, now_)->json);
  ASSERT_EQ(listed.size(), 1u);
  EXPECT_EQ(listed[0]["state"], "valid");
  const Json all = Json::parse(ListIssued({.authority = authority_, .all = true}, now_)->json);
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0]["state"], "renewed");
  EXPECT_EQ(all[1]["renews"], all[0]["serial"]);
}

TEST_F(PkiCommandTest, HostNamesMustBeSaidByTheOperator) {
  PkiSign signing = Signing();
  signing.requested_hosts = false;
  signing.hosts.dns = {"localhost"};
  EXPECT_THAT(SignRequest(signing, now_),
              StatusIs(StatusCode::kFailedPrecondition,
                       HasSubstr("wishes the host names dns localhost, ip 127.0.0.1")));
  signing.hosts.ip = {"127.0.0.1"};
  EXPECT_THAT(SignRequest(signing, now_), IsOk());
}

TEST_F(PkiCommandTest, ShowTellsRequestsFromCertificates) {
  ASSERT_THAT(SignRequest(Signing(), now_), IsOk());
  const StatusOr<Output> shown = ShowFiles({tls_ + "/va.csr", tls_ + "/va.crt"});
  ASSERT_THAT(shown, IsOk());
  const Json json = Json::parse(shown->json);
  EXPECT_EQ(json[0]["request"], "consilium://heart/node/va");
  EXPECT_EQ(json[1]["identity"], "consilium://heart/node/va");
  EXPECT_THAT(ShowFiles({tls_ + "/va.key"}), StatusIs(StatusCode::kInvalidArgument));
}

TEST_F(PkiCommandTest, NoAnswerHoldsAKey) {
  const StatusOr<Output> signed_answer = SignRequest(Signing(), now_);
  ASSERT_THAT(signed_answer, IsOk());
  for (const StatusOr<Output>& output :
       {signed_answer, ShowFiles({tls_ + "/va.crt"}), CheckFiles(Files(), now_)}) {
    EXPECT_THAT(output->text + output->json, ::testing::Not(HasSubstr("PRIVATE")));
  }
}

}  // namespace
}  // namespace consilium::cli
