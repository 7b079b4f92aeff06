#include "modules/topology/network.h"

#include "gmock/gmock.h"
#include "modules/topology/distances.h"
#include "modules/topology/facts.h"
#include "modules/topology/generators.h"
#include "tests/support/matchers.h"

namespace consilium::topology {
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
  for (const char* name : {"small_world:3", "small_world:2", "small_world:6", "small_world:100"}) {
    EXPECT_THAT(MakeNetwork(name, 7),
                StatusIs(StatusCode::kInvalidArgument, HasSubstr("even number of links")))
        << name;
  }
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

TEST(FactsTest, TheRateOfLocalStepsIsTheExactOne) {
  const NetworkFacts facts = *FactsOf(*MakeNetwork("local_steps", 32), {.exact = true});
  EXPECT_NEAR(facts.best->learning_rate, 0.073, 0.0005);
  EXPECT_NEAR(facts.best->rate, 0.110, 0.0005);
  EXPECT_DOUBLE_EQ(facts.exact_rate.value_or(-1), facts.best->rate);
  EXPECT_LT(facts.neighbors[3].mean, facts.at_end[3].mean);
}

TEST(FactsTest, DirectedLinksAreFollowedInTheirDirection) {
  const NetworkFacts ring = *FactsOf(*MakeNetwork("uni_ring", 32), {.decays = {0}});
  EXPECT_TRUE(ring.directed);
  EXPECT_EQ(ring.graph.links, 32);
  EXPECT_EQ(ring.graph.most_links, 1);
  EXPECT_EQ(ring.graph.diameter, 31);
  EXPECT_DOUBLE_EQ(ring.graph.mean_hops, 15.5);
}

TEST(FactsTest, PeriodsHaveStepsInPlaceOfHops) {
  const NetworkFacts exponential =
      *FactsOf(*MakeNetwork("time_varying_exponential", 32), {.decays = {0}});
  EXPECT_EQ(exponential.graph.mean_hops, 0);
  EXPECT_EQ(exponential.graph.most_links, 5);
  EXPECT_EQ(exponential.heard_after, 5);
  EXPECT_EQ(FactsOf(*MakeNetwork("local_steps", 8), {.decays = {0}})->heard_after, 10);
}

TEST(FactsTest, NothingIsPredictedOfSitesThatAreApart) {
  const NetworkFacts facts =
      *FactsOf(*NetworkOf("two pairs", *Graph::Create(4, {{0, 1}, {2, 3}})), {.exact = true});
  EXPECT_FALSE(facts.best.has_value());
  EXPECT_FALSE(facts.exact_rate.has_value());
  EXPECT_EQ(facts.parts, (std::vector<std::vector<int>>{{0, 1}, {2, 3}}));
}

}  // namespace
}  // namespace consilium::topology
