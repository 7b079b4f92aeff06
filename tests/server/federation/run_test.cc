#include "server/federation/run.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/federation/awaited.h"
#include "tests/server/federation/one_run.h"
#include "tests/support/matchers.h"

namespace consilium::federation {
namespace {

using namespace testing;  // what a run's sites say
using ::testing::HasSubstr;

TEST(RunTest, AssignsOnceEverybodyHasOffered) {
  FakeClock clock;
  auto run = MakeRun(clock);
  EXPECT_TRUE(Assignments(AttachAndOffer(*run, "a", OfferOf())).empty());
  const auto assignments = Assignments(AttachAndOffer(*run, "b", OfferOf()));
  ASSERT_EQ(assignments.size(), 2u);
  EXPECT_EQ(assignments[0].generation, 1u);
  EXPECT_EQ(assignments[0].first_round, 1);
  EXPECT_FALSE(assignments[0].participants[0].current);
  EXPECT_EQ(run->record().state, RunState::kRunning);
}

TEST(RunTest, SitesThatHaveNoModuleInCommonAreRefused) {
  FakeClock clock;
  auto run = MakeRun(clock);
  Offer a = OfferOf(), b = OfferOf();
  a.weights.assign(a.weights.size() + 1, 0);
  b.weights = a.weights;
  a.weights.front() = b.weights.back() = 10;
  AttachAndOffer(*run, "a", a);
  EXPECT_TRUE(Assignments(AttachAndOffer(*run, "b", b)).empty());
  EXPECT_EQ(run->record().state, RunState::kFailed);
  EXPECT_THAT(run->record().reason, HasSubstr("no two of a, b hold a module in common"));
}

TEST(RunTest, IsStoredBeforeAnAssignmentIsSent) {
  FakeClock clock;
  auto run = MakeRun(clock);
  AttachAndOffer(*run, "a", OfferOf());
  bool saved = false;
  for (const RunAction& action : AttachAndOffer(*run, "b", OfferOf())) {
    saved |= std::holds_alternative<SaveRun>(action);
    if (std::holds_alternative<ToSite>(action) &&
        std::holds_alternative<Shared<Assignment>>(std::get<ToSite>(action).message)) {
      EXPECT_TRUE(saved);
    }
  }
}

TEST(RunTest, ASiteThatIsNotInThePlanIsNotInvited) {
  FakeClock clock;
  auto run = MakeRun(clock);
  EXPECT_TRUE(run->Attached("stranger").empty());
}

TEST(RunTest, ASiteWithAnotherLayoutIsLeftOutAndToldWhy) {
  FakeClock clock;
  auto run = MakeRun(clock);
  AttachAndOffer(*run, "a", OfferOf());
  AttachAndOffer(*run, "b", OfferOf(0, false, "another"));
  EXPECT_EQ(run->record().state, RunState::kWaiting);
  EXPECT_THAT(run->record().sites[1].note, HasSubstr("laid out otherwise"));
}

TEST(RunTest, AShortLossOfTheLinkLeadsToOneNewGeneration) {
  FakeClock clock;
  auto run = MakeRun(clock);
  AttachAndOffer(*run, "a", OfferOf());
  AttachAndOffer(*run, "b", OfferOf());
  Progress progress;
  progress.generation = 1;
  progress.rounds_completed = 2;
  run->Handle("a", progress);
  run->Detached("b", clock.Now());
  clock.Advance(Seconds(1));
  const auto assignments = Assignments(AttachAndOffer(*run, "b", OfferOf(2, true)));
  ASSERT_EQ(assignments.size(), 2u);
  EXPECT_EQ(assignments[0].generation, 2u);
  EXPECT_EQ(assignments[0].first_round, 3);
  EXPECT_FALSE(run->NextDeadline().has_value());
}

TEST(RunTest, ASiteThatStallsLosesItsPlaceAtOnceAndOneThatIsMissedAtTheThirdTime) {
  FakeClock clock;
  auto run = MakeRun(clock);
  AttachAndOffer(*run, "a", OfferOf());
  AttachAndOffer(*run, "b", OfferOf());
  for (int deadline = 0; deadline < 2; ++deadline) {
    EXPECT_TRUE(run->Missed(1, "b").empty());
    EXPECT_TRUE(run->Missed(1, "b").empty());  // too soon to be another
    clock.Advance(Seconds(60));
  }
  EXPECT_FALSE(run->Missed(1, "b").empty());
  EXPECT_EQ(run->record().state, RunState::kWaiting);  // two are its quorum
  EXPECT_THAT(run->record().sites[1].note, HasSubstr("3 rounds"));
  EXPECT_TRUE(run->Handle("b", OfferOf()).empty());  // nobody asked it
  clock.Advance(Seconds(60));
  run->Tick();
  ASSERT_EQ(Assignments(run->Handle("b", OfferOf())).size(), 2u);
  EXPECT_TRUE(run->Stalled(1, "a", "at byte 7").empty());  // of an older generation
  EXPECT_FALSE(run->Stalled(2, "a", "at byte 7").empty());
  EXPECT_EQ(run->record().state, RunState::kWaiting);
  EXPECT_THAT(run->record().sites[0].note, HasSubstr("at byte 7"));
  EXPECT_TRUE(run->NextDeadline().has_value());  // it is invited again
}

TEST(RunTest, WithoutItsQuorumTheRunHoldsAfterTheGrace) {
  FakeClock clock;
  auto run = MakeRun(clock);
  AttachAndOffer(*run, "a", OfferOf());
  AttachAndOffer(*run, "b", OfferOf());
  run->Detached("b", clock.Now());
  clock.Advance(Seconds(2));
  run->Tick();
  EXPECT_EQ(run->record().state, RunState::kWaiting);
}

TEST(RunTest, ASiteThatLetRoundsPassIsInvitedAgainAndComesBackWhenItAnswers) {
  FakeClock clock;
  auto run = MakeRun(clock,
                     "[run]\nsites = ['a', 'b', 'c']\nrounds = 30\nquorum = 2\n"
                     "round_deadline_seconds = 5\n");
  for (const char* site : {"a", "b", "c"}) AttachAndOffer(*run, site, OfferOf());
  const auto miss = [&](uint64_t generation) {
    for (int round = 0; round < 3; ++round) {
      clock.Advance(Seconds(5));
      run->Handle("a", Missing("c", generation));
    }
  };
  miss(1);
  EXPECT_EQ(run->record().generation, 2u);
  EXPECT_FALSE(run->record().sites[2].participating);
  clock.Advance(Seconds(4));
  EXPECT_FALSE(Invites(run->Tick(), "c"));
  clock.Advance(Seconds(1));
  EXPECT_TRUE(Invites(run->Tick(), "c"));
  EXPECT_FALSE(run->NextDeadline().has_value());
  EXPECT_EQ(run->record().generation, 2u);
  EXPECT_EQ(Assignments(run->Handle("c", OfferOf())).size(), 3u);

  miss(3);
  clock.Advance(Seconds(9));  // twice as long now
  EXPECT_FALSE(Invites(run->Tick(), "c"));
  clock.Advance(Seconds(1));
  EXPECT_TRUE(Invites(run->Tick(), "c"));
}

TEST(RunTest, ARoundThatASiteLetPassCountsOnceHoweverManyWaitedForIt) {
  FakeClock clock;
  auto run = MakeRun(clock, "[run]\nsites = ['a', 'b', 'c', 'd', 'e']\nrounds = 30\nquorum = 2\n");
  for (const char* site : {"a", "b", "c", "d", "e"}) AttachAndOffer(*run, site, OfferOf());
  const auto pass_a_round = [&](int completed) {
    clock.Advance(Seconds(60));
    for (const char* neighbour : {"b", "c", "d", "e"}) {
      Progress progress = Missing("a", 1);
      progress.rounds_completed = completed;
      run->Handle(neighbour, progress);
    }
  };
  pass_a_round(0);
  pass_a_round(1);
  EXPECT_TRUE(run->record().sites[0].participating);
  Progress alive = Missing("nobody", 1);
  run->Handle("a", alive);
  pass_a_round(2);
  pass_a_round(3);
  EXPECT_TRUE(run->record().sites[0].participating);
  pass_a_round(4);
  EXPECT_FALSE(run->record().sites[0].participating);
  EXPECT_THAT(run->record().sites[0].note, HasSubstr("3 rounds"));
}

TEST(RunTest, WhatItSaysOfSitesStaysShortAndWholeCharacters) {
  std::vector<RunSite> sites(5);
  for (RunSite& site : sites) site.note = std::string(299, 'x') + std::string(3000, '\xc3');
  sites[0].note = std::string(299, 'x') + "é and more";
  sites[1].note = "first line\nsecond line";
  const std::string text = Awaited(sites);
  EXPECT_LT(text.size(), 1000u);
  EXPECT_THAT(text, HasSubstr("x, : first line, "));
  EXPECT_THAT(text, HasSubstr(", and 2 more"));
}

TEST(RunTest, SaysWhichSitesItWaitsForAndWhy) {
  FakeClock clock;
  auto run = MakeRun(clock);
  run->Attached("a");
  run->Handle("a", Decline{"r1", "its disk is full"});
  clock.Advance(Seconds(5));
  run->Tick();
  EXPECT_EQ(run->record().reason,
            "0 of 2 sites are ready, 2 are needed; a: declined: its disk is full, b: not attached");
}

TEST(RunTest, WhoTookPartAndAttachesAfterTheEndIsToldOnceMore) {
  FakeClock clock;
  auto run = MakeRun(clock, "[run]\nsites = ['a', 'b', 'c']\nrounds = 3\nquorum = 2\n");
  for (const char* site : {"a", "b"}) AttachAndOffer(*run, site, OfferOf());
  clock.Advance(Seconds(6));
  run->Tick();
  run->Stop("the test");
  const RunActions told = run->Attached("a");
  ASSERT_EQ(told.size(), 1u);
  EXPECT_TRUE(std::holds_alternative<Ended>(std::get<ToSite>(told[0]).message));
  EXPECT_TRUE(run->Attached("a").empty());
  EXPECT_TRUE(run->Attached("c").empty());
  EXPECT_EQ(run->Handle("c", OfferOf()).size(), 1u);  // it asks
}

TEST(RunTest, FailsIfTheSitesReportDifferentModels) {
  FakeClock clock;
  auto run = MakeRun(clock);
  AttachAndOffer(*run, "a", OfferOf());
  AttachAndOffer(*run, "b", OfferOf());
  run->Handle("a", SiteReport{"r1", 1, 3, {}, "one", 0, 0});
  run->Handle("b", SiteReport{"r1", 1, 3, {}, "other", 0, 0});
  EXPECT_EQ(run->record().state, RunState::kFailed);
  EXPECT_THAT(run->record().reason, HasSubstr("do not hold the same final model"));
}

TEST(RunTest, AReportOfAnOldGenerationCountsForNothing) {
  FakeClock clock;
  auto run = MakeRun(clock);
  AttachAndOffer(*run, "a", OfferOf());
  AttachAndOffer(*run, "b", OfferOf());
  AttachAndOffer(*run, "b", OfferOf());
  EXPECT_TRUE(run->Handle("a", SiteReport{"r1", 1, 3, {}, "one", 0, 0}).empty());
}

TEST(RunTest, TellsItsTroubleUntilItIsOver) {
  FakeClock clock;
  auto run = MakeRun(clock);
  const std::string before = run->record().reason;
  run->Trouble("the disk is full");
  run->Trouble("the disk is still full");
  EXPECT_EQ(run->record().reason, "the disk is still full");
  run->Trouble("");
  EXPECT_EQ(run->record().reason, before);
  run->Trouble("the disk is full");
  run->Stop("the test");
  run->Trouble("");
  EXPECT_EQ(run->record().reason, "stopped by the test");
}

TEST(RunTest, RestoredItGoesOnInAHigherGeneration) {
  FakeClock clock;
  auto run = MakeRun(clock);
  AttachAndOffer(*run, "a", OfferOf());
  AttachAndOffer(*run, "b", OfferOf());
  auto restored = Run::Restore(run->record(), clock);
  ASSERT_TRUE(restored.ok()) << restored.status();
  AttachAndOffer(**restored, "a", OfferOf(1, true));
  const auto assignments = Assignments(AttachAndOffer(**restored, "b", OfferOf(1, true)));
  ASSERT_EQ(assignments.size(), 2u);
  EXPECT_EQ(assignments[0].generation, 2u);
  EXPECT_EQ(assignments[0].first_round, 2);
}

}  // namespace
}  // namespace consilium::federation
