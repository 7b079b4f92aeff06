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
  ASSERT_NE(inbox.Front("a"), nullptr);
  EXPECT_EQ(inbox.Front("a")->body, "0");
  inbox.PopFront("a");
  EXPECT_EQ(inbox.Front("a")->body, "1");
  inbox.PopFront("a");
  EXPECT_EQ(inbox.Front("a"), nullptr);
}

TEST(InboxTest, AGapIsDataLossAndADuplicateIsDropped) {
  Inbox inbox;
  inbox.StartGeneration(1, {"a"});
  EXPECT_THAT(inbox.Add(Message(1, 0)), IsOk());
  EXPECT_THAT(inbox.Add(Message(1, 0)), IsOk());
  EXPECT_THAT(inbox.Add(Message(1, 2)), StatusIs(StatusCode::kDataLoss));
  inbox.PopFront("a");
  EXPECT_EQ(inbox.Front("a"), nullptr);
}

TEST(InboxTest, DropsAnOlderGenerationAndKeepsALaterOneUntilItBegins) {
  Inbox inbox;
  inbox.StartGeneration(2, {"a"});
  EXPECT_THAT(inbox.Add(Message(1, 0)), IsOk());
  EXPECT_EQ(inbox.Front("a"), nullptr);
  EXPECT_THAT(inbox.Add(Message(3, 0)), IsOk());
  EXPECT_EQ(inbox.Front("a"), nullptr);
  inbox.StartGeneration(3, {"a"});
  ASSERT_NE(inbox.Front("a"), nullptr);
  EXPECT_EQ(inbox.Front("a")->generation, 3u);
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
