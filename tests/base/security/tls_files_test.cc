#include "base/security/tls_files.h"

#include <sys/stat.h>

#include "gtest/gtest.h"
#include "tests/support/matchers.h"
#include "tests/support/throwaway_authority.h"

namespace consilium::security {
namespace {

using ::testing::HasSubstr;
using testing::IsOk;
using testing::StatusIs;
using testing::ThrowawayAuthority;

TEST(TlsFilesTest, FilesThatFitTogetherSayWhoTheyAre) {
  ThrowawayAuthority authority;
  const StatusOr<OwnCertificate> own = CheckTlsFiles(authority.Issue(Role::kNode, "va"));
  ASSERT_THAT(own, IsOk());
  EXPECT_EQ(ToUri(own->identity), "consilium://heart/node/va");
}

TEST(TlsFilesTest, AnEmptyPathIsRefusedAndNeverMeansUnprotected) {
  ThrowawayAuthority authority;
  for (const auto member : {&TlsFiles::certificate, &TlsFiles::key, &TlsFiles::authority}) {
    TlsFiles files = authority.Issue(Role::kNode, "va");
    files.*member = "";
    EXPECT_THAT(CheckTlsFiles(files), StatusIs(StatusCode::kInvalidArgument, HasSubstr("given")));
  }
}

TEST(TlsFilesTest, AMissingFileIsNamed) {
  ThrowawayAuthority authority;
  for (const auto member : {&TlsFiles::certificate, &TlsFiles::key, &TlsFiles::authority}) {
    TlsFiles files = authority.Issue(Role::kNode, "va");
    files.*member = "/nowhere/file.pem";
    EXPECT_THAT(CheckTlsFiles(files),
                StatusIs(StatusCode::kNotFound, HasSubstr("/nowhere/file.pem")));
  }
}

TEST(TlsFilesTest, AKeyOfAnotherCertificateIsRefused) {
  ThrowawayAuthority authority;
  TlsFiles files = authority.Issue(Role::kNode, "va");
  files.key = authority.Issue(Role::kNode, "cleveland").key;
  EXPECT_THAT(CheckTlsFiles(files), StatusIs(StatusCode::kInvalidArgument,
                                             HasSubstr("does not belong to the certificate")));
}

TEST(TlsFilesTest, AKeyThatOthersMayReadIsRefused) {
  ThrowawayAuthority authority;
  const TlsFiles files = authority.Issue(Role::kNode, "va");
  chmod(files.key.c_str(), 0644);
  EXPECT_THAT(CheckTlsFiles(files),
              StatusIs(StatusCode::kFailedPrecondition, HasSubstr("chmod 600")));
}

TEST(TlsFilesTest, AnExpiredAndANotYetValidCertificateAreRefused) {
  ThrowawayAuthority authority;
  const TlsFiles files = authority.Issue(Role::kNode, "va");
  const Time now = SystemClock().Now();
  EXPECT_THAT(CheckTlsFiles(files, now + 2 * kDay),
              StatusIs(StatusCode::kFailedPrecondition, HasSubstr("expired at")));
  EXPECT_THAT(CheckTlsFiles(files, now - 2 * kDay),
              StatusIs(StatusCode::kFailedPrecondition, HasSubstr("not valid before")));
}

TEST(TlsFilesTest, AnotherAuthorityIsNamedWithTheExpectedOne) {
  ThrowawayAuthority ours;
  ThrowawayAuthority theirs;
  TlsFiles files = ours.Issue(Role::kNode, "va");
  files.authority = theirs.authority_file();
  EXPECT_THAT(CheckTlsFiles(files),
              StatusIs(StatusCode::kUnauthenticated,
                       ::testing::AllOf(HasSubstr(ours.authority().certificate().subject),
                                        HasSubstr(theirs.authority().certificate().subject))));
}

TEST(TlsFilesTest, ALeafIsNoAuthority) {
  ThrowawayAuthority authority;
  TlsFiles files = authority.Issue(Role::kNode, "va");
  files.authority = files.certificate;
  EXPECT_THAT(CheckTlsFiles(files),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("not an authority")));
}

}  // namespace
}  // namespace consilium::security
