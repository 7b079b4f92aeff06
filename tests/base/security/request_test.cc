#include "base/security/request.h"

#include <sys/stat.h>

#include "base/file.h"
#include "gtest/gtest.h"
#include "tests/support/matchers.h"
#include "tests/support/temporary_folder.h"

namespace consilium::security {
namespace {

using ::testing::HasSubstr;
using testing::IsOk;
using ::testing::Not;
using testing::StatusIs;

const Identity kNode = {"heart", Role::kNode, "va"};
const HostNames kHosts = {{"va.example"}, {"192.0.2.1", "2001:db8::1"}};

unsigned ModeOf(const std::string& path) {
  struct stat facts {};
  stat(path.c_str(), &facts);
  return facts.st_mode & 07777u;
}

TEST(RequestTest, CarriesIdentityAndHostNamesButNotTheKey) {
  const KeyAndRequest made = MakeRequest(kNode, kHosts).value();
  const StatusOr<SigningRequest> parsed = ParseRequest(made.request);
  ASSERT_THAT(parsed, IsOk());
  EXPECT_EQ(parsed->identity, kNode);
  EXPECT_EQ(parsed->hosts, kHosts);
  EXPECT_THAT(made.request, Not(HasSubstr("PRIVATE KEY")));
}

TEST(RequestTest, ServersNeedHostNamesAndOthersHaveNone) {
  EXPECT_THAT(MakeRequest(kNode, {}),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("a node serves")));
  EXPECT_THAT(MakeRequest({"heart", Role::kClinician, "ada"}, kHosts),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("a clinician only calls")));
}

TEST(RequestTest, WrongHostNamesAreRefused) {
  for (const char* dns : {"*.example", "VA.example", "va..example", "va,IP:1.2.3.4", ".", ""}) {
    EXPECT_THAT(MakeRequest(kNode, {{dns}, {}}), StatusIs(StatusCode::kInvalidArgument)) << dns;
  }
  EXPECT_THAT(MakeRequest(kNode, {{}, {"300.1.1.1"}}), StatusIs(StatusCode::kInvalidArgument));
}

TEST(RequestTest, ADamagedRequestIsRefused) {
  std::string pem = MakeRequest(kNode, kHosts).value().request;
  EXPECT_THAT(ParseRequest(""), StatusIs(StatusCode::kInvalidArgument));
  EXPECT_THAT(ParseRequest(pem.substr(0, pem.size() / 2)), StatusIs(StatusCode::kInvalidArgument));
  pem[pem.size() / 2] = pem[pem.size() / 2] == 'A' ? 'B' : 'A';
  EXPECT_THAT(ParseRequest(pem), StatusIs(StatusCode::kInvalidArgument));
}

TEST(RequestTest, TheKeyFileIsForItsOwnerOnly) {
  const testing::TemporaryFolder directory;
  const mode_t before = umask(0);
  const Status written =
      WriteRequest({.key = directory / "va.key", .request = directory / "va.csr"}, kNode, kHosts);
  umask(before);
  ASSERT_THAT(written, IsOk());
  EXPECT_EQ(ModeOf(directory / "va.key"), 0600u);
}

TEST(RequestTest, AKeyThatExistsIsUsedAgainUnlessANewOneIsAskedFor) {
  const testing::TemporaryFolder directory;
  RequestFiles files{.key = directory / "va.key", .request = directory / "va.csr"};
  ASSERT_THAT(WriteRequest(files, kNode, kHosts), IsOk());
  const std::string first = ReadFile(files.key).value();
  ASSERT_THAT(WriteRequest(files, kNode, kHosts), IsOk());
  EXPECT_EQ(ReadFile(files.key).value(), first);
  files.new_key = true;
  ASSERT_THAT(WriteRequest(files, kNode, kHosts), IsOk());
  EXPECT_NE(ReadFile(files.key).value(), first);
}

}  // namespace
}  // namespace consilium::security
