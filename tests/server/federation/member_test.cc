#include "server/federation/member.h"

#include <algorithm>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/federation_bench.h"
#include "tests/support/matchers.h"

namespace consilium::federation {
namespace {

using testing::FederationBench;
using ::testing::HasSubstr;
using testing::StatusIs;

constexpr char kPlan[] =
    "[run]\nsites = ['a', 'b', 'c']\nrounds = 40\nround_deadline_seconds = 10\n"
    "[compression]\nkind = 'identity'\n";

FederationBench MakeBench(const std::string& plan = kPlan) {
  FederationBench bench(plan);
  for (const char* site : {"a", "b", "c"}) bench.AddSite(site, {1, 1}, 1);
  for (const char* site : {"a", "b", "c"}) bench.Start(site);
  return bench;
}

TEST(MemberTest, WhoHasWaitedAWhileTellsOfTheRoundsItHasCompleted) {
  FederationBench bench = MakeBench();
  bench.RunUntilRound(7);  // in no time, so that nobody tells of any
  bench.frozen = {"c"};
  bench.Settle();
  Member& member = *bench.members["a"];
  const auto told = [&] { return bench.run->record().sites[0].progress->rounds_completed; };
  EXPECT_LT(told(), member.rounds_completed());
  ASSERT_TRUE(member.NextDeadline().has_value());
  EXPECT_LE(*member.NextDeadline() - bench.clock.Now(), Seconds(0.2));
  bench.Finish(Seconds(1));
  EXPECT_EQ(told(), member.rounds_completed());
  EXPECT_GT(*member.NextDeadline() - bench.clock.Now(), Seconds(5));
}

TEST(MemberTest, RefusesAGenerationThatBeginsAfterTheLastRound) {
  FederationBench bench = MakeBench();
  Assignment assignment;
  assignment.run = "test";
  assignment.generation = 2;
  assignment.first_round = 1'000'000'000;
  EXPECT_THAT(bench.members["a"]->Handle(assignment),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("expected 1 to 41")));
}

TEST(MemberTest, DoesNotOfferRoundsWhoseModelItHasNotYet) {
  FederationBench bench(std::string(kPlan) + "[schedule]\nkind = 'all_reduce'\n");
  for (const char* site : {"a", "b", "c"}) bench.AddSite(site, {1, 1}, 1);
  for (const char* site : {"a", "b", "c"}) bench.Start(site);
  bench.RunUntilRound(5);
  Progress progress;
  progress.generation = 1;
  progress.rounds_completed = 5;
  for (const char* site : {"a", "b", "c"}) bench.run->Handle(site, progress);
  bench.Kill("c");
  bench.checkpoints.erase("c");
  bench.Start("c");
  EXPECT_GE(bench.run->record().generation, 2u);
  EXPECT_GE(bench.members["c"]->rounds_completed(), 5);
  EXPECT_EQ(bench.members["c"]->MakeOffer().rounds_completed, 0);  // nothing was delivered yet
  bench.Finish();
  EXPECT_EQ(bench.run->record().state, RunState::kFinished) << bench.run->record().reason;
}

TEST(MemberTest, AStrangersMessagesChangeAndBreakNothing) {
  FederationBench bench = MakeBench();
  bench.RunUntilRound(3);
  PeerMessage message = bench.sent.back();
  message.from = "mallory";
  for (uint64_t generation : {1, 2, 3}) {
    message.generation = generation;
    for (int i = 0; i < 30; ++i) bench.Deliver(message);
  }
  bench.Finish();
  EXPECT_TRUE(bench.broken.empty());
  EXPECT_EQ(bench.run->record().generation, 1u);
  EXPECT_EQ(bench.run->record().state, RunState::kFinished) << bench.run->record().reason;
}

TEST(MemberTest, BeginsAnewWhereTheCheckpointIsOfAnotherPlanOrLayout) {
  FederationBench bench = MakeBench();
  bench.RunUntilRound(3);
  testing::FakeLearner& learner = *bench.learners["a"];
  MemberOptions options = OptionsOf(learner);
  options.site = "a";
  options.run = "test";
  options.plan = bench.run->plan();
  options.plan_digest = "this";
  const auto rounds_with = [&](const std::string& plan, const std::string& layout) {
    options.checkpoint = bench.checkpoints["a"];
    options.checkpoint->plan_digest = plan;
    options.checkpoint->layout_digest = layout;
    return (*Member::Create(options, bench.clock))->MakeOffer().rounds_completed;
  };
  EXPECT_EQ(rounds_with("this", options.layout_digest), 3);
  EXPECT_EQ(rounds_with("", ""), 3);  // from before they were told
  EXPECT_EQ(rounds_with("another", options.layout_digest), 0);
  EXPECT_EQ(rounds_with("this", "another"), 0);
}

constexpr char kAllReduce[] =
    "[run]\nsites = ['a', 'b', 'c']\nrounds = 3\nround_deadline_seconds = 10\n"
    "[schedule]\nkind = 'all_reduce'\ntopology = 'star'\n[compression]\nkind = 'identity'\n";

bool Sent(const FederationBench& bench, Stage stage) {
  return std::ranges::count(bench.sent, stage, &PeerMessage::stage) > 0;
}

TEST(MemberTest, WhereALateSiteWasNotHeardTheOthersDoNotTakeItToAgree) {
  for (const bool late : {false, true}) {
    FederationBench bench = MakeBench(kAllReduce);
    while (!Sent(bench, Stage::kAgreement)) ASSERT_TRUE(bench.Step());
    if (late) bench.frozen = {"c"};
    bench.Finish(Seconds(11));
    bench.frozen.clear();
    bench.Finish();
    EXPECT_EQ(Sent(bench, Stage::kConsensus), late);
    ASSERT_EQ(bench.run->record().state, RunState::kFinished) << bench.run->record().reason;
    EXPECT_EQ(bench.finals["a"], bench.finals["c"]);
  }
}

TEST(MemberTest, AllSitesAreInWhatTheyNormaliseBy) {
  FederationBench bench(kAllReduce);
  for (const char* site : {"a", "b", "c"}) bench.AddSite(site, {1, 1}, site[0] == 'c' ? 4 : 1);
  bench.frozen = {"c"};
  for (const char* site : {"a", "b", "c"}) bench.Start(site);
  bench.Finish(Seconds(11));
  bench.frozen.clear();
  bench.Finish();
  ASSERT_EQ(bench.run->record().state, RunState::kFinished) << bench.run->record().reason;
  for (const char* site : {"a", "b", "c"}) {
    EXPECT_THAT(bench.learners[site]->statistics(), ::testing::ElementsAre(10, 20)) << site;
  }
}

// All steps of a round whose deadline passed come at once.
TEST(MemberTest, GossipOfManyStepsWaitsForALateSite) {
  FederationBench bench = MakeBench(
      "[run]\nsites = ['a', 'b', 'c']\nrounds = 3\nround_deadline_seconds = 10\n"
      "[schedule]\nkind = 'gossip'\ntopology = 'ring'\n"
      "[compression]\nkind = 'identity'\niterations = 100\n");
  bench.RunUntilRound(1);
  bench.frozen = {"c"};
  bench.Finish(Seconds(11));
  bench.frozen.clear();
  bench.Finish();
  EXPECT_TRUE(bench.broken.empty()) << bench.broken.front().reason;
  EXPECT_EQ(bench.run->record().state, RunState::kFinished) << bench.run->record().reason;
}

}  // namespace
}  // namespace consilium::federation
