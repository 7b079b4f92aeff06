#include "server/federation/run.h"

#include <algorithm>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/federation/awaited.h"
#include "tests/support/fake_clock.h"
#include "tests/support/matchers.h"

namespace consilium {
namespace {

using testing::FakeClock;
using ::testing::HasSubstr;

constexpr char kPlan[] = "[run]\nsites = ['a', 'b']\nrounds = 3\ndeparture_grace_seconds = 2\n";

std::unique_ptr<Run> MakeRun(const FakeClock& clock, const std::string& plan = kPlan) {
  auto run = Run::Create("r1", plan, clock);
  EXPECT_TRUE(run.ok()) << run.status();
  return *std::move(run);
}

Offer OfferOf(int rounds = 0, bool knows = false, const std::string& layout = "l") {
  return {"r1", {10, 5}, rounds, knows, 10, layout};
}

std::vector<Assignment> Assignments(const RunActions& actions) {
  std::vector<Assignment> assignments;
  for (const RunAction& action : actions) {
    const ToSite* order = std::get_if<ToSite>(&action);
    if (order == nullptr) continue;
    if (const auto* assignment = std::get_if<Assignment>(&order->message)) {
      assignments.push_back(*assignment);
    }
  }
  return assignments;
}

RunActions AttachAndOffer(Run& run, const std::string& site, const Offer& offer) {
  run.Attached(site);
  return run.Handle(site, offer);
}

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

TEST(RunTest, IsStoredBeforeAnAssignmentIsSent) {
  FakeClock clock;
  auto run = MakeRun(clock);
  AttachAndOffer(*run, "a", OfferOf());
  bool saved = false;
  for (const RunAction& action : AttachAndOffer(*run, "b", OfferOf())) {
    saved |= std::holds_alternative<SaveRun>(action);
    if (std::holds_alternative<ToSite>(action) &&
        std::holds_alternative<Assignment>(std::get<ToSite>(action).message)) {
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
  run->Detached("b");
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
  EXPECT_TRUE(run->Missed(1, "b").empty());
  EXPECT_TRUE(run->Missed(1, "b").empty());
  EXPECT_FALSE(run->Missed(1, "b").empty());
  EXPECT_EQ(run->record().state, RunState::kWaiting);  // two are its quorum
  EXPECT_THAT(run->record().sites[1].note, HasSubstr("3 rounds"));
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
  run->Detached("b");
  clock.Advance(Seconds(2));
  run->Tick();
  EXPECT_EQ(run->record().state, RunState::kWaiting);
}

Progress Missing(const std::string& site, uint64_t generation) {
  Progress progress;
  progress.run = "r1";
  progress.generation = generation;
  progress.stage = Stage::kRound;
  progress.missed = {site};
  return progress;
}

bool Invites(const RunActions& actions, const std::string& site) {
  return std::ranges::any_of(actions, [&](const RunAction& action) {
    const ToSite* order = std::get_if<ToSite>(&action);
    return order != nullptr && order->site == site &&
           std::holds_alternative<Invitation>(order->message);
  });
}

TEST(RunTest, ASiteThatLetRoundsPassIsInvitedAgainAndComesBackWhenItAnswers) {
  FakeClock clock;
  auto run = MakeRun(clock,
                     "[run]\nsites = ['a', 'b', 'c']\nrounds = 30\nquorum = 2\n"
                     "round_deadline_seconds = 5\n");
  for (const char* site : {"a", "b", "c"}) AttachAndOffer(*run, site, OfferOf());
  for (int round = 0; round < 3; ++round) run->Handle("a", Missing("c", 1));
  EXPECT_EQ(run->record().generation, 2u);
  EXPECT_FALSE(run->record().sites[2].participating);
  clock.Advance(Seconds(4));
  EXPECT_FALSE(Invites(run->Tick(), "c"));
  clock.Advance(Seconds(1));
  EXPECT_TRUE(Invites(run->Tick(), "c"));
  EXPECT_FALSE(run->NextDeadline().has_value());
  EXPECT_EQ(run->record().generation, 2u);
  EXPECT_EQ(Assignments(run->Handle("c", OfferOf())).size(), 3u);

  for (int round = 0; round < 3; ++round) run->Handle("a", Missing("c", 3));
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

TEST(RunTest, ALinkThatBreaksWithoutEndFailsTheRunWithItsReason) {
  FakeClock clock;
  auto run = MakeRun(clock);
  AttachAndOffer(*run, "a", OfferOf());
  AttachAndOffer(*run, "b", OfferOf());
  for (uint64_t i = 0; i < 100 && run->record().state == RunState::kRunning; ++i) {
    run->Handle("a", LinkBroken{"r1", run->record().generation, "b", "wrong length"});
  }
  EXPECT_EQ(run->record().state, RunState::kFailed);
  EXPECT_THAT(run->record().reason, HasSubstr("from b to a: wrong length"));
}

TEST(RunTest, ABrokenLinkNowAndThenLeadsToANewGenerationOnly) {
  FakeClock clock;
  auto run = MakeRun(clock, "[run]\nsites = ['a', 'b']\nrounds = 100\n");
  AttachAndOffer(*run, "a", OfferOf());
  AttachAndOffer(*run, "b", OfferOf());
  for (int round = 1; round < 90; ++round) {
    run->Handle("a", LinkBroken{"r1", run->record().generation, "b", "lost"});
    for (const char* site : {"a", "b"}) {
      Progress progress;
      progress.run = "r1";
      progress.generation = run->record().generation;
      progress.rounds_completed = round;
      run->Handle(site, progress);
    }
  }
  EXPECT_EQ(run->record().state, RunState::kRunning);
  EXPECT_EQ(run->record().generation, 90u);
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
}  // namespace consilium
