#include "server/federation/topology_plan.h"

#include <string>

#include "gmock/gmock.h"
#include "modules/topology/generators.h"
#include "server/federation/plan.h"
#include "tests/support/matchers.h"

namespace consilium::federation {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::IsOk;
using testing::StatusIs;

Status Parse(const std::string& schedule) {
  return ParsePlan("[run]\nsites = ['a', 'b', 'c', 'd']\n[schedule]\n" + schedule, "plan.toml")
      .status();
}

std::string Edge(const std::string& from, const std::string& to) {
  return "[[schedule.edge]]\nfrom = '" + from + "'\nto = '" + to + "'\n";
}

TEST(TopologyPlanTest, LinksThatDoNotJoinAllSitesAreRefused) {
  EXPECT_THAT(Parse("kind = 'gossip'\ntopology = 'edges'\n" + Edge("a", "b") + Edge("c", "d")),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("no way leads from 'a' to 'c'")));
}

TEST(TopologyPlanTest, ACycleIsRefusedWhereTheScheduleGoesAlongATree) {
  const std::string ring =
      "topology = 'edges'\n" + Edge("a", "b") + Edge("b", "c") + Edge("c", "d") + Edge("d", "a");
  const auto refused = StatusIs(StatusCode::kInvalidArgument,
                                AllOf(HasSubstr("have a cycle"), HasSubstr("expected 3 links")));
  EXPECT_THAT(Parse("kind = 'relay_sum'\n" + ring), refused);
  EXPECT_THAT(Parse("kind = 'all_reduce'\n" + ring), refused);
  EXPECT_THAT(Parse("kind = 'gossip'\n" + ring), IsOk());
}

TEST(TopologyPlanTest, ALinkGivenTwiceOrToItselfIsRefused) {
  for (const std::string& wrong : {Edge("b", "a"), Edge("c", "c"), Edge("c", "nowhere")}) {
    EXPECT_THAT(Parse("kind = 'gossip'\ntopology = 'edges'\n" + Edge("a", "b") + Edge("b", "c") +
                      Edge("c", "d") + wrong),
                StatusIs(StatusCode::kInvalidArgument));
  }
}

TEST(TopologyPlanTest, NumbersInANameSayTheSidesOrTheMostLinks) {
  EXPECT_THAT(Parse("topology = 'torus:2x2'"), IsOk());
  EXPECT_EQ(*TopologyOf("torus:2x6", 12), *topology::Torus(std::vector<int>{2, 6}));
  EXPECT_EQ(*TopologyOf("tree:5", 40), *topology::TreeOfDegree(40, 5));
  EXPECT_THAT(Parse("topology = 'torus:2x3'"),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("6 sites, expected 4")));
}

TEST(TopologyPlanTest, TheSitesThatRemainOfATorusAreATorus) {
  EXPECT_EQ(*TopologyOfRemaining("torus:2x6", 11), *topology::Torus(11));
  EXPECT_EQ(*TopologyOfRemaining("tree:3", 7), *topology::TreeOfDegree(7, 3));
}

TEST(TopologyPlanTest, WhatOnlyTheAnalysisKnowsIsAnsweredWithThePlansWordForIt) {
  EXPECT_THAT(Parse("topology = 'time_varying_exponential'"),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("kind = \"push_sum\"")));
  EXPECT_THAT(Parse("topology = 'double_binary_trees'"),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("trees = 2")));
  EXPECT_THAT(Parse("topology = 'local_steps:4'"),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("local_epochs")));
  EXPECT_THAT(Parse("topology = 'rign'"),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("ring")));
}

}  // namespace
}  // namespace consilium::federation
