#include "server/federation/wire/outbox.h"

#include "gtest/gtest.h"
#include "proto/federation.pb.h"

namespace consilium::federation {
namespace {

TEST(OutboxTest, KeepsTheOrderAndDividesLargeMessagesAsTheyAreTaken) {
  Outbox<v1::ToNode> outbox;
  v1::ToNode first;
  first.mutable_heartbeat()->set_sequence(1);
  outbox.Push(std::move(first));
  PeerMessage large;
  large.body.assign(kLargestChunkBytes + 1, 'x');
  outbox.Push(std::move(large));
  v1::ToNode last;
  last.mutable_heartbeat()->set_sequence(2);
  outbox.Push(std::move(last));

  EXPECT_EQ(outbox.bytes(), kLargestChunkBytes + 1);
  EXPECT_EQ(outbox.Next().heartbeat().sequence(), 1U);
  EXPECT_EQ(outbox.Next().peer().bytes().size(), kLargestChunkBytes);
  EXPECT_EQ(outbox.bytes(), 1U);
  EXPECT_EQ(outbox.Next().peer().offset(), kLargestChunkBytes);
  EXPECT_EQ(outbox.bytes(), 0U);
  EXPECT_EQ(outbox.Next().heartbeat().sequence(), 2U);
  EXPECT_TRUE(outbox.empty());
}

TEST(OutboxTest, AMessageDropsWhatWaitsOfOlderGenerationsOfItsRun) {
  const auto message = [](const std::string& run, uint64_t generation) {
    PeerMessage made;
    made.run = run;
    made.generation = generation;
    made.body.assign(kLargestChunkBytes + 1, 'x');
    return made;
  };
  Outbox<v1::FromNode> outbox;
  outbox.Push(message("a", 1));
  outbox.Push(message("b", 1));
  outbox.Push(message("a", 1));
  EXPECT_EQ(outbox.Next().peer().run(), "a");  // begun: its receiver forgets it too
  outbox.Push(message("a", 2));
  EXPECT_EQ(outbox.bytes(), 2 * (kLargestChunkBytes + 1));
  EXPECT_EQ(outbox.Next().peer().run(), "b");
  EXPECT_EQ(outbox.Next().peer().offset(), kLargestChunkBytes);
  EXPECT_EQ(outbox.Next().peer().generation(), 2U);
}

}  // namespace
}  // namespace consilium::federation
