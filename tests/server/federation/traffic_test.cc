#include "server/federation/traffic.h"

#include "gmock/gmock.h"

namespace consilium::federation {
namespace {

using ::testing::ElementsAre;

TEST(TrafficTest, CountsByLinkAndByRound) {
  Traffic traffic;
  traffic.CountSent("va", 10, 0);
  traffic.CountSent("va", 5, 2);
  traffic.CountSent("hungarian", 7, 2);
  traffic.Link("va").bytes_received += 3;
  EXPECT_THAT(traffic.links, ElementsAre(LinkTraffic{"va", 15, 3}, LinkTraffic{"hungarian", 7, 0}));
  EXPECT_THAT(traffic.rounds, ElementsAre(0, 12));
}

TEST(TrafficTest, TheCompressionErrorIsOverAllModulesTogether) {
  Traffic traffic;
  traffic.modules = {{"state"}, {"encoder age"}};
  EXPECT_EQ(CompressionError(traffic), 0);
  traffic.CountModules(std::vector<BlockTraffic>{{100, 200, 9, 60}, {50, 50, 0, 40}});
  EXPECT_EQ(traffic.modules[0].bytes, 100U);
  EXPECT_EQ(traffic.modules[0].bytes_uncompressed, 800U);
  EXPECT_DOUBLE_EQ(CompressionError(traffic), 0.3);
}

}  // namespace
}  // namespace consilium::federation
