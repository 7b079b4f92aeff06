// A sentence for every way in which a connection can fail.
#include "base/wire/diagnose.h"

#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

#include "gtest/gtest.h"
#include "tests/base/wire/echo.h"
#include "tests/base/wire/raw_peer.h"
#include "tests/support/loopback.h"
#include "tests/support/matchers.h"

namespace consilium::wire {
namespace {

using ::testing::AllOf;
using testing::Call;
using testing::EchoService;
using ::testing::HasSubstr;
using testing::IsOk;
using testing::Loopback;
using testing::RawListener;
using testing::StatusIs;
using testing::ThrowawayAuthority;

constexpr char kPredict[] = "/consilium.v1.Consultation/Predict";

class DiagnoseTest : public ::testing::Test {
 protected:
  Loopback Serve(const security::TlsFiles& files) {
    return Loopback(files, [this](grpc::ServerBuilder& builder) {
      builder.RegisterCallbackGenericService(&echo_);
    });
  }
  Probe ProbeOf(const std::string& target) const {
    return {.target = target,
            .files = clinician_,
            .server = {.role = security::Role::kNode},
            .timeout = std::chrono::seconds(2)};
  }

  ThrowawayAuthority authority_;
  EchoService echo_;
  const security::TlsFiles clinician_ = authority_.Issue(security::Role::kClinician, "ada");
};

TEST_F(DiagnoseTest, AHealthyServerHasNoCause) {
  const Loopback server = Serve(authority_.Issue(security::Role::kNode, "va"));
  EXPECT_THAT(Diagnose(ProbeOf(server.target())), IsOk());
  EXPECT_EQ(echo_.calls(), 0);
}

TEST_F(DiagnoseTest, NobodyListens) {
  const std::string target = "127.0.0.1:" + std::to_string(testing::ClosedPort());
  EXPECT_THAT(Diagnose(ProbeOf(target)),
              StatusIs(StatusCode::kUnavailable, HasSubstr("nobody listens at " + target)));
}

TEST_F(DiagnoseTest, TheHostIsUnknown) {
  EXPECT_THAT(Diagnose(ProbeOf("no-such-host.invalid:7400")),
              StatusIs(StatusCode::kUnavailable,
                       HasSubstr("no address is known for the host \"no-such-host.invalid\"")));
}

TEST_F(DiagnoseTest, TheServerSpeaksPlainText) {
  const RawListener listener([](int connection) {
    constexpr std::string_view kAnswer = "HTTP/1.1 400 Bad Request\r\n\r\n";
    send(connection, kAnswer.data(), kAnswer.size(), MSG_NOSIGNAL);
    char bytes[4096];
    while (recv(connection, bytes, sizeof bytes, 0) > 0) {
    }
  });
  EXPECT_THAT(Diagnose(ProbeOf(listener.target())),
              StatusIs(StatusCode::kUnavailable, HasSubstr("answers in plain text")));
}

TEST_F(DiagnoseTest, TheServerIsAnUnprotectedGrpcServer) {
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterCallbackGenericService(&echo_);
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  EXPECT_THAT(Diagnose(ProbeOf("127.0.0.1:" + std::to_string(port))),
              StatusIs(StatusCode::kUnavailable, HasSubstr("answers in plain text")));
}

TEST_F(DiagnoseTest, TheServerClosesAtOnce) {
  const RawListener listener([](int) {});
  EXPECT_THAT(Diagnose(ProbeOf(listener.target())),
              StatusIs(StatusCode::kUnavailable, HasSubstr("closed the connection before")));
}

TEST_F(DiagnoseTest, TheServerSaysNothing) {
  const RawListener listener([](int connection) {
    char bytes[4096];
    while (recv(connection, bytes, sizeof bytes, 0) > 0) {
    }
  });
  Probe probe = ProbeOf(listener.target());
  probe.timeout = std::chrono::milliseconds(300);
  EXPECT_THAT(Diagnose(probe), StatusIs(StatusCode::kUnavailable, HasSubstr("did not answer")));
}

TEST_F(DiagnoseTest, TheServerSpeaksOnlyTls12) {
  const security::TlsFiles node = authority_.Issue(security::Role::kNode, "va");
  const RawListener listener(
      [&node](int connection) { testing::ServeTls(connection, node, TLS1_2_VERSION); });
  EXPECT_THAT(Diagnose(ProbeOf(listener.target())),
              StatusIs(StatusCode::kUnavailable, HasSubstr("speaks no TLS 1.3")));
}

TEST_F(DiagnoseTest, TheServerSpeaksTlsButNotGrpc) {
  const security::TlsFiles node = authority_.Issue(security::Role::kNode, "va");
  const RawListener listener(
      [&node](int connection) { testing::ServeTls(connection, node, TLS1_3_VERSION); });
  EXPECT_THAT(Diagnose(ProbeOf(listener.target())),
              StatusIs(StatusCode::kUnavailable, HasSubstr("speaks TLS but not gRPC")));
}

TEST_F(DiagnoseTest, TheServerHasAnotherAuthority) {
  ThrowawayAuthority other;
  const Loopback server = Serve(other.Issue(security::Role::kNode, "va"));
  EXPECT_THAT(Diagnose(ProbeOf(server.target())),
              StatusIs(StatusCode::kUnauthenticated,
                       AllOf(HasSubstr("the server at " + server.target()),
                             HasSubstr("issued by another authority"),
                             HasSubstr(other.authority().certificate().subject),
                             HasSubstr(authority_.authority().certificate().subject))));
}

// The server's authority file is replaced while it runs: it still shows a certificate of ours.
TEST_F(DiagnoseTest, TheServerRefusesOurCertificate) {
  ThrowawayAuthority other;
  security::TlsFiles node = authority_.Issue(security::Role::kNode, "va");
  node.authority = authority_.directory() + "/clients.crt";
  ASSERT_THAT(WriteFile(node.authority, ReadFile(authority_.authority_file()).value()), IsOk());
  const Loopback server(
      node,
      [this](grpc::ServerBuilder& builder) { builder.RegisterCallbackGenericService(&echo_); },
      {.refresh = std::chrono::seconds(1)});
  ASSERT_THAT(Diagnose(ProbeOf(server.target())), IsOk());
  ASSERT_THAT(WriteFile(node.authority, ReadFile(other.authority_file()).value()), IsOk());
  Status status;
  for (int attempt = 0; attempt < 100 && status.ok(); ++attempt) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    status = Diagnose(ProbeOf(server.target()));
  }
  EXPECT_THAT(status,
              StatusIs(StatusCode::kUnauthenticated,
                       AllOf(HasSubstr("refused our certificate consilium://heart/clinician/ada"),
                             HasSubstr(authority_.authority().certificate().subject))));
}

TEST_F(DiagnoseTest, TheServersCertificateIsForAnotherHost) {
  const Loopback server =
      Serve(authority_.Issue(security::Role::kNode, "va", {.hosts = {{"va.example"}, {}}}));
  EXPECT_THAT(Diagnose(ProbeOf(server.target())),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("is for dns va.example")));
}

