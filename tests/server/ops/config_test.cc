#include "server/ops/config.h"

#include "tests/support/matchers.h"

namespace consilium::ops {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::IsOk;
using testing::StatusIs;

constexpr char kNode[] = R"([node]
site = "cleveland"
state = "state"
schema = "../schema.toml"
coordinator = "coordinator.example.org:7443"

[data]
cohort = "cleveland.csv"

[tls]
certificate = "tls/cleveland.pem"
key = "tls/cleveland.key"
authority = "tls/authority.pem"
)";

TEST(NodeConfigTest, PathsAreRelativeToTheFile) {
  const auto config = ParseNodeConfig(kNode, "/etc/consilium/node.toml");
  ASSERT_THAT(config, IsOk());
  EXPECT_EQ(config->site, "cleveland");
  EXPECT_EQ(config->state, "/etc/consilium/state");
  EXPECT_EQ(config->schema, "/etc/schema.toml");
  EXPECT_EQ(config->cohort, "/etc/consilium/cleveland.csv");
  EXPECT_EQ(config->tls.key, "/etc/consilium/tls/cleveland.key");
  EXPECT_EQ(config->mapping, "");
  EXPECT_EQ(config->consultation_listen, "");
  EXPECT_FALSE(config->strict);
}

TEST(NodeConfigTest, AnUnknownKeyIsToldWithItsLineAndTheNearestKey) {
  const std::string text = std::string(kNode) + "[consultation]\nlissen = \"127.0.0.1:0\"\n";
  EXPECT_THAT(ParseNodeConfig(text, "node.toml"),
              StatusIs(StatusCode::kInvalidArgument,
                       AllOf(HasSubstr("node.toml:15"), HasSubstr("lissen"), HasSubstr("listen"))));
}

TEST(NodeConfigTest, AMissingTableIsNamed) {
  EXPECT_THAT(
      ParseNodeConfig("[node]\nsite = \"a\"\n", "node.toml"),
      StatusIs(StatusCode::kInvalidArgument, AllOf(HasSubstr("[tls]"), HasSubstr("[data]"))));
}

TEST(NodeConfigTest, AnAddressNeedsAPort) {
  std::string text = kNode;
  text.replace(text.find(":7443"), 5, "");
  EXPECT_THAT(ParseNodeConfig(text, "node.toml"),
              StatusIs(StatusCode::kInvalidArgument,
                       AllOf(HasSubstr("coordinator.example.org"), HasSubstr("HOST:PORT"))));
}

TEST(NodeConfigTest, ACoordinatorCannotBeDialledOnPortNought) {
  std::string text = kNode;
  text.replace(text.find(":7443"), 5, ":0");
  EXPECT_THAT(ParseNodeConfig(text, "node.toml"),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("port 0 is for listening only")));
}

TEST(CoordinatorConfigTest, ReadsWhatIsGivenAndKeepsDefaults) {
  const auto config = ParseCoordinatorConfig(R"([coordinator]
listen = "127.0.0.1:0"
state = "/var/lib/consilium"
schema = "schema.toml"
heartbeat_seconds = 0.5
[tls]
certificate = "c.pem"
key = "c.key"
authority = "a.pem"
[log]
format = "json"
level = "debug"
)",
                                             "/etc/consilium/coordinator.toml");
  ASSERT_THAT(config, IsOk());
  EXPECT_EQ(config->listen, "127.0.0.1:0");
  EXPECT_EQ(config->state, "/var/lib/consilium");
  EXPECT_EQ(config->heartbeat, Seconds(0.5));
  EXPECT_EQ(config->queue_bytes, size_t{128} << 10);
  EXPECT_EQ(config->log.format, LogFormat::kJson);
  EXPECT_EQ(config->log.level, LogLevel::kDebug);
}

TEST(CoordinatorConfigTest, ANumberOutOfRangeIsToldWithTheRange) {
  EXPECT_THAT(ParseCoordinatorConfig("[coordinator]\nlisten = \"a:1\"\nstate = \"s\"\n"
                                     "schema = \"x\"\nheartbeat_seconds = 0\n"
                                     "[tls]\ncertificate = \"c\"\nkey = \"k\"\nauthority = \"a\"\n",
                                     "c.toml"),
              StatusIs(StatusCode::kInvalidArgument,
                       AllOf(HasSubstr("heartbeat_seconds"), HasSubstr("0.05"))));
}

}  // namespace
}  // namespace consilium::ops
