#include "modules/schedule/relay_link.h"

#include <string>

#include "gmock/gmock.h"
#include "modules/compress/compressor.h"
#include "tests/support/matchers.h"
#include "tests/support/random_values.h"

// Two ends of an edge of RelaySum, with messages lost between them.
namespace consilium::schedule {
namespace {

using ::consilium::testing::IsOk;
using ::consilium::testing::RandomValues;
using ::consilium::testing::ShapeOf;
using ::consilium::testing::StatusIs;
using ::testing::HasSubstr;

const FlatShape& Shape() {
  static const FlatShape shape = ShapeOf({{{8, 7}, {8, 1}}, {{12, 9}}});
  return shape;
}

RelayLink<double> EndOf(int other, const compress::CompressorOptions& compressor) {
  RelayNeighbor<double> neighbor;
  neighbor.site = other;
  neighbor.outward = *compress::MakeLinkCodec<double>(compressor, Shape(), other == 1 ? 1 : 2);
  neighbor.inward = *compress::MakeLinkCodec<double>(compressor, Shape(), other == 1 ? 2 : 1);
  neighbor.weights_behind = neighbor.weights_before = {1, 1};
  return RelayLink<double>(std::move(neighbor), Shape().blocks);
}

Status Give(const std::string& body, RelayLink<double>& to) {
  ByteReader reader(body);
  ASSIGN_OR_RETURN(const MessageHeader header, ReadHeader(reader, sizeof(double)));
  return to.Read(header, reader);
}

struct Pair {
  explicit Pair(const compress::CompressorOptions& compressor)
      : left(EndOf(1, compressor)), right(EndOf(0, compressor)) {}

  // Both write, then both read what is not lost; true if the right end heard the left.
  bool Round(const std::vector<double>& mean, bool lose_right, bool lose_left) {
    left.End();
    right.End();
    const std::string to_right = left.Write(round, {1, 1}, mean);
    const std::string to_left = right.Write(round, {1, 1}, mean);
    ++round;
    bytes = to_right.size();
    EXPECT_TRUE(lose_right || Give(to_right, right).ok());
    EXPECT_TRUE(lose_left || Give(to_left, left).ok());
    right.End();  // what was heard still counts
    return right.weights()[0] > 0;
  }

