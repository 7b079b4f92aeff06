// A site whose training, or whose stored state, has left the numbers that a model may have.
#include <limits>

#include "gmock/gmock.h"
#include "tests/support/federation_bench.h"

namespace consilium::federation {
namespace {

using ::testing::Each;
using testing::FederationBench;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class DivergenceTest : public ::testing::TestWithParam<const char*> {
 protected:
  static FederationBench Make(const std::string& compressor, float target_of_c) {
    FederationBench bench(
        "[run]\nsites = ['a', 'b', 'c']\nround_deadline_seconds = 10\nrounds = 30\nquorum = 2\n"
        "[schedule]\nkind = '" +
        std::string(GetParam()) + "'\n[compression]\nkind = '" + compressor + "'\n");
    bench.AddSite("a", {1, 1}, 0);
    bench.AddSite("b", {1, 3}, 4);
    bench.AddSite("c", {2, 1}, target_of_c);
    return bench;
  }
};

TEST_P(DivergenceTest, ADivergedSiteSaysSoAndSendsNothingAndTheOthersFinish) {
  FederationBench bench = Make("identity", 1e20f);
  for (const char* site : {"a", "b", "c"}) bench.Start(site);
  bench.Finish();
  ASSERT_EQ(bench.run->record().state, RunState::kFinished) << bench.run->record().reason;
  EXPECT_THAT(bench.declined, SizeIs(1));
  EXPECT_THAT(bench.declined, Each(HasSubstr("diverged: at c in round 1 the loss is 1 and the "
                                             "largest parameter 5e+19, expected at most 1e+06")));
  EXPECT_THAT(bench.broken, IsEmpty());
  EXPECT_EQ(bench.checkpoints.count("c"), 0u);
  EXPECT_LT(bench.finals.at("a")[0], 4.5f);
}

TEST_P(DivergenceTest, WhatACheckpointShouldNotHoldIsNotRestored) {
  for (const bool owed_only : {true, false}) {
    SCOPED_TRACE(owed_only);
    FederationBench bench = Make("low_rank", 8);
    for (const char* site : {"a", "b", "c"}) bench.Start(site);
    bench.RunUntilRound(5);
    for (const char* site : {"a", "b", "c"}) bench.Kill(site);
    for (auto& [site, checkpoint] : bench.checkpoints) {
      std::vector<float>& numbers = owed_only ? checkpoint.owed : checkpoint.parameters;
      numbers.assign(checkpoint.parameters.size(), std::numeric_limits<float>::infinity());
    }
    for (const char* site : {"a", "b", "c"}) bench.Start(site);
    bench.Finish();
    ASSERT_EQ(bench.run->record().state, RunState::kFinished) << bench.run->record().reason;
    EXPECT_THAT(bench.declined, IsEmpty());
    EXPECT_THAT(bench.broken, IsEmpty());
  }
}

INSTANTIATE_TEST_SUITE_P(Schedules, DivergenceTest,
                         ::testing::Values("all_reduce", "gossip", "relay_sum"),
                         [](const auto& schedule) { return std::string(schedule.param); });

}  // namespace
}  // namespace consilium::federation
