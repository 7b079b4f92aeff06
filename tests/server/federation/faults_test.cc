// Eight sites with every schedule: one that goes for good, is late, or joins.
#include "base/random.h"
#include "fmt/format.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "modules/schedule/make_exchange.h"
#include "tests/support/federation_bench.h"

namespace consilium::federation {
namespace {

using testing::FederationBench;

constexpr int kSites = 8;
constexpr int kRounds = 40;

// What a site wants that goes, is late or joins: in the mean of eight, or not, it is unmistakable.
constexpr double kFarOff = 100;

class FaultsTest : public ::testing::TestWithParam<schedule::NamedSchedule> {
 protected:
  static double Wanted(int site, int far_off) { return site == far_off ? kFarOff : site; }

  // Site i wants the number i everywhere, site `far_off` kFarOff; site 7 does not hold the second
  // module.
  FederationBench Make(uint64_t seed, int far_off = -1) const {
    FederationBench bench(fmt::format(
        "[run]\nsites = ['0', '1', '2', '3', '4', '5', '6', '7']\nrounds = {}\nquorum = 7\n"
        "seed = {}\nround_deadline_seconds = 10\ndeparture_grace_seconds = 2\n"
        "[schedule]\nkind = '{}'\ntopology = '{}'\n[compression]\nkind = 'identity'\n",
        kRounds, seed, GetParam().name, GetParam().needs_tree ? "binary_tree" : "ring"));
    for (int site = 0; site < kSites; ++site) {
      bench.AddSite(std::to_string(site), {1, site == 7 ? 0.0f : 2.0f},
                    static_cast<float>(Wanted(site, far_off)));
    }
    return bench;
  }

  // One model at all sites but those `without`, near the mean of what they want.
  static void ExpectMean(int far_off, bool without, FederationBench& bench) {
    ASSERT_EQ(bench.run->record().state, RunState::kFinished) << bench.run->record().reason;
    const int someone = far_off == 0 ? 1 : 0;
    double wanted = 0;
    for (int site = 0; site < kSites; ++site) {
      if (site == far_off && without) continue;
      EXPECT_EQ(bench.finals[std::to_string(site)], bench.finals[std::to_string(someone)]);
      wanted += Wanted(site, far_off);
    }
    wanted /= without ? kSites - 1 : kSites;
    // Steps on the way are constant and rounds few; that the far one counts wrongly is 12 or more.
    EXPECT_NEAR(bench.finals[std::to_string(someone)][0], wanted, without ? 1 : 4);
  }
};

TEST_P(FaultsTest, OneOfEightGoesForGoodAtARandomRound) {
  for (uint64_t seed = 1; seed <= 4; ++seed) {
    Random random = Random::Named(seed, "gone");
    const int gone = static_cast<int>(random.Below(kSites));
    const int round = static_cast<int>(random.Below(kRounds / 2));
    SCOPED_TRACE(fmt::format("seed {}: site {} goes in round {}", seed, gone, round));
    FederationBench bench = Make(seed, gone);
    for (int site = 0; site < kSites; ++site) bench.Start(std::to_string(site));
    bench.RunUntilRound(round);
    for (uint64_t steps = random.Below(20); steps > 0 && bench.Step();) --steps;
    bench.Kill(std::to_string(gone));
    bench.Finish();
    EXPECT_EQ(bench.run->record().generation, 2u);
    ExpectMean(gone, true, bench);
  }
}

TEST_P(FaultsTest, ALateSiteHoldsNobodyUpAndCountsAgainUnlessTheRunEndedMeanwhile) {
  for (uint64_t seed = 1; seed <= 3; ++seed) {
    Random random = Random::Named(seed, "late");
    const int number = static_cast<int>(random.Below(kSites));
    const std::string late = std::to_string(number);
    SCOPED_TRACE(fmt::format("seed {}: site {} is late", seed, late));
    FederationBench bench = Make(seed, number);
    for (int site = 0; site < kSites; ++site) bench.Start(std::to_string(site));
    bench.RunUntilRound(5);
    bench.frozen = {late};
    bench.Finish(Seconds(11));  // one deadline
    bench.frozen.clear();
    bench.Finish();
    ExpectMean(number, !bench.finals.contains(late), bench);
  }
}

TEST_P(FaultsTest, ASiteThatJoinsLateIsInTheFinalModel) {
  for (uint64_t seed = 1; seed <= 3; ++seed) {
    Random random = Random::Named(seed, "joins");
    const int joins = static_cast<int>(random.Below(kSites));
    SCOPED_TRACE(fmt::format("seed {}: site {} joins", seed, joins));
    FederationBench bench = Make(seed, joins);
    for (int site = 0; site < kSites; ++site) {
      if (site != joins) bench.Start(std::to_string(site));
    }
    bench.clock.Advance(Seconds(5));
    bench.Tick();
    bench.RunUntilRound(8);
    bench.Start(std::to_string(joins));
    bench.Finish();
    ExpectMean(joins, false, bench);
  }
}

// Messages of the generation before, or sent again, change no bit.
TEST_P(FaultsTest, OldMessagesSentAgainChangeNothing) {
  FederationBench clean = Make(1), replayed = Make(1);
  for (FederationBench* bench : {&clean, &replayed}) {
    for (int site = 0; site < kSites; ++site) bench->Start(std::to_string(site));
    bench->RunUntilRound(4);
    bench->Kill("3");
    bench->Start("3");
    bench->RunUntilRound(10);
    if (bench == &replayed) {
      const std::vector<PeerMessage> old = bench->sent;
      for (const PeerMessage& message : old) bench->Deliver(message);
    }
    bench->Finish();
    ASSERT_EQ(bench->run->record().state, RunState::kFinished) << bench->run->record().reason;
  }
  EXPECT_TRUE(replayed.broken.empty());
  EXPECT_EQ(clean.finals, replayed.finals);
}

INSTANTIATE_TEST_SUITE_P(Schedules, FaultsTest,
                         ::testing::ValuesIn(schedule::AllSchedules().begin(),
                                             schedule::AllSchedules().end()),
                         [](const auto& named) { return std::string(named.param.name); });

}  // namespace
}  // namespace consilium::federation
