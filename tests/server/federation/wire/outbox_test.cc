#include "server/federation/wire/outbox.h"

#include "gtest/gtest.h"
#include "proto/federation.pb.h"

namespace consilium {
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

}  // namespace
}  // namespace consilium
