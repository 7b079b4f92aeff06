#include "server/federation/inbox.h"

#include "gtest/gtest.h"
#include "tests/support/matchers.h"

namespace consilium {
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

TEST(InboxTest, GivesMessagesInTheOrderOfSending) {
  Inbox inbox;
  inbox.StartGeneration(1, {"a"});
  EXPECT_THAT(inbox.Add(Message(1, 0)), IsOk());
  EXPECT_THAT(inbox.Add(Message(1, 1)), IsOk());
  ASSERT_EQ(inbox.From("a").size(), 2u);
  EXPECT_EQ(inbox.From("a")[0].body, "0");
  EXPECT_EQ(inbox.From("a")[1].body, "1");
  inbox.Remove("a", 0);
  ASSERT_EQ(inbox.From("a").size(), 1u);
  EXPECT_EQ(inbox.From("a")[0].body, "1");
}

TEST(InboxTest, AGapIsDataLossAndADuplicateIsDropped) {
  Inbox inbox;
  inbox.StartGeneration(1, {"a"});
  EXPECT_THAT(inbox.Add(Message(1, 0)), IsOk());
  EXPECT_THAT(inbox.Add(Message(1, 0)), IsOk());
  EXPECT_THAT(inbox.Add(Message(1, 2)), StatusIs(StatusCode::kDataLoss));
  EXPECT_EQ(inbox.From("a").size(), 1u);
}

TEST(InboxTest, WhereMessagesOfRoundsMayBeLostOnlyThoseMayLeaveAGap) {
  Inbox inbox(/*lossy=*/true);
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
  Inbox inbox;
  inbox.StartGeneration(2, {"a"});
  EXPECT_THAT(inbox.Add(Message(1, 0)), IsOk());
  EXPECT_TRUE(inbox.From("a").empty());
  EXPECT_THAT(inbox.Add(Message(3, 0)), IsOk());
  EXPECT_TRUE(inbox.From("a").empty());
  inbox.StartGeneration(3, {"a"});
  ASSERT_FALSE(inbox.From("a").empty());
  EXPECT_EQ(inbox.From("a")[0].generation, 3u);
}

TEST(InboxTest, RefusesASenderThatIsNoNeighbour) {
  Inbox inbox;
  inbox.StartGeneration(1, {"a"});
  EXPECT_THAT(inbox.Add(Message(1, 0, "mallory")), StatusIs(StatusCode::kPermissionDenied));
}

TEST(InboxTest, IsBounded) {
  Inbox inbox;
  inbox.StartGeneration(1, {"a"});
  Status last;
  for (uint64_t i = 0; i < 10000 && last.ok(); ++i) last = inbox.Add(Message(1, i));
  EXPECT_THAT(last, StatusIs(StatusCode::kResourceExhausted));
  for (uint64_t i = 0; i < 10000; ++i) last = inbox.Add(Message(2, i));
  EXPECT_THAT(last, StatusIs(StatusCode::kResourceExhausted));
}

}  // namespace
}  // namespace consilium
