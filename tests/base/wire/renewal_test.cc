// Certificates are renewed while server and client run, and streams that are open go on.
#include <optional>
#include <thread>

#include "gtest/gtest.h"
#include "tests/base/wire/echo.h"
#include "tests/support/loopback.h"
#include "tests/support/matchers.h"

namespace consilium::wire {
namespace {

using testing::Call;
using testing::EchoService;
using testing::EchoStream;
using testing::IsOk;
using testing::Loopback;
using testing::ThrowawayAuthority;

constexpr char kConsult[] = "/consilium.v1.Consultation/Consult";
constexpr char kAttach[] = "/consilium.v1.Federation/Attach";

std::string SerialOf(const security::TlsFiles& files) {
  return security::ReadCertificate(files.certificate).value().serial;
}

// Repeats `attempt` until it gives `wanted`; gives the last answer.
template <typename Attempt>
std::string Until(const std::string& wanted, Attempt attempt) {
  std::string got;
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (got != wanted && std::chrono::steady_clock::now() < deadline) {
    got = attempt();
    if (got != wanted) std::this_thread::sleep_for(std::chrono::milliseconds(200));
  }
  return got;
}

class RenewalTest : public ::testing::Test {
 protected:
  std::unique_ptr<Loopback> Serve(const security::TlsFiles& files, int port = 0) {
    echo_ = std::make_unique<EchoService>();  // a service serves in one server only
    return std::make_unique<Loopback>(
        files,
        [this](grpc::ServerBuilder& builder) {
          builder.RegisterCallbackGenericService(echo_.get());
        },
        ServerCredentialOptions{.refresh = std::chrono::seconds(1)}, port);
  }

  ThrowawayAuthority authority_;
  std::unique_ptr<EchoService> echo_;
};

TEST_F(RenewalTest, NewConnectionsSeeTheServersNewCertificateWhileAnOldStreamLives) {
  const security::TlsFiles node = authority_.Issue(security::Role::kNode, "va");
  const security::TlsFiles clinician = authority_.Issue(security::Role::kClinician, "ada");
  const std::string first = SerialOf(node);
  const auto server = Serve(node);
  const auto old_channel = server->Open(clinician, security::Role::kNode);
  ASSERT_EQ(testing::ServerSerial(old_channel), first);
  EchoStream stream(old_channel, kConsult);
  ASSERT_TRUE(stream.Echo());

  authority_.Issue(security::Role::kNode, "va");
  const std::string second = SerialOf(node);
  ASSERT_NE(first, second);
  EXPECT_EQ(
      Until(second,
            [&] { return testing::ServerSerial(server->Open(clinician, security::Role::kNode)); }),
      second);
  EXPECT_TRUE(stream.Echo());
}

TEST_F(RenewalTest, AClientThatReconnectsShowsItsNewCertificate) {
  const security::TlsFiles hub = authority_.Issue(security::Role::kCoordinator, "hub");
  const security::TlsFiles node = authority_.Issue(security::Role::kNode, "va");
  auto server = Serve(hub);
  const int port = server->port();
  ChannelOptions options;
  options.refresh = std::chrono::seconds(1);
  options.longest_backoff = std::chrono::seconds(1);
  const auto channel =
      OpenChannel(server->target(), node, {.role = security::Role::kCoordinator}, options).value();
  ASSERT_THAT(Call(channel, kAttach), IsOk());
  ASSERT_EQ(echo_->last_serial(), SerialOf(node));

  authority_.Issue(security::Role::kNode, "va");
  const std::string second = SerialOf(node);
  EXPECT_EQ(Until(second,
                  [&] {
                    server.reset();
                    server = Serve(hub, port);
                    Call(channel, kAttach).IgnoreError();
                    return echo_->last_serial();
                  }),
            second);
}

}  // namespace
}  // namespace consilium::wire
