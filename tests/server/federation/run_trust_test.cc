// What sites say of themselves and of each other, and what a run makes of it.
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/server/federation/one_run.h"

namespace consilium::federation {
namespace {

using namespace testing;  // what a run's sites say
using ::testing::HasSubstr;

TEST(RunTrustTest, LinksThatBreakWithoutEndFailTheRunIfItCannotGoOnWithoutTheSite) {
  FakeClock clock;
  auto run = MakeRun(clock);
  AttachAndOffer(*run, "a", OfferOf());
  AttachAndOffer(*run, "b", OfferOf());
  for (int i = 0; i < 2; ++i) {
    run->Handle("a", LinkBroken{"r1", run->record().generation, "b", "wrong length"});
  }
  EXPECT_EQ(run->record().state, RunState::kRunning);
  for (int i = 0; i < 100 && !run->record().ended; ++i) {
    run->Handle("a", LinkBroken{"r1", run->record().generation, "b", "wrong length"});
    clock.Advance(Seconds(3600 * 2));
    if (Invites(run->Tick(), "b")) run->Handle("b", OfferOf());
  }
  EXPECT_EQ(run->record().state, RunState::kFailed);
  EXPECT_THAT(run->record().reason, HasSubstr("from b to a: wrong length"));
}

TEST(RunTrustTest, ASiteWhoseLinksBreakAgainAndAgainLosesItsPlaceAndTheRunGoesOn) {
  FakeClock clock;
  auto run = RunOfThree(clock);
  for (const char* by : {"a", "b", "a"}) Accuse(*run, by, "c");
  EXPECT_EQ(run->record().state, RunState::kRunning);
  EXPECT_FALSE(run->record().sites[2].participating);
  EXPECT_THAT(run->record().sites[2].note, HasSubstr("from c to a: wrong length"));
  // Neither attaching anew nor an offer brings it back before it is asked.
  run->Detached("c", clock.Now());
  EXPECT_FALSE(Invites(run->Attached("c"), "c"));
  EXPECT_TRUE(Assignments(run->Handle("c", OfferOf())).empty());
  clock.Advance(Seconds(5));
  EXPECT_TRUE(Invites(run->Tick(), "c"));
  EXPECT_EQ(Assignments(run->Handle("c", OfferOf())).size(), 3u);
  Accuse(*run, "b", "c");  // and once more is enough
  EXPECT_FALSE(run->record().sites[2].participating);
}

TEST(RunTrustTest, WhoAccusesManyLosesItsPlaceItself) {
  FakeClock clock;
  auto run = RunOfThree(clock);
  for (const char* from : {"a", "b", "a"}) Accuse(*run, "c", from);
  EXPECT_TRUE(run->record().sites[0].participating);
  EXPECT_TRUE(run->record().sites[1].participating);
  EXPECT_FALSE(run->record().sites[2].participating);
}

TEST(RunTrustTest, WhoAccusesStrangersFailsNobodyButItself) {
  FakeClock clock;
  auto run = RunOfThree(clock);
  for (int i = 0; i < 30; ++i) Accuse(*run, "c", "mallory");
  EXPECT_EQ(run->record().state, RunState::kRunning);
  EXPECT_FALSE(run->record().sites[2].participating);
}

TEST(RunTrustTest, ABrokenLinkOfTheCoordinatorsOwnPartLeadsToANewGenerationWhoeverItIsFrom) {
  FakeClock clock;
  auto run = RunOfThree(clock, kAtCoordinator);
  for (const char* from : {"mallory", "a", "coordinator"}) {
    const uint64_t generation = run->record().generation;
    const auto assignments = Assignments(
        run->Handle(kCoordinatorSite, LinkBroken{"r1", generation, from, "wrong length"}));
    EXPECT_EQ(assignments.size(), 4u) << from;
    EXPECT_EQ(run->record().generation, generation + 1);
  }
}

TEST(RunTrustTest, ARunFailsThatTheCoordinatorCannotTakePartIn) {
  FakeClock clock;
  auto run = RunOfThree(clock, kAtCoordinator);
  for (int i = 0; i < 3; ++i) Accuse(*run, kCoordinatorSite, kCoordinatorSite);
  EXPECT_EQ(run->record().state, RunState::kFailed);
  EXPECT_THAT(run->record().reason, HasSubstr("coordinator cannot take part: wrong length"));
}

TEST(RunTrustTest, SitesThatMissedNothingStayCurrentHoweverOldTheirLastWordIs) {
  FakeClock clock;
  auto run = RunOfThree(clock);
  // All are at round 12 or so; each tells at most every 0.2 s.
  run->Handle("b", ProgressTo(3));
  run->Handle("c", ProgressTo(7));
  run->Handle("a", ProgressTo(10));
  run->Detached("c", clock.Now());
  clock.Advance(Seconds(6));
  const auto assignments = Assignments(run->Tick());
  ASSERT_EQ(assignments.size(), 2u);
  EXPECT_TRUE(assignments[0].participants[0].current);
  EXPECT_TRUE(assignments[0].participants[1].current);
}

TEST(RunTrustTest, ASiteIsNotCurrentBeforeItHasTheModelOfTheGenerationItJoined) {
  FakeClock clock;
  auto run = MakeRun(clock, kThree);
  for (const char* site : {"a", "b"}) AttachAndOffer(*run, site, OfferOf());
  clock.Advance(Seconds(6));
  run->Tick();
  for (const char* site : {"a", "b"}) run->Handle(site, ProgressTo(10));
  EXPECT_EQ(Assignments(AttachAndOffer(*run, "c", OfferOf())).size(), 3u);
  Progress normalised = ProgressTo(10, 2);
  normalised.stage = Stage::kStatistics;
  run->Handle("c", normalised);
  auto assignments = Assignments(run->Handle("a", LinkBroken{"r1", 2, "b", "lost"}));
  ASSERT_EQ(assignments.size(), 3u);
  EXPECT_TRUE(assignments[0].participants[0].current);
  EXPECT_FALSE(assignments[0].participants[2].current);
  run->Handle("c", ProgressTo(11, 3));
  assignments = Assignments(run->Handle("a", LinkBroken{"r1", 3, "b", "lost"}));
  EXPECT_TRUE(assignments[0].participants[2].current);
}

TEST(RunTrustTest, ASiteThatSaysItIsFarAheadMakesNobodySkipRoundsNorForgetItsModel) {
  FakeClock clock;
  auto run = MakeRun(clock, kThree);
  for (const char* site : {"a", "b"}) AttachAndOffer(*run, site, OfferOf());
  auto assignments = Assignments(AttachAndOffer(*run, "c", OfferOf(1'000'000, true)));
  EXPECT_EQ(assignments[0].first_round, 2);  // one more than anybody knows of
  for (const char* site : {"a", "b"}) run->Handle(site, ProgressTo(5));
  run->Handle("c", ProgressTo(1'000'000));
  EXPECT_EQ(run->record().sites[2].progress->rounds_completed, 40);
  assignments = Assignments(run->Handle("a", LinkBroken{"r1", 1, "b", "lost"}));
  EXPECT_EQ(assignments[0].first_round, 7);
  for (const Participant& site : assignments[0].participants) EXPECT_TRUE(site.current);
}

TEST(RunTrustTest, WhereAllWhoKnewMoreAreGoneTheOneThatIsLeftIsBelieved) {
  FakeClock clock;
  auto run = RunOfThree(clock);
  for (const char* site : {"a", "b", "c"}) run->Handle(site, ProgressTo(10));
  for (const char* site : {"b", "c"}) run->Detached(site, clock.Now());
  clock.Advance(Seconds(6));
  run->Tick();
  EXPECT_EQ(run->record().state, RunState::kWaiting);
  run->Detached("a", clock.Now());
  AttachAndOffer(*run, "a", OfferOf(13, true));
  AttachAndOffer(*run, "b", OfferOf());  // it lost its disk
  clock.Advance(Seconds(6));
  const auto assignments = Assignments(run->Tick());
  ASSERT_EQ(assignments.size(), 2u);
  EXPECT_EQ(assignments[0].first_round, 14);
  EXPECT_TRUE(assignments[0].participants[0].current);
  EXPECT_FALSE(assignments[0].participants[1].current);
}

TEST(RunTrustTest, OneSiteThatReportsAnotherModelDoesNotFailWhatMostAgreeOn) {
  FakeClock clock;
  auto run = RunOfThree(clock);
  run->Handle("c", SiteReport{"r1", 1, 40, {}, "other", 0, 0});
  for (const char* site : {"a", "b"}) {
    EXPECT_EQ(run->record().state, RunState::kRunning);
    run->Handle(site, SiteReport{"r1", 1, 40, {}, "one", 0, 0});
  }
  EXPECT_EQ(run->record().generation, 2u);
  for (const char* site : {"a", "b"}) {
    run->Handle(site, SiteReport{"r1", 2, 40, {}, "one", 0, 0});
  }
  EXPECT_EQ(run->record().state, RunState::kFinished);
  EXPECT_EQ(run->record().model_digest, "one");
}

TEST(RunTrustTest, WhoTakesNoPartDisturbsNobody) {
  FakeClock clock;
  auto run = MakeRun(clock, kThree);
  for (const char* site : {"a", "b"}) AttachAndOffer(*run, site, OfferOf());
  clock.Advance(Seconds(6));
  run->Tick();
  for (int i = 0; i < 5; ++i) {
    run->Attached("c");
    run->Handle("c", Decline{"r1", "no"});
    run->Handle("a", OfferOf());  // again
    run->Detached("c", clock.Now());
    clock.Advance(Seconds(6));
    run->Tick();
  }
  EXPECT_EQ(run->record().generation, 1u);
}

TEST(RunTrustTest, ABrokenLinkNowAndThenLeadsToANewGenerationOnly) {
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

}  // namespace
}  // namespace consilium::federation
