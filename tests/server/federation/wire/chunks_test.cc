#include "server/federation/wire/chunks.h"

#include <algorithm>
#include <string>
#include <vector>

#include "base/random.h"
#include "proto/federation.pb.h"
#include "tests/support/matchers.h"

namespace consilium::federation {
namespace {

using ::testing::HasSubstr;
using testing::IsOk;
using testing::StatusIs;

constexpr size_t kLargest = 4 << 20;
constexpr ChunkAssembler::Limits kLimits{.largest_message = kLargest, .most_senders = 3};

std::string RandomBody(size_t bytes, uint64_t seed = 1) {
  Random random(seed);
  std::string body(bytes, '\0');
  for (char& c : body) c = static_cast<char>(random.Bits());
  return body;
}

PeerMessage MessageOf(std::string body, uint64_t sequence = 0, uint64_t generation = 1) {
  return {.run = "heart",
          .generation = generation,
          .stage = Stage::kRound,
          .round = 7,
          .from = "cleveland",
          .to = "va",
          .sequence = sequence,
          .body = std::move(body)};
}

std::vector<v1::PeerChunk> Divide(PeerMessage message) {
  std::vector<v1::PeerChunk> chunks;
  MessageDivider divider(std::move(message));
  while (!divider.done()) divider.Next(chunks.emplace_back());
  return chunks;
}

// Of the first chunk that is refused, or of the last.
StatusOr<std::optional<PeerMessage>> Assemble(ChunkAssembler& assembler,
                                              std::vector<v1::PeerChunk> chunks) {
  StatusOr<std::optional<PeerMessage>> last = std::nullopt;
  for (v1::PeerChunk& chunk : chunks) {
    last = assembler.Accept(chunk);
    if (!last.ok()) return last;
  }
  return last;
}

class ChunksTest : public ::testing::TestWithParam<size_t> {};

TEST_P(ChunksTest, AMessageComesOutAsItWentIn) {
  const PeerMessage message = MessageOf(RandomBody(GetParam()));
  const std::vector<v1::PeerChunk> chunks = Divide(message);
  for (const v1::PeerChunk& chunk : chunks) EXPECT_LE(chunk.bytes().size(), kLargestChunkBytes);
  ChunkAssembler assembler(kLimits);
  const auto assembled = Assemble(assembler, chunks);
  ASSERT_THAT(assembled, IsOk());
  ASSERT_TRUE(assembled->has_value());
  EXPECT_EQ((*assembled)->body, message.body);
  EXPECT_EQ((*assembled)->run, message.run);
  EXPECT_EQ((*assembled)->round, message.round);
  EXPECT_EQ((*assembled)->from, message.from);
  EXPECT_EQ((*assembled)->to, message.to);
  EXPECT_EQ((*assembled)->stage, message.stage);
  EXPECT_EQ(assembler.bytes_held(), 0U);
}

INSTANTIATE_TEST_SUITE_P(Sizes, ChunksTest,
                         ::testing::Values(0, 1, kLargestChunkBytes - 1, kLargestChunkBytes,
                                           kLargestChunkBytes + 1, 3 * kLargestChunkBytes + 17,
                                           kLargest));

TEST(ChunkAssemblerTest, RefusesAMessageThatCameBefore) {
  ChunkAssembler assembler(kLimits);
  ASSERT_THAT(Assemble(assembler, Divide(MessageOf("a"))), IsOk());
  EXPECT_THAT(Assemble(assembler, Divide(MessageOf("a"))),
              StatusIs(StatusCode::kDataLoss, HasSubstr("came before")));
}

TEST(ChunkAssemblerTest, RefusesAMessageThatDoesNotBeginAtItsBeginning) {
  std::vector<v1::PeerChunk> chunks = Divide(MessageOf(RandomBody(kLargestChunkBytes * 2)));
  chunks.erase(chunks.begin());
  ChunkAssembler assembler(kLimits);
  EXPECT_THAT(Assemble(assembler, chunks), StatusIs(StatusCode::kDataLoss, HasSubstr("begins at")));
}

TEST(ChunkAssemblerTest, RefusesAGapAndChunksOutOfOrder) {
  std::vector<v1::PeerChunk> chunks = Divide(MessageOf(RandomBody(kLargestChunkBytes * 4)));
  std::swap(chunks[1], chunks[2]);
  ChunkAssembler assembler(kLimits);
  EXPECT_THAT(Assemble(assembler, chunks),
              StatusIs(StatusCode::kDataLoss, HasSubstr("expected byte")));
  EXPECT_EQ(assembler.bytes_held(), 0U);
}

TEST(ChunkAssemblerTest, RefusesABodyThatDoesNotAddUp) {
  std::vector<v1::PeerChunk> chunks = Divide(MessageOf(RandomBody(1000)));
  (*chunks[0].mutable_bytes())[500] ^= 1;
  ChunkAssembler assembler(kLimits);
  EXPECT_THAT(Assemble(assembler, chunks), StatusIs(StatusCode::kDataLoss, HasSubstr("checksum")));
}

TEST(ChunkAssemblerTest, RefusesADamagedChunkAsItComesAndNotAtTheMessagesEnd) {
  std::vector<v1::PeerChunk> chunks = Divide(MessageOf(RandomBody(kLargestChunkBytes * 4)));
  (*chunks[1].mutable_bytes())[500] ^= 1;
  ChunkAssembler assembler(kLimits);
  ASSERT_THAT(assembler.Accept(chunks[0]), IsOk());
  EXPECT_THAT(assembler.Accept(chunks[1]), StatusIs(StatusCode::kDataLoss, HasSubstr("checksum")));
  EXPECT_EQ(assembler.bytes_held(), 0U);
}

TEST(ChunkAssemblerTest, RefusesChunksThatOverlapAndMessagesThatNeverEnd) {
  const std::vector<v1::PeerChunk> chunks = Divide(MessageOf(RandomBody(kLargestChunkBytes * 3)));
  ChunkAssembler overlapping(kLimits);
  ASSERT_THAT(Assemble(overlapping, {chunks[0]}), IsOk());
  v1::PeerChunk again = chunks[1];
  again.set_offset(kLargestChunkBytes - 1);
  EXPECT_THAT(overlapping.Accept(again), StatusIs(StatusCode::kDataLoss));

  ChunkAssembler endless(kLimits);
  ASSERT_THAT(Assemble(endless, {chunks[0], chunks[1], chunks[2]}), IsOk());
  v1::PeerChunk more = chunks[2];
  more.set_offset(kLargestChunkBytes * 3);
  EXPECT_THAT(endless.Accept(more), StatusIs(StatusCode::kInvalidArgument, HasSubstr("not fit")));
  more.set_bytes("");
  EXPECT_THAT(endless.Accept(more), StatusIs(StatusCode::kInvalidArgument));
}

TEST(ChunkAssemblerTest, RefusesAMessageLargerThanTheRunsOwn) {
  v1::PeerChunk chunk = Divide(MessageOf("a"))[0];
  chunk.set_total_bytes(kLargest + 1);
  ChunkAssembler assembler(kLimits);
  EXPECT_THAT(assembler.Accept(chunk), StatusIs(StatusCode::kResourceExhausted));
}

TEST(ChunkAssemblerTest, RefusesMoreSendersThanTheRunHas) {
  ChunkAssembler assembler(kLimits);
  for (int sender = 0; sender < 4; ++sender) {
    PeerMessage message = MessageOf("a");
    message.from = "site-" + std::to_string(sender);
    EXPECT_EQ(Assemble(assembler, Divide(message)).ok(), sender < 3);
  }
}

TEST(ChunkAssemblerTest, AHigherGenerationForgetsWhatWasUnderWay) {
  ChunkAssembler assembler(kLimits);
  std::vector<v1::PeerChunk> unfinished = Divide(MessageOf(RandomBody(kLargestChunkBytes * 2)));
  unfinished.pop_back();
  ASSERT_THAT(Assemble(assembler, unfinished), IsOk());
  EXPECT_GT(assembler.bytes_held(), 0U);
  const auto next = Assemble(assembler, Divide(MessageOf("b", 0, 2)));
  ASSERT_THAT(next, IsOk());
  EXPECT_EQ((*next)->body, "b");
  EXPECT_EQ(assembler.bytes_held(), 0U);
}

TEST(ChunkAssemblerTest, DropsChunksOfAnOlderGeneration) {
  ChunkAssembler assembler(kLimits);
  ASSERT_THAT(Assemble(assembler, Divide(MessageOf("b", 0, 2))), IsOk());
  const auto old = Assemble(assembler, Divide(MessageOf("a", 5, 1)));
  ASSERT_THAT(old, IsOk());
  EXPECT_FALSE(old->has_value());
}

// Whatever arrives, memory stays within its bounds and nothing damaged is taken for a message.
TEST(ChunkAssemblerTest, SurvivesDamagedChunks) {
  const std::string body = RandomBody(kLargestChunkBytes + 100, 3);
  const std::vector<v1::PeerChunk> good = Divide(MessageOf(body));
  for (uint64_t seed = 0; seed < 2000; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    ChunkAssembler assembler(kLimits);
    for (int i = 0; i < 6; ++i) {
      v1::PeerChunk chunk = good[random.Below(good.size())];
      switch (random.Below(8)) {
        case 0:
          chunk.set_offset(random.Below(2 * body.size()));
          break;
        case 1:
          chunk.set_total_bytes(random.Bits());
          break;
        case 2:
          chunk.set_sequence(random.Below(3));
          break;
        case 3:
          chunk.set_generation(random.Below(3));
          break;
        case 4:
          chunk.mutable_bytes()->resize(random.Below(2 * kLargestChunkBytes));
          break;
        case 5:
          chunk.set_stage(static_cast<v1::Stage>(random.Below(7)));
          break;
        case 6:
          chunk.set_crc32c(static_cast<uint32_t>(random.Bits()));
          break;
        default:
          break;
      }
      const auto accepted = assembler.Accept(chunk);
      if (accepted.ok() && *accepted) {
        EXPECT_EQ((*accepted)->body, body);
      }
      EXPECT_LE(assembler.bytes_held(), kLargest * kLimits.most_senders);
    }
  }
}

}  // namespace
}  // namespace consilium::federation
