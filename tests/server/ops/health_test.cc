#include "server/ops/health.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fmt/format.h"
#include "gtest/gtest.h"
#include "server/ops/announce.h"
#include "tests/support/matchers.h"
#include "tests/support/temporary_folder.h"

namespace consilium::ops {
namespace {

using testing::IsOk;
using testing::StatusIs;
using testing::TemporaryFolder;

// A TCP port of this machine that nobody serves, but that accepts connections while it lives.
class OpenPort {
 public:
  OpenPort() : descriptor_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    if (bind(descriptor_, any, size) == 0 && listen(descriptor_, 1) == 0 &&
        getsockname(descriptor_, any, &size) == 0) {
      number_ = ntohs(address.sin_port);
    }
  }
  ~OpenPort() { close(descriptor_); }
  OpenPort(const OpenPort&) = delete;
  OpenPort& operator=(const OpenPort&) = delete;

  int number() const { return number_; }

 private:
  int descriptor_;
  int number_ = 0;
};

TEST(HealthTest, IsWellWhileTheAnnouncedPortsAcceptConnections) {
  const TemporaryFolder state;
  const OpenPort port;
  // A wildcard is reached on this machine.
  const std::string address = fmt::format("0.0.0.0:{}", port.number());
  ASSERT_THAT(Announce(state.path(), {{"federation", address}}), IsOk());
  EXPECT_THAT(CheckHealth(state.path()), IsOk());
}

TEST(HealthTest, NamesTheAddressWhereNobodyListens) {
  const TemporaryFolder state;
  int number = 0;
  {
    const OpenPort port;
    number = port.number();
  }
  const std::string address = fmt::format("127.0.0.1:{}", number);
  ASSERT_THAT(Announce(state.path(), {{"federation", address}}), IsOk());
  const Status status = CheckHealth(state.path());
  EXPECT_FALSE(status.ok());
  EXPECT_NE(Message(status).find(address), std::string_view::npos) << status;
}

TEST(HealthTest, ADaemonThatNeverStartedIsNotFound) {
  const TemporaryFolder state;
  EXPECT_THAT(CheckHealth(state.path()), StatusIs(StatusCode::kNotFound));
}

}  // namespace
}  // namespace consilium::ops
