// What a client accepts as its server, and a server as its client.
#include "base/wire/channel.h"

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

constexpr char kPredict[] = "/consilium.v1.Consultation/Predict";

class ChannelTest : public ::testing::Test {
 protected:
  Loopback Serve(const security::TlsFiles& files) {
    return Loopback(files, [this](grpc::ServerBuilder& builder) {
      builder.RegisterCallbackGenericService(&echo_);
    });
  }

  // A client that does not check itself, trusts the server, and shows what it likes.
  std::shared_ptr<grpc::Channel> Intrude(const Loopback& server, const security::TlsFiles& files) {
    grpc::SslCredentialsOptions options;
    options.pem_root_certs = ReadFile(authority_.authority_file()).value();
    if (!files.key.empty()) {
      options.pem_private_key = ReadFile(files.key).value();
      options.pem_cert_chain = ReadFile(files.certificate).value();
    }
    return grpc::CreateChannel(server.target(), grpc::SslCredentials(options));
  }

  ThrowawayAuthority authority_;
  EchoService echo_;
  const security::TlsFiles clinician_ = authority_.Issue(security::Role::kClinician, "ada");
};

TEST_F(ChannelTest, AClinicianReachesItsNode) {
  const Loopback server = Serve(authority_.Issue(security::Role::kNode, "va"));
  const auto channel =
      OpenChannel(server.target(), clinician_, {.role = security::Role::kNode, .name = "va"})
          .value();
  EXPECT_THAT(Call(channel, kPredict), IsOk());
}

TEST_F(ChannelTest, AnIntrudersChannelWorksWithACertificateOfOurs) {
  const Loopback server = Serve(authority_.Issue(security::Role::kNode, "va"));
  EXPECT_THAT(Call(Intrude(server, clinician_), kPredict), IsOk());
}

TEST_F(ChannelTest, AServerOfAnotherRoleIsNotSpokenTo) {
  const Loopback server = Serve(authority_.Issue(security::Role::kCoordinator, "hub"));
  const auto channel =
      OpenChannel(server.target(), clinician_, {.role = security::Role::kNode}).value();
  EXPECT_THAT(
      Call(channel, kPredict),
      StatusIs(StatusCode::kUnavailable, HasSubstr("has the role coordinator, expected node")));
  EXPECT_EQ(echo_.calls(), 0);
}

TEST_F(ChannelTest, AServerOfAnotherNameIsNotSpokenTo) {
  const Loopback server = Serve(authority_.Issue(security::Role::kNode, "va"));
  const auto channel =
      OpenChannel(server.target(), clinician_, {.role = security::Role::kNode, .name = "cleveland"})
          .value();
  EXPECT_THAT(Call(channel, kPredict),
              StatusIs(StatusCode::kUnavailable, HasSubstr("has the name va, expected cleveland")));
}

TEST_F(ChannelTest, AServerForAnotherHostIsNotSpokenTo) {
  const security::TlsFiles elsewhere =
      authority_.Issue(security::Role::kNode, "va", {.hosts = {{"va.example"}, {}}});
  const Loopback server = Serve(elsewhere);
  const auto channel =
      OpenChannel(server.target(), clinician_, {.role = security::Role::kNode}).value();
  EXPECT_THAT(Call(channel, kPredict),
              StatusIs(StatusCode::kUnavailable, HasSubstr("is for dns va.example, expected")));
  const auto named = OpenChannel(server.target(), clinician_, {.role = security::Role::kNode},
                                 {.host = "va.example"})
                         .value();
  EXPECT_THAT(Call(named, kPredict), IsOk());
}

TEST_F(ChannelTest, AServerOfAnotherAuthorityIsNotSpokenTo) {
  ThrowawayAuthority other;
  const Loopback server = Serve(other.Issue(security::Role::kNode, "va"));
  const auto channel =
      OpenChannel(server.target(), clinician_, {.role = security::Role::kNode}).value();
  EXPECT_THAT(Call(channel, kPredict, 3), StatusIs(StatusCode::kUnavailable));
  EXPECT_EQ(echo_.calls(), 0);
}

