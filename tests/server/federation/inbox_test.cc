#include "server/federation/inbox.h"

#include <utility>

#include "gtest/gtest.h"
#include "tests/support/matchers.h"

namespace consilium::federation {
namespace {

using testing::IsOk;
using testing::StatusIs;

PeerMessage Message(uint64_t generation, uint64_t sequence, const std::string& from = "a") {
  PeerMessage message;
  message.generation = generation;
  message.sequence = sequence;
  message.from = from;
  message.body = std::to_string(sequence);
  return message;
}

Inbox MakeInbox(bool lossy = false) {
  return Inbox({.senders = Inbox::Senders{"a", "b", "c"}, .most_bytes = 4096, .lossy = lossy});
}

TEST(InboxTest, GivesMessagesInTheOrderOfSending) {
  Inbox inbox = MakeInbox();
  inbox.StartGeneration(1, {"a"});
  EXPECT_THAT(inbox.Add(Message(1, 0)), IsOk());
  EXPECT_THAT(inbox.Add(Message(1, 1)), IsOk());
  ASSERT_EQ(inbox.From("a").size(), 2u);
  EXPECT_EQ(inbox.From("a")[0].body, "0");
  EXPECT_EQ(inbox.From("a")[1].body, "1");
  inbox.Take("a", 0);
  ASSERT_EQ(inbox.From("a").size(), 1u);
  EXPECT_EQ(inbox.From("a")[0].body, "1");
}

TEST(InboxTest, AGapIsDataLossAndADuplicateIsDropped) {
  Inbox inbox = MakeInbox();
  inbox.StartGeneration(1, {"a"});
  EXPECT_THAT(inbox.Add(Message(1, 0)), IsOk());
  EXPECT_THAT(inbox.Add(Message(1, 0)), IsOk());
  EXPECT_THAT(inbox.Add(Message(1, 2)), StatusIs(StatusCode::kDataLoss));
  EXPECT_EQ(inbox.From("a").size(), 1u);
}

TEST(InboxTest, WhereMessagesOfRoundsMayBeLostOnlyThoseMayLeaveAGap) {
  Inbox inbox = MakeInbox(/*lossy=*/true);
  inbox.StartGeneration(1, {"a"});
  PeerMessage statistics = Message(1, 1);
  statistics.stage = Stage::kStatistics;
  EXPECT_THAT(inbox.Add(statistics), StatusIs(StatusCode::kDataLoss));
  EXPECT_THAT(inbox.Add(Message(1, 3)), IsOk());
  EXPECT_THAT(inbox.Add(Message(1, 2)), IsOk());  // late, or again
  PeerMessage consensus = Message(1, 7);
  consensus.stage = Stage::kConsensus;
  EXPECT_THAT(inbox.Add(consensus), IsOk());
  ASSERT_EQ(inbox.From("a").size(), 2u);
}

TEST(InboxTest, DropsAnOlderGenerationAndKeepsALaterOneUntilItBegins) {
  Inbox inbox = MakeInbox();
  inbox.StartGeneration(2, {"a"});
  EXPECT_THAT(inbox.Add(Message(1, 0)), IsOk());
  EXPECT_TRUE(inbox.From("a").empty());
  EXPECT_THAT(inbox.Add(Message(3, 0)), IsOk());
  EXPECT_TRUE(inbox.From("a").empty());
  inbox.StartGeneration(3, {"a"});
  ASSERT_FALSE(inbox.From("a").empty());
  EXPECT_EQ(inbox.From("a")[0].generation, 3u);
}

TEST(InboxTest, DropsAndCountsWhatComesFromNobodyWhoMaySend) {
  Inbox inbox = MakeInbox();
  inbox.StartGeneration(1, {"a"});
  EXPECT_THAT(inbox.Add(Message(1, 0, "mallory")), IsOk());
  EXPECT_THAT(inbox.Add(Message(1, 0, "b")), IsOk());  // of the run, but no neighbour
  EXPECT_THAT(inbox.Add(Message(2, 0, "mallory")), IsOk());
  EXPECT_EQ(inbox.dropped(), 3u);
  inbox.StartGeneration(2, {"a", "mallory"});
  EXPECT_TRUE(inbox.From("mallory").empty());
}

TEST(InboxTest, BoundsTheBytesThatWaitFromASender) {
  Inbox inbox = MakeInbox();
  inbox.StartGeneration(1, {"a", "b"});
  PeerMessage large = Message(1, 0);
  large.body.resize(3000);
  EXPECT_THAT(inbox.Add(large), IsOk());
  large.sequence = 1;
  EXPECT_THAT(inbox.Add(large), StatusIs(StatusCode::kResourceExhausted));
  inbox.Take("a", 0);
  EXPECT_THAT(inbox.Add(large), IsOk());
  Status last;
  uint64_t taken = 0;
  for (; taken < 10000 && last.ok(); ++taken) last = inbox.Add(Message(1, taken, "b"));
  EXPECT_THAT(last, StatusIs(StatusCode::kResourceExhausted));
  EXPECT_LT(taken, 20u);
}

TEST(InboxTest, WhatIsTakenOutWaitsNoMoreUntilItIsPutBack) {
  Inbox inbox = MakeInbox();
  inbox.StartGeneration(1, {"a"});
  PeerMessage large = Message(1, 0);
  large.body.resize(3000);
  for (const uint64_t sequence : {0, 1}) {
    EXPECT_THAT(inbox.Add(Message(1, sequence)), IsOk());
  }
  PeerMessage taken = inbox.Take("a", 0);
  EXPECT_EQ(taken.body, "0");
  ASSERT_EQ(inbox.From("a").size(), 1u);
  inbox.PutBack("a", 0, std::move(taken));
  ASSERT_EQ(inbox.From("a").size(), 2u);
  EXPECT_EQ(inbox.From("a")[0].body, "0");
  // Whatever becomes of the bodies, the room of the messages taken out is free again.
  for (large.sequence = 2; large.sequence < 40; ++large.sequence) {
    EXPECT_THAT(inbox.Add(large), IsOk());
    PeerMessage last = inbox.Take("a", 2);
    last.body.clear();
  }
}

TEST(InboxTest, WhoSpeaksOfGenerationsToComeTakesNoRoomFromOthersAndOnlySoMuch) {
  Inbox inbox = MakeInbox();
  inbox.StartGeneration(1, {"a", "b"});
  for (uint64_t i = 0; i < 10000; ++i) EXPECT_THAT(inbox.Add(Message(~0ULL, i)), IsOk());
  EXPECT_GT(inbox.dropped(), 9900u);
  for (const char* sender : {"b", "c"}) EXPECT_THAT(inbox.Add(Message(2, 0, sender)), IsOk());
  inbox.StartGeneration(2, {"a", "b", "c"});
  EXPECT_EQ(inbox.From("b").size(), 1u);
  EXPECT_EQ(inbox.From("c").size(), 1u);
}

TEST(InboxTest, OfGenerationsToComeOnlyTheLatestOfASenderCounts) {
  Inbox inbox = MakeInbox();
  inbox.StartGeneration(1, {"a"});
  EXPECT_THAT(inbox.Add(Message(2, 0)), IsOk());
  EXPECT_THAT(inbox.Add(Message(3, 0)), IsOk());
  EXPECT_THAT(inbox.Add(Message(3, 1)), IsOk());
  inbox.StartGeneration(3, {"a"});
  EXPECT_EQ(inbox.From("a").size(), 2u);
}

}  // namespace
}  // namespace consilium::federation
