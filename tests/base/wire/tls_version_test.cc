// gRPC 1.51 has no setting for it; RequireTls13 makes it so.
#include <openssl/ssl.h>

#include "gtest/gtest.h"
#include "tests/base/wire/echo.h"
#include "tests/base/wire/raw_peer.h"
#include "tests/support/loopback.h"
#include "tests/support/matchers.h"

namespace consilium::wire {
namespace {

using testing::Call;
using testing::EchoService;
using ::testing::HasSubstr;
using testing::Loopback;
using testing::RawListener;
using ::testing::StartsWith;
using testing::StatusIs;
using testing::ThrowawayAuthority;
using testing::TlsVersionWith;

TEST(TlsVersionTest, AServerSpeaksTls13AndRefusesTls12) {
  ThrowawayAuthority authority;
  EchoService echo;
  const Loopback server(
      authority.Issue(security::Role::kNode, "va"),
      [&](grpc::ServerBuilder& builder) { builder.RegisterCallbackGenericService(&echo); });
  const security::TlsFiles clinician = authority.Issue(security::Role::kClinician, "ada");
  EXPECT_EQ(TlsVersionWith(server.port(), clinician, TLS1_3_VERSION), "TLSv1.3");
  EXPECT_THAT(TlsVersionWith(server.port(), clinician, TLS1_2_VERSION), StartsWith("refused"));
}

TEST(TlsVersionTest, AClientRefusesAServerThatSpeaksOnlyTls12) {
  ThrowawayAuthority authority;
  const security::TlsFiles node = authority.Issue(security::Role::kNode, "va");
  const RawListener listener(
      [&node](int connection) { testing::ServeTls(connection, node, TLS1_2_VERSION); });
  const auto channel =
      OpenChannel(listener.target(), authority.Issue(security::Role::kClinician, "ada"), {})
          .value();
  EXPECT_THAT(Call(channel, "/consilium.v1.Consultation/Predict", 3),
              StatusIs(StatusCode::kUnavailable));
}

}  // namespace
}  // namespace consilium::wire