  RelayLink<double> left, right;
  uint32_t round = 0;
  size_t bytes = 0;
};

class RelayLinkTest : public ::testing::TestWithParam<const compress::CompressorRow*> {
 protected:
  compress::CompressorOptions compressor() const {
    compress::CompressorOptions options = {.kind = GetParam()};
    options.rank = 1;
    options.min_compression = 0;
    return options;
  }
};

// What a link without loss believes, the healed one believes too: to the bit.
TEST_P(RelayLinkTest, AfterLostMessagesBothEndsAgreeAgain) {
  for (uint64_t seed = 1; seed <= 10; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random = Random::Named(seed, "loss");
    Pair lossy(compressor()), whole(compressor());
    int heard = 0;
    std::vector<double> mean = RandomValues<double>(Shape().size(), random);
    for (int round = 0; round < 200; ++round) {
      for (double& value : mean) value += 0.01 * random.Normal();
      const bool one = random.Uniform() < 0.1, other = random.Uniform() < 0.1;
      whole.Round(mean, false, false);
      if (!lossy.Round(mean, one, other)) continue;
      ++heard;
      ASSERT_TRUE(std::ranges::equal(lossy.right.Believed(), whole.right.Believed())) << round;
    }
    EXPECT_GT(heard, 130);
  }
}

TEST_P(RelayLinkTest, OneLostMessageCostsAtMostTwoRounds) {
  Random random(5);
  Pair pair(compressor());
  const std::vector<double> mean = RandomValues<double>(Shape().size(), random);
  for (int round = 0; round < 5; ++round) EXPECT_TRUE(pair.Round(mean, false, false));
  EXPECT_FALSE(pair.Round(mean, true, false));
  pair.Round(mean, false, false);
  EXPECT_TRUE(pair.Round(mean, false, false));
}

TEST_P(RelayLinkTest, AfterALongSilenceAMessageIsNoLargerThanTheMemoryOfTheCodec) {
  Random random(6);
  Pair pair(compressor());
  const std::vector<double> mean = RandomValues<double>(Shape().size(), random);
  const size_t memory =
      (*compress::MakeLinkCodec<double>(compressor(), Shape(), 1))->State().size();
  for (int round = 0; round < 600; ++round) {
    pair.Round(mean, round > 3 && round < 500, round % 7 == 0);
    ASSERT_LT(pair.bytes, sizeof(double) * std::max(memory, 2 * Shape().size()) + 100);
  }
  EXPECT_TRUE(pair.Round(mean, false, false));
}

// Headers, counts, and the directions in a codec's memory belong to no block.
TEST_P(RelayLinkTest, WhatIsRepeatedIsCountedBlockByBlock) {
  Random random(8);
  Pair pair(compressor());
  const std::vector<double> mean = RandomValues<double>(Shape().size(), random);
  const auto counted = [&] {
    std::vector<BlockTraffic> by_block(Shape().blocks.size());
    pair.left.AddTraffic(by_block);
    uint64_t bytes = 0;
    for (const BlockTraffic& block : by_block) bytes += block.bytes;
    return bytes;
  };
  for (int round = 0; round < 4; ++round) pair.Round(mean, false, false);
  const size_t header = pair.bytes - counted();
  bool repeated = false;
  for (int lost = 1; lost <= 4; ++lost) {
    const size_t plain = pair.bytes;
    for (int round = 0; round < lost; ++round) pair.Round(mean, true, false);
    pair.Round(mean, false, false);
    repeated |= pair.bytes > plain + 8;
    const size_t memory =
        (*compress::MakeLinkCodec<double>(compressor(), Shape(), 1))->State().size();
    const size_t directions = sizeof(double) * (memory - Shape().size());
    const auto each = static_cast<size_t>(header + 8);  // of each message that is repeated
    EXPECT_LE(counted(), pair.bytes) << lost;
    EXPECT_GE(counted() + (lost + 2) * each + directions, pair.bytes) << lost;
    for (int round = 0; round < 3; ++round) pair.Round(mean, false, false);
  }
  EXPECT_TRUE(repeated || compressor().kind == &compress::kIdentity);
}

TEST_P(RelayLinkTest, RepeatsThatAreCutOffOrNotNumbersAreRefusedAndChangeNothing) {
  Random random(7);
  Pair pair(compressor());
  const std::vector<double> mean = RandomValues<double>(Shape().size(), random);
  pair.Round(mean, false, false);
  pair.Round(mean, true, false);
  pair.Round(mean, false, false);
  const std::string good = pair.left.Write(3, {1, 1}, mean);
  pair.right.Write(3, {1, 1}, mean);
  const std::span<const double> believed = pair.right.Believed();
  const std::vector<double> before(believed.begin(), believed.end());
  for (size_t length = 0; length < good.size(); length += 1 + length / 7) {
    EXPECT_FALSE(Give(good.substr(0, length), pair.right).ok()) << length;
    ASSERT_TRUE(std::ranges::equal(pair.right.Believed(), before)) << length;
  }
  std::string acknowledges = good;
  acknowledges[kMessageHeaderBytes] = 9;
  EXPECT_THAT(Give(acknowledges, pair.right),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("9 messages")));
  pair.right.End();
  ASSERT_THAT(Give(good, pair.right), IsOk());
  EXPECT_GT(pair.right.weights()[0], 0);
}

INSTANTIATE_TEST_SUITE_P(All, RelayLinkTest, ::testing::ValuesIn(compress::AllCompressors()),
                         [](const auto& named) { return std::string(named.param->name); });

}  // namespace
}  // namespace consilium::schedule
