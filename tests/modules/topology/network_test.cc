#include "modules/topology/network.h"

#include "gmock/gmock.h"
#include "modules/topology/distances.h"
#include "modules/topology/facts.h"
#include "modules/topology/generators.h"
#include "tests/support/matchers.h"

namespace consilium {
namespace {

using ::consilium::testing::StatusIs;
using ::testing::HasSubstr;

TEST(NetworkTest, EveryNameWithoutNumbersMakesANetworkOfEverySize) {
  for (const std::string& name : NetworkNames()) {
    if (name.find(':') != name.npos) continue;
    for (const int n : {1, 2, 3, 8, 13}) {
      const StatusOr<Network> network = MakeNetwork(name, n);
      ASSERT_TRUE(network.ok()) << name << " of " << n << ": " << network.status();
      EXPECT_EQ(network->scheme.size(), n);
      EXPECT_TRUE(name == "solo" || IsConnected(*LinksOf(*network))) << name;
    }
  }
}

TEST(NetworkTest, NumbersAfterAColonSayMore) {
  EXPECT_EQ(*MakeNetwork("torus:4x8", 32)->graph, *Torus(std::vector<int>{4, 8}));
  EXPECT_EQ(*MakeNetwork("tree:5", 20)->graph, *TreeOfDegree(20, 5));
  EXPECT_EQ(MakeNetwork("local_steps:8", 4)->scheme.period(), 8);
  EXPECT_EQ(MakeNetwork("small_world:6", 20)->name, "small_world:6");
}

TEST(NetworkTest, RefusesWhatIsNone) {
  EXPECT_THAT(MakeNetwork("torus:4x8", 30),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("has 32 sites, expected 30")));
  EXPECT_THAT(MakeNetwork("torus:4x", 4), StatusIs(StatusCode::kInvalidArgument));
  EXPECT_THAT(MakeNetwork("tree:2x3", 4), StatusIs(StatusCode::kInvalidArgument));
  EXPECT_THAT(MakeNetwork("ring:3", 4),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("takes no numbers")));
  EXPECT_THAT(MakeNetwork("rings", 4),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("choose one of chain, ring")));
  EXPECT_THAT(MakeNetwork("ring", 0), StatusIs(StatusCode::kInvalidArgument, HasSubstr("0 sites")));
}

TEST(FactsTest, TellWhatThereIsToKnow) {
  const NetworkFacts chain = *FactsOf(*MakeNetwork("chain", 4), {.decays = {0}, .exact = true});
  EXPECT_EQ(chain.graph.links, 3);
  EXPECT_EQ(chain.graph.diameter, 3);
  EXPECT_DOUBLE_EQ(chain.graph.relay_factor, 1.5);
  EXPECT_TRUE(chain.graph.tree);
  EXPECT_TRUE(chain.exact_rate.has_value());
  EXPECT_FALSE(FactsOf(*MakeNetwork("solo", 4), {})->graph.connected);
  EXPECT_THAT(FactsOf(*MakeNetwork("ring", 4), {.decays = {1}}),
              StatusIs(StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace consilium
