#include "server/federation/topology.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/matchers.h"

namespace consilium::federation {
namespace {

using ::testing::HasSubstr;
using testing::IsOk;
using testing::IsOkAndHolds;
using testing::StatusIs;
using ::testing::UnorderedElementsAre;

Plan FourSites(const std::string& topology) {
  Plan plan;
  plan.sites = {"a", "b", "c", "d"};
  plan.schedule.topology = topology;
  return plan;
}

TEST(PlanEdgesTest, ANamedTopologyIsMadeAnewForThoseWhoAreThere) {
  EXPECT_THAT(PlanEdges(FourSites("chain"), {"a", "c", "d"}),
              IsOkAndHolds(UnorderedElementsAre(std::pair(0, 1), std::pair(1, 2))));
}

TEST(PlanEdgesTest, PartsThatALeavingSiteTearsApartAreJoinedAgain) {
  Plan plan = FourSites("edges");
  plan.schedule.edges = {{0, 1}, {1, 2}, {2, 3}};
  EXPECT_THAT(PlanEdges(plan, {"a", "c", "d"}),
              IsOkAndHolds(UnorderedElementsAre(std::pair(1, 2), std::pair(0, 1))));
}

TEST(PlanEdgesTest, WithTheCoordinatorAsAggregatorEverySiteIsJoinedToItAlone) {
  Plan plan = FourSites("chain");
  plan.schedule.aggregator = Aggregator::kCoordinator;
  EXPECT_THAT(PlanEdges(plan, {"a", "b", "coordinator"}),
              IsOkAndHolds(UnorderedElementsAre(std::pair(0, 2), std::pair(1, 2))));
}

TEST(PlanEdgesTest, TwoTreesHaveTheEdgesOfATreeAndOfItsMirrorImageWhoeverIsThere) {
  const Plan plan = *ParsePlan(
      "[run]\nsites = ['a', 'b', 'c', 'd', 'e', 'f', 'g']\n"
      "[schedule]\ntopology = 'binary_tree'\ntrees = 2\n",
      "plan");
  for (const std::vector<std::string>& present :
       {plan.sites, std::vector<std::string>{"a", "c", "d", "f", "g"}}) {
    const auto trees = PlanTrees(plan, present);
    const auto edges = PlanEdges(plan, present);
    ASSERT_THAT(trees, IsOk());
    ASSERT_THAT(edges, IsOk());
    const int n = static_cast<int>(present.size());
    const topology::Graph both = *topology::Graph::Create(n, *edges);
    for (const auto& [a, b] : trees->first.Edges()) {
      EXPECT_TRUE(both.HasEdge(a, b));
      EXPECT_TRUE(both.HasEdge(n - 1 - a, n - 1 - b));
      EXPECT_TRUE(trees->second.HasEdge(n - 1 - a, n - 1 - b));
    }
    EXPECT_EQ(trees->first.Edges().size() + 1, present.size());
  }
}

TEST(PlanEdgesTest, TwoTreesNeedANamedTopology) {
  const auto plan = ParsePlan(
      "[run]\nsites = ['a', 'b']\n[schedule]\ntopology = 'edges'\ntrees = 2\n"
      "[[schedule.edge]]\nfrom = 'a'\nto = 'b'\n",
      "plan");
  EXPECT_THAT(plan, StatusIs(StatusCode::kInvalidArgument, HasSubstr("named topology")));
}

}  // namespace
}  // namespace consilium::federation
