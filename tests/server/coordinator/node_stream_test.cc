#include "server/coordinator/node_stream.h"

#include <atomic>
#include <deque>

#include "base/mutex.h"
#include "gmock/gmock.h"
#include "proto/federation.pb.h"
#include "tests/server/coordinator/streams.h"
#include "tests/support/process.h"

namespace consilium::coordinator {
namespace {

using testing::Eventually;
using testing::Site;
using testing::Streams;

federation::PeerMessage MessageOf(size_t bytes, uint64_t sequence) {
  federation::PeerMessage message;
  message.run = "heart-2026-11";
  message.generation = 3;
  message.round = 17;
  message.from = "cleveland";
  message.to = "switzerland";
  message.sequence = sequence;
  message.body.assign(bytes, 'x');
  return message;
}

TEST(NodeStreamTest, WhatIsCountedAsSentIsWhatTheStreamsCarryToOnePercent) {
  constexpr size_t kBytes = 400'000;  // 100k numbers
  Streams streams;
  Site from(streams, "cleveland");
  std::atomic<uint64_t> arrived = 0;
  Site to(streams, "switzerland",
          [&](v1::ToNode& message, size_t) { arrived += message.peer().bytes().size(); });
  for (uint64_t i = 0; i < 2; ++i) from.Send(MessageOf(kBytes, i));
  ASSERT_TRUE(Eventually([&] { return arrived == 2 * kBytes; }));
  for (const federation::CarriedByLink* counted :
       {&from.stream().sent(), &std::as_const(streams.from_nodes), &std::as_const(streams.to_nodes),
        &to.stream().received()}) {
    const federation::Carried carried = counted->All().at({"cleveland", "switzerland"});
    EXPECT_EQ(carried.body_bytes, 2 * kBytes);
    EXPECT_EQ(carried.chunks, 4U);
    EXPECT_GE(carried.stream_bytes, carried.body_bytes);
    EXPECT_LT(static_cast<double>(carried.stream_bytes), 1.01 * 2 * kBytes);
    EXPECT_LT(carried.stream_bytes - carried.body_bytes, 100 * carried.chunks);
    // By site the same, with what else the envelopes say.
    for (const uint64_t bytes : {streams.bytes.Of("cleveland").sent.peer(),
                                 streams.bytes.Of("switzerland").received.peer()}) {
      EXPECT_GE(bytes, carried.stream_bytes);
      EXPECT_LT(bytes, carried.stream_bytes + 50 * carried.chunks);
    }
  }
}

TEST(NodeStreamTest, ASlowReaderStopsItsSenderAndNoQueueGrows) {
  constexpr size_t kBytes = size_t{48} << 20;
  // At the reader, in the coordinator's queue, and in the two streams between them.
  constexpr size_t kMostUnderWay = size_t{8} << 20;
  Streams streams;
  Site from(streams, "cleveland");
  Mutex mutex;
  std::deque<size_t> unhandled;
  Site to(streams, "switzerland", [&](v1::ToNode& message, size_t bytes) {
    if (!message.has_peer()) return;
    MutexLock lock(mutex);
    unhandled.push_back(bytes);
  });
  from.Send(MessageOf(kBytes, 0));
  const auto waiting = [&] {
    MutexLock lock(mutex);
    return unhandled.size();
  };
  ASSERT_TRUE(Eventually([&] { return waiting() >= 4; }));
  ASSERT_TRUE(
      Eventually([&] { return from.stream().sent().Total().body_bytes > (size_t{2} << 20); }));
  size_t handled = 0;
  while (handled < kBytes / federation::kLargestChunkBytes) {
    ASSERT_TRUE(Eventually([&] { return waiting() > 0; }));
    EXPECT_LE(waiting(), 5U);
    EXPECT_LE(from.stream().sent().Total().body_bytes,
              handled * federation::kLargestChunkBytes + kMostUnderWay);
    size_t bytes = 0;
    {
      MutexLock lock(mutex);
      bytes = unhandled.front();
      unhandled.pop_front();
    }
    to.Handled(bytes);
    ++handled;
  }
  EXPECT_EQ(to.stream().received().Total().body_bytes, kBytes);
}

TEST(NodeStreamTest, AStreamEndsThoughItsReaderHandlesNothing) {
  Streams streams;
  Site from(streams, "cleveland");
  Site to(streams, "switzerland");
  from.Send(MessageOf(size_t{8} << 20, 0));
  ASSERT_TRUE(Eventually([&] { return to.stream().received().Total().chunks >= 4; }));
  to.Cut();
}

}  // namespace
}  // namespace consilium::coordinator
