#include "server/federation/topology.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/matchers.h"

namespace consilium {
namespace {

using testing::IsOkAndHolds;
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
  plan.schedule.aggregator = "coordinator";
  EXPECT_THAT(PlanEdges(plan, {"a", "b", "coordinator"}),
              IsOkAndHolds(UnorderedElementsAre(std::pair(0, 2), std::pair(1, 2))));
}

}  // namespace
}  // namespace consilium
