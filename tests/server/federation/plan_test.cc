#include "server/federation/plan.h"

#include "fmt/format.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/matchers.h"

namespace consilium::federation {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::StatusIs;

TEST(PlanTest, NeedsOnlyItsSitesAndHasDefaultsForTheRest) {
  const auto plan = ParsePlan("[run]\nsites = ['a', 'b']\n", "plan.toml");
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_THAT(plan->sites, ElementsAre("a", "b"));
  EXPECT_EQ(plan->schedule.kind, "relay_sum");
  EXPECT_EQ(plan->Quorum(), 2);
}

TEST(PlanTest, TellsEveryMistakeAtOnceWithItsLineAndTheNearestName) {
  const auto plan = ParsePlan(
      "[run]\nsites = ['a', 'a']\nround = 3\n[schedule]\nkind = 'relaysum'\n"
      "[training]\nbatch = 0\n",
      "plan.toml");
  EXPECT_THAT(plan, StatusIs(StatusCode::kInvalidArgument,
                             AllOf(HasSubstr("named twice"), HasSubstr("rounds"),
                                   HasSubstr("relay_sum"), HasSubstr("batch is 0"))));
}

TEST(PlanTest, ANumberOutOfRangeIsToldWithTheRange) {
  const auto plan =
      ParsePlan("[run]\nsites = ['a']\nseed = 4000000000\n[model]\nstate = 1000000\n", "plan.toml");
  EXPECT_THAT(plan, StatusIs(StatusCode::kInvalidArgument,
                             AllOf(HasSubstr("seed is 4000000000, expected 0 to 1000000000"),
                                   HasSubstr("state is 1000000, expected 1 to 4096"))));
}

TEST(PlanTest, RefusesASiteNamedLikeTheCoordinator) {
  EXPECT_THAT(ParsePlan("[run]\nsites = ['coordinator']\n", "plan.toml"),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("is no name for a site")));
}

TEST(PlanTest, RefusesAQuorumLargerThanTheFederation) {
  EXPECT_THAT(ParsePlan("[run]\nsites = ['a']\nquorum = 2\n", "plan.toml"),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("there are 1 sites")));
}

TEST(PlanTest, EdgesAreNamedByTheirSites) {
  const auto plan = ParsePlan(
      "[run]\nsites = ['a', 'b', 'c']\n[schedule]\ntopology = 'edges'\n"
      "[[schedule.edge]]\nfrom = 'a'\nto = 'c'\n[[schedule.edge]]\nfrom = 'c'\nto = 'b'\n",
      "plan.toml");
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_THAT(plan->schedule.edges, ElementsAre(std::pair(0, 2), std::pair(2, 1)));
}

TEST(PlanTest, OnlyAnAllReduceCanRunAtTheCoordinator) {
  EXPECT_THAT(ParsePlan("[run]\nsites = ['a']\n[schedule]\naggregator = 'coordinator'\n", "plan"),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("all_reduce")));
}

TEST(PlanTest, AServerOptimiserGoesWithAllReduce) {
  const std::string optimiser =
      "[schedule.server_optimiser]\nkind = 'yogi'\nlearning_rate = 0.05\n";
  const auto plan =
      ParsePlan("[run]\nsites = ['a']\n[schedule]\nkind = 'all_reduce'\n" + optimiser, "plan");
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_EQ(plan->schedule.server.kind, schedule::ServerOptimiserKind::kYogi);
  EXPECT_EQ(plan->schedule.server.learning_rate, 0.05);
  EXPECT_THAT(ParsePlan("[run]\nsites = ['a']\n[schedule]\nkind = 'gossip'\n" + optimiser, "plan"),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("server_optimiser")));
}

TEST(PlanTest, NamesEveryServerOptimiserAndTellsThemToWhoMisspellsOne) {
  const auto parse = [](std::string_view name) {
    return ParsePlan(fmt::format("[run]\nsites = ['a']\n[schedule]\nkind = 'all_reduce'\n"
                                 "[schedule.server_optimiser]\nkind = '{}'\n",
                                 name),
                     "plan");
  };
  for (const schedule::NamedServerOptimiser& named : schedule::AllServerOptimisers()) {
    const auto plan = parse(named.name);
    ASSERT_TRUE(plan.ok()) << plan.status();
    EXPECT_EQ(plan->schedule.server.kind, named.kind);
  }
  EXPECT_THAT(parse("adma"), StatusIs(StatusCode::kInvalidArgument, HasSubstr("momentum, adam")));
}

TEST(PlanTest, ARoundHasNoMorePhasesThanAMessageCanTell) {
  const std::string text =
      "[run]\nsites = ['a']\n[schedule]\nkind = 'all_reduce'\n[compression]\nkind = 'low_rank'\n";
  EXPECT_TRUE(ParsePlan(text + "iterations = 255\n", "plan").ok());
  EXPECT_THAT(ParsePlan(text + "iterations = 256\n", "plan"),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("iterations")));
  EXPECT_THAT(ParsePlan(text + "iterations = 128\nform = 'two_sided'\n", "plan"),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("iterations")));
}

TEST(PlanTest, ScaffoldDoesNotOverlapWithTheStepsItCorrects) {
  const std::string text = "[run]\nsites = ['a']\n[schedule]\nkind = 'scaffold'\n";
  EXPECT_TRUE(ParsePlan(text, "plan").ok());
  EXPECT_THAT(ParsePlan(text + "overlap = true\n", "plan"),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("overlap")));
}

TEST(PlanTest, OneFileOfAllSitesNeedsNoSitesButAColumnThatNamesThem) {
  const auto plan = ParsePlan(
      "[run]\nseed = 2\n[data]\nschema = 's'\ntrain = 'all.csv'\nsite_column = 'h'\n", "plan");
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_EQ(plan->shared_file.site_column, "h");
  EXPECT_THAT(ParsePlan("[run]\n[data]\nschema = 's'\ntrain = 'all.csv'\n", "plan"),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("site_column")));
}

TEST(PlanTest, WhatIsNotTomlIsRefusedWithItsPlace) {
  EXPECT_THAT(ParsePlan("[run\n", "plan.toml"),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("plan.toml")));
}

}  // namespace
}  // namespace consilium::federation
