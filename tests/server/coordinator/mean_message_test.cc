#include "server/coordinator/mean_message.h"

#include "gmock/gmock.h"
#include "proto/federation.pb.h"
#include "server/federation/wire/chunks.h"
#include "tests/support/matchers.h"

namespace consilium::coordinator {
namespace {

using testing::IsOk;

// All chunks that are ready, put together as their receiver does.
std::string Received(const MeanMessage& message, bool counted) {
  federation::ChunkAssembler assembler({.largest_message = 1 << 24, .most_senders = 1});
  for (uint64_t offset = 0; message.Ready(offset); offset += federation::kLargestChunkBytes) {
    v1::PeerChunk chunk;
    message.Fill(offset, counted, chunk);
    auto whole = assembler.Accept(chunk);
    if (!whole.ok()) return std::string(whole.status().message());
    if (*whole) return (*whole)->body;
  }
  return "unfinished";
}

TEST(MeanMessageTest, BothBeginningsArriveWhateverTheirLength) {
  for (const size_t beginning : {size_t{1}, size_t{9}, federation::kLargestChunkBytes + 5}) {
    for (const size_t numbers : {size_t{0}, size_t{7}, 2 * federation::kLargestChunkBytes + 3}) {
      const std::string yes(beginning, 'y');
      const std::string no(beginning, 'n');
      federation::PeerMessage header;
      header.from = "coordinator";
      MeanMessage message(header, yes, no, beginning + numbers);
      std::string all;
      while (all.size() < numbers) {
        EXPECT_EQ(Received(message, true), "unfinished");
        const std::string some(std::min<size_t>(100'001, numbers - all.size()), 'x');
        message.Append(some);
        all += some;
      }
      EXPECT_EQ(Received(message, true), yes + all);
      EXPECT_EQ(Received(message, false), no + all);
    }
  }
}

TEST(MeanMessageTest, OneWhoseLengthIsNotKnownIsReadyWhenItEnds) {
  federation::PeerMessage header;
  header.from = "coordinator";
  header.chunk_bytes = 1000;
  MeanMessage message(header, "y", "n", std::nullopt, "the room of another");
  message.Append(std::string(2500, 'x'));
  EXPECT_FALSE(message.Ready(0));
  EXPECT_GT(message.total_bytes(), 1U << 30);
  message.End();
  EXPECT_EQ(message.total_bytes(), 2501U);
  EXPECT_TRUE(message.Ready(2000));
  federation::ChunkAssembler assembler({.largest_message = 1 << 24, .most_senders = 1});
  for (const uint64_t offset : {0, 1000, 2000}) {
    v1::PeerChunk chunk;
    message.Fill(offset, false, chunk);
    const auto whole = assembler.Accept(chunk);
    ASSERT_THAT(whole, IsOk());
    if (*whole) {
      EXPECT_EQ((*whole)->body, "n" + std::string(2500, 'x'));
    }
  }
}

}  // namespace
}  // namespace consilium::coordinator
