// Members and a Run together, over queues that can be broken.
#include "base/random.h"
#include "fmt/format.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "lab/air/rounds.h"
#include "tests/support/federation_bench.h"

namespace consilium::federation {
namespace {

using testing::FederationBench;
using ::testing::Ge;
using ::testing::HasSubstr;
using ::testing::SizeIs;

// Three sites, two modules. Site c does not hold the second.
struct Case {
  std::string name;
  std::string schedule;  // [schedule] and [compression]
  RoundsMaker make_rounds = MakeRoundExchange;
};

std::string Plan(const std::string& schedule, const std::string& run = "rounds = 30\n") {
  return "[run]\nsites = ['a', 'b', 'c']\nround_deadline_seconds = 10\n"
         "departure_grace_seconds = 2\n" +
         run + schedule;
}

void AddThreeSites(FederationBench& bench) {
  bench.AddSite("a", {1, 1}, 0);
  bench.AddSite("b", {1, 3}, 4);
  bench.AddSite("c", {2, 0}, 8);
}

void StartAll(FederationBench& bench) {
  for (const char* site : {"a", "b", "c"}) bench.Start(site);
}

class FederationTest : public ::testing::TestWithParam<Case> {
 protected:
  FederationBench Make(const std::string& run = "rounds = 30\n") {
    FederationBench bench(Plan(GetParam().schedule, run));
    bench.make_rounds = GetParam().make_rounds;
    AddThreeSites(bench);
    return bench;
  }
};

TEST_P(FederationTest, EndsWithOneModelNearTheWeightedMeanOfWhatEachSiteWants) {
  FederationBench bench = Make();
  StartAll(bench);
  bench.Finish();
  ASSERT_EQ(bench.run->record().state, RunState::kFinished) << bench.run->record().reason;
  ASSERT_THAT(bench.finals, SizeIs(3));
  EXPECT_EQ(bench.finals["a"], bench.finals["b"]);
  EXPECT_EQ(bench.finals["a"], bench.finals["c"]);
  for (size_t i = 0; i < 8; ++i) EXPECT_NEAR(bench.finals["a"][i], (0 + 4 + 16) / 4.0, 0.25) << i;
  for (size_t i = 8; i < 16; ++i) EXPECT_NEAR(bench.finals["a"][i], (0 + 12) / 4.0, 0.25) << i;
}

TEST_P(FederationTest, TheFinalModelIsSentOnlyWhereTheRoundsDidNotMakeItTheSameEverywhere) {
  FederationBench bench = Make();
  StartAll(bench);
  bench.Finish();
  const bool same = GetParam().schedule.find("all_reduce") != std::string::npos &&
                    GetParam().schedule.find("coordinator") == std::string::npos;
  const auto consensus = std::ranges::count(bench.sent, Stage::kConsensus, &PeerMessage::stage);
  EXPECT_EQ(consensus == 0, same) << consensus << " messages";
}

TEST_P(FederationTest, AllSitesLearnTheSameStatistics) {
  FederationBench bench = Make("rounds = 1\n");
  StartAll(bench);
  bench.Finish();
  for (const char* site : {"a", "b", "c"}) {
    const std::vector<double>& statistics = bench.learners[site]->statistics();
    ASSERT_THAT(statistics, SizeIs(2)) << site;
    EXPECT_DOUBLE_EQ(statistics[1] / statistics[0], 4.0) << site;
  }
}

TEST_P(FederationTest, AllSitesSelectTheSameFinalModelAndCalibrateItAlike) {
  FederationBench plain = Make(), bench = Make();
  for (const auto& [site, learner] : bench.learners) learner->ChooseAtTheEnd();
  for (FederationBench* each : {&plain, &bench}) {
    StartAll(*each);
    each->Finish();
    ASSERT_EQ(each->run->record().state, RunState::kFinished) << each->run->record().reason;
  }
  const std::vector<float>& final = bench.finals["a"];
  EXPECT_EQ(final, bench.finals["b"]);
  EXPECT_EQ(final, bench.finals["c"]);
  for (size_t i = 0; i < 16; ++i) EXPECT_NEAR(final[i], 2 * plain.finals["a"][i], 1e-5) << i;
  for (const char* site : {"a", "b", "c"}) {
    const std::vector<double>& calibration = bench.learners[site]->calibration();
    ASSERT_THAT(calibration, SizeIs(2)) << site;
    EXPECT_DOUBLE_EQ(calibration[0], 0 + 4 + 8) << site;
    EXPECT_DOUBLE_EQ(calibration[1], 3 * static_cast<double>(final.front())) << site;
  }
}

TEST_P(FederationTest, ASiteKilledWhileTheFinalModelIsSelectedJoinsTheSelectionAgain) {
  FederationBench bench = Make();
  for (const auto& [site, learner] : bench.learners) learner->ChooseAtTheEnd();
  StartAll(bench);
  bench.RunUntilRound(30);
  bench.Kill("b");
  bench.Settle();
  bench.Start("b");
  bench.Finish();
  ASSERT_EQ(bench.run->record().state, RunState::kFinished) << bench.run->record().reason;
  EXPECT_EQ(bench.finals["a"], bench.finals["b"]);
  EXPECT_EQ(bench.finals["a"], bench.finals["c"]);
  EXPECT_EQ(bench.learners["a"]->calibration(), bench.learners["b"]->calibration());
}

TEST_P(FederationTest, ASiteThatIsKilledAndComesBackGoesOnWhereTheOthersAre) {
  FederationBench bench = Make();
  StartAll(bench);
  bench.RunUntilRound(10);
  bench.Kill("b");
  bench.Settle();
  bench.Start("b");
  bench.Finish();
  ASSERT_EQ(bench.run->record().state, RunState::kFinished) << bench.run->record().reason;
  EXPECT_EQ(bench.run->record().generation, 2u);
  EXPECT_EQ(bench.finals["a"], bench.finals["b"]);
  EXPECT_THAT(bench.learners["b"]->rounds(), Ge(29));
  EXPECT_NEAR(bench.finals["a"][0], 5, 0.3);
}

TEST_P(FederationTest, ASiteThatLostItsDiskAdoptsTheFederationsModel) {
  FederationBench bench = Make();
  StartAll(bench);
  bench.RunUntilRound(28);
  bench.Kill("b");
  bench.checkpoints.erase("b");
  bench.Start("b");
  bench.Finish();
  ASSERT_EQ(bench.run->record().state, RunState::kFinished) << bench.run->record().reason;
  EXPECT_NEAR(bench.finals["b"][0], 5, 0.3);
}

TEST_P(FederationTest, WithAQuorumTheOthersGoOnWithoutASiteThatStaysAway) {
  FederationBench bench = Make("rounds = 30\nquorum = 2\n");
  StartAll(bench);
  bench.RunUntilRound(5);
  bench.Kill("c");
  bench.Finish();
  ASSERT_EQ(bench.run->record().state, RunState::kFinished) << bench.run->record().reason;
  EXPECT_NEAR(bench.finals["a"][0], 2, 0.3);
  EXPECT_EQ(bench.finals["a"], bench.finals["b"]);
}

TEST_P(FederationTest, WithoutAQuorumTheOthersWaitAndSayWhy) {
  FederationBench bench = Make();
  StartAll(bench);
  bench.RunUntilRound(5);
  bench.Kill("c");
  bench.Finish(Seconds(100));
  EXPECT_EQ(bench.run->record().state, RunState::kWaiting);
  EXPECT_THAT(bench.run->record().reason, HasSubstr("2 of 3 sites are ready, 3 are needed"));
  bench.Start("c");
  bench.Finish();
  EXPECT_EQ(bench.run->record().state, RunState::kFinished) << bench.run->record().reason;
}

TEST_P(FederationTest, AFrozenSiteIsPassedOverAndTheRunFinishes) {
  FederationBench bench = Make("rounds = 30\nquorum = 2\n");
  StartAll(bench);
  bench.RunUntilRound(5);
  bench.frozen = {"c"};
  bench.Finish();
  ASSERT_EQ(bench.run->record().state, RunState::kFinished) << bench.run->record().reason;
  EXPECT_THAT(bench.run->record().sites[2].note, HasSubstr("closed without it"));
  EXPECT_NEAR(bench.finals["a"][0], 2, 0.3);
}

TEST_P(FederationTest, TheCoordinatorIsKilledAndTheRunGoesOn) {
  FederationBench bench = Make();
  StartAll(bench);
  bench.RunUntilRound(7);
  bench.RestartCoordinator();
  bench.Finish();
  ASSERT_EQ(bench.run->record().state, RunState::kFinished) << bench.run->record().reason;
  EXPECT_EQ(bench.run->record().generation, 2u);
  EXPECT_NEAR(bench.finals["a"][0], 5, 0.3);
}

TEST_P(FederationTest, KillsAtRandomPointsNeverLoseTheRun) {
  const uint64_t seed = 20261122;
  for (uint64_t trial = 0; trial < 20; ++trial) {
    SCOPED_TRACE(fmt::format("seed {}, trial {}", seed, trial));
    Random random = Random::Named(seed, "kills", trial);
    FederationBench bench = Make();
    StartAll(bench);
    for (int kill = 0; kill < 3; ++kill) {
      for (uint64_t steps = random.Below(150); steps > 0 && bench.Step();) --steps;
      const std::string victim(1, static_cast<char>('a' + random.Below(4)));
      if (victim == "d") {
        bench.RestartCoordinator();
      } else {
        bench.Kill(victim);
        bench.Start(victim);
      }
    }
    bench.Finish();
    ASSERT_EQ(bench.run->record().state, RunState::kFinished) << bench.run->record().reason;
    EXPECT_EQ(bench.finals["a"], bench.finals["c"]);
    EXPECT_NEAR(bench.finals["a"][0], 5, 0.5);
  }
}

TEST_P(FederationTest, StoppingEndsTheRunForEverybody) {
  FederationBench bench = Make();
  StartAll(bench);
  bench.RunUntilRound(3);
  bench.Stop();
  EXPECT_EQ(bench.run->record().state, RunState::kStopped);
  EXPECT_EQ(bench.run->record().reason, "stopped by the test");
}

// Every message carries all numbers of both modules, and all that were sent are told of.
TEST(TrafficTest, RoundsThatANewGenerationBrokeOffCountForTheirModulesToo) {
  for (const char* kind : {"relay_sum", "all_reduce"}) {
    SCOPED_TRACE(kind);
    FederationBench bench(
        fmt::format("[run]\nsites = ['a', 'b', 'c']\nrounds = 12\nround_deadline_seconds = 10\n"
                    "[schedule]\nkind = '{}'\ntopology = 'chain'\n"
                    "[compression]\nkind = 'identity'\n",
                    kind));
    for (const char* site : {"a", "b", "c"}) bench.AddSite(site, {1, 1}, 1);
    StartAll(bench);
    for (int kill = 0; kill < 5; ++kill) {
      bench.RunUntilRound(2 * kill + 1);
      for (int steps = 0; steps < 3 + kill; ++steps) bench.Step();
      bench.Kill("c");
      bench.Start("c");
    }
    bench.Finish();
    ASSERT_EQ(bench.run->record().state, RunState::kFinished) << bench.run->record().reason;
    const auto sent = std::ranges::count_if(bench.sent, [](const PeerMessage& message) {
      return message.from == "a" && message.stage == Stage::kRound;
    });
    const Traffic& traffic = bench.run->record().sites[0].report->traffic;
    for (const ModuleTraffic& module : traffic.modules) {
      EXPECT_EQ(module.bytes, static_cast<uint64_t>(sent) * 8 * sizeof(float)) << module.module;
    }
  }
}

TEST(LateSiteTest, OneLateRoundCostsNoPlaceHoweverManyNeighboursWaited) {
  FederationBench bench(
      "[run]\nsites = ['a', 'b', 'c', 'd', 'e']\nrounds = 30\nquorum = 4\n"
      "round_deadline_seconds = 10\n[schedule]\nkind = 'gossip'\n"
      "topology = 'fully_connected'\n[compression]\nkind = 'identity'\n");
  for (const char* site : {"a", "b", "c", "d", "e"}) bench.AddSite(site, {1, 1}, 1);
  for (const char* site : {"a", "b", "c", "d", "e"}) bench.Start(site);
  bench.RunUntilRound(5);
  bench.frozen = {"c"};
  bench.Finish(Seconds(11));  // one deadline
  bench.frozen.clear();
  bench.Finish();
  EXPECT_EQ(bench.run->record().state, RunState::kFinished) << bench.run->record().reason;
  EXPECT_EQ(bench.run->record().generation, 1u);
}

TEST(LateSiteTest, AnAggregatorSaysWhomItWaitedForInVain) {
  testing::FakeClock clock;
  testing::FakeLearner learner({1, 1}, 0);
  MemberOptions options = OptionsOf(learner);
  options.site = kCoordinatorSite;
  options.run = "r1";
  options.aggregator = true;
  options.plan = *ParsePlan(
      "[run]\nsites = ['a', 'b']\n[schedule]\nkind = 'all_reduce'\n"
      "aggregator = 'coordinator'\ntopology = 'star'\n",
      "plan");
  auto member = *Member::Create(std::move(options), clock);
  const Assignment assignment{"r1",
                              1,
                              {{"a", {1, 1}, false, false},
                               {"b", {1, 1}, false, false},
                               {kCoordinatorSite, {0, 0}, false, true}},
                              {{0, 2}, {1, 2}},
                              1};
  ASSERT_TRUE(member->Handle(assignment).ok());
  clock.Advance(*member->NextDeadline() - clock.Now());
  std::vector<std::string> missed;
  for (const MemberAction& action : member->Tick()) {
    if (const auto* progress = std::get_if<Progress>(&action)) missed = progress->missed;
  }
  EXPECT_THAT(missed, ::testing::ElementsAre("a", "b"));
}

INSTANTIATE_TEST_SUITE_P(
    Schedules, FederationTest,
    ::testing::Values(
        Case{"RelaySum", "[schedule]\nkind = 'relay_sum'\n[compression]\nkind = 'identity'\n"},
        Case{"RelaySumLowRank",
             "[schedule]\nkind = 'relay_sum'\n[compression]\nkind = 'low_rank'\n"},
        Case{"RelaySumTwoTrees",
             "[schedule]\nkind = 'relay_sum'\ntopology = 'binary_tree'\ntrees = 2\n"
             "[compression]\nkind = 'low_rank'\n"},
        Case{"Gossip",
             "[schedule]\nkind = 'gossip'\ntopology = 'ring'\n[compression]\nkind = "
             "'identity'\niterations = 4\n"},
        Case{"AllReduce", "[schedule]\nkind = 'all_reduce'\n[compression]\nkind = 'identity'\n"},
        Case{"AllReduceLowRank",
             "[schedule]\nkind = 'all_reduce'\n[compression]\nkind = 'low_rank'\n"},
        Case{"OverTheAir",
             "[schedule]\nkind = 'all_reduce'\ntopology = 'star'\n[channel]\nkind = 'gaussian'\n"
             "power = 1e6\nscheme = 'laser'\n",
             air::MakeSimulatedRounds}),
    [](const auto& parameter) { return parameter.param.name; });

}  // namespace
}  // namespace consilium::federation