TEST_F(DiagnoseTest, TheServerHasAnotherRole) {
  const Loopback server = Serve(authority_.Issue(security::Role::kCoordinator, "hub"));
  EXPECT_THAT(Diagnose(ProbeOf(server.target())),
              StatusIs(StatusCode::kPermissionDenied,
                       HasSubstr("has the role coordinator, expected node")));
}

// Both sides start with certificates that are valid for two seconds more.
TEST_F(DiagnoseTest, TheServersCertificateHasExpired) {
  const Time now = SystemClock().Now();
  const security::TlsFiles node = authority_.Issue(
      security::Role::kNode, "va", {.lifetime = std::chrono::minutes(1), .now = now - Seconds(58)});
  const Loopback server = Serve(node);
  std::this_thread::sleep_until(std::chrono::system_clock::now() + std::chrono::seconds(3));
  EXPECT_THAT(Diagnose(ProbeOf(server.target())),
              StatusIs(StatusCode::kFailedPrecondition,
                       AllOf(HasSubstr("the server at " + server.target()),
                             HasSubstr("consilium://heart/node/va expired at"))));
}

TEST_F(DiagnoseTest, OurOwnCertificateHasExpired) {
  const Time now = SystemClock().Now();
  Probe probe = ProbeOf("127.0.0.1:1");
  probe.files = authority_.Issue(security::Role::kClinician, "late",
                                 {.lifetime = std::chrono::minutes(1), .now = now - Seconds(90)});
  EXPECT_THAT(Diagnose(probe), StatusIs(StatusCode::kFailedPrecondition,
                                        HasSubstr("consilium://heart/clinician/late expired at")));
}

TEST_F(DiagnoseTest, ExplainReplacesOnlyFailuresToConnect) {
  ThrowawayAuthority other;
  const Loopback server = Serve(other.Issue(security::Role::kNode, "va"));
  const Probe probe = ProbeOf(server.target());
  const auto channel = OpenChannel(probe.target, probe.files, probe.server).value();
  EXPECT_THAT(Explain(Call(channel, kPredict, 3), probe),
              StatusIs(StatusCode::kUnauthenticated, HasSubstr("another authority")));
  EXPECT_THAT(Explain(NotFound("no such run"), probe),
              StatusIs(StatusCode::kNotFound, "no such run"));
}

TEST_F(DiagnoseTest, APlainTextClientGetsNoAnswerFromOurServer) {
  const Loopback server = Serve(authority_.Issue(security::Role::kNode, "va"));
  const auto channel = grpc::CreateChannel(server.target(), grpc::InsecureChannelCredentials());
  EXPECT_THAT(Call(channel, kPredict, 3), StatusIs(StatusCode::kUnavailable));
  EXPECT_EQ(echo_.calls(), 0);
}

}  // namespace
}  // namespace consilium::wire