TEST_F(ChannelTest, AClientOfAnotherAuthorityIsRefused) {
  ThrowawayAuthority other;
  const Loopback server = Serve(authority_.Issue(security::Role::kNode, "va"));
  EXPECT_THAT(Call(Intrude(server, other.Issue(security::Role::kClinician, "eve")), kPredict, 3),
              StatusIs(StatusCode::kUnavailable));
  EXPECT_EQ(echo_.calls(), 0);
}

TEST_F(ChannelTest, AClientWhoseCertificateHasExpiredIsRefused) {
  const Loopback server = Serve(authority_.Issue(security::Role::kNode, "va"));
  const security::TlsFiles expired = authority_.Issue(
      security::Role::kClinician, "late",
      {.lifetime = std::chrono::minutes(1), .now = SystemClock().Now() - security::kDay});
  EXPECT_THAT(Call(Intrude(server, expired), kPredict, 3), StatusIs(StatusCode::kUnavailable));
  EXPECT_EQ(echo_.calls(), 0);
}

TEST_F(ChannelTest, AClientWithoutACertificateIsRefused) {
  const Loopback server = Serve(authority_.Issue(security::Role::kNode, "va"));
  EXPECT_THAT(Call(Intrude(server, {}), kPredict, 3), StatusIs(StatusCode::kUnavailable));
  EXPECT_EQ(echo_.calls(), 0);
}

TEST_F(ChannelTest, ACertificateThatOnlyServesIsRefusedAsAClients) {
  const Loopback server = Serve(authority_.Issue(security::Role::kNode, "va"));
  EXPECT_THAT(
      Call(Intrude(server, authority_.Issue(security::Role::kCoordinator, "hub")), kPredict, 3),
      StatusIs(StatusCode::kUnavailable));
  EXPECT_EQ(echo_.calls(), 0);
}

TEST_F(ChannelTest, ACertificateThatOnlyCallsCannotServe) {
  EXPECT_THAT(NewServerCredentials(clinician_),
              StatusIs(StatusCode::kPermissionDenied, HasSubstr("may not serve")));
}

TEST_F(ChannelTest, ACertificateThatOnlyServesCannotCall) {
  EXPECT_THAT(OpenChannel("127.0.0.1:1", authority_.Issue(security::Role::kCoordinator, "hub"), {}),
              StatusIs(StatusCode::kPermissionDenied, HasSubstr("only serves")));
}

TEST_F(ChannelTest, FilesAreCheckedBeforeAnyConnection) {
  EXPECT_THAT(OpenChannel("127.0.0.1:1", {"/nowhere.crt", "/nowhere.key", "/nowhere"}, {}),
              StatusIs(StatusCode::kNotFound, HasSubstr("/nowhere.crt")));
  EXPECT_THAT(NewServerCredentials({}), StatusIs(StatusCode::kInvalidArgument));
}

TEST_F(ChannelTest, APortInUseIsAnError) {
  const Loopback server = Serve(authority_.Issue(security::Role::kNode, "va"));
  EchoService second;
  const auto services = [&second](grpc::ServerBuilder& builder) {
    builder.RegisterCallbackGenericService(&second);
  };
  EXPECT_THROW(
      Loopback(authority_.Issue(security::Role::kNode, "other"), services, {}, server.port()),
      std::runtime_error);
}

TEST(TargetTest, HostAndPortAreTakenApart) {
  EXPECT_EQ(ParseTarget("va.example:7400")->host, "va.example");
  EXPECT_EQ(ParseTarget("[::1]:7400")->host, "::1");
  EXPECT_EQ(ParseTarget("[::1]:7400")->port, "7400");
  for (const char* target : {"", "va", "va:", ":1", "va:x", "va:0", "va:65536", "::1:7400", "[]:1",
                             "va:-1", "va:123456"}) {
    EXPECT_THAT(ParseTarget(target), StatusIs(StatusCode::kInvalidArgument)) << target;
  }
}

}  // namespace
}  // namespace consilium::wire
