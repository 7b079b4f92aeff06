#include <cmath>
#include <limits>

#include "gmock/gmock.h"
#include "modules/compress/bfloat16.h"
#include "modules/compress/compressor.h"
#include "modules/compress/index_pack.h"
#include "modules/compress/int8.h"
#include "modules/compress/random_k.h"
#include "modules/compress/sign_norm.h"
#include "modules/compress/top_k.h"
#include "tests/support/matchers.h"
#include "tests/support/random_values.h"

namespace consilium::compress {
namespace {

using ::consilium::testing::IsOk;
using ::consilium::testing::ModuleShape;
using ::consilium::testing::RandomValues;
using ::consilium::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct Coded {
  std::vector<float> said;
  std::string bytes;
};

// What is made of the values, after checking that the receiver makes the same of it.
Coded CodeWith(MatrixCodec<float>& codec, const std::vector<float>& values) {
  Coded coded{std::vector<float>(values.size()), {}};
  ByteWriter writer;
  codec.Encode(values, 5, writer, coded.said);
  coded.bytes = writer.Take();
  std::vector<float> heard(values.size());
  ByteReader reader(coded.bytes);
  EXPECT_THAT(codec.Decode(reader, 5, heard), IsOk());
  EXPECT_EQ(reader.remaining(), 0u);
  EXPECT_EQ(heard, coded.said);
  return coded;
}

TEST(Bfloat16Test, RoundsToTheNearestHalvesToEven) {
  // 1 + 2^-7 is the next after 1.
  const float next = 1 + 0x1p-7f;
  const auto coded = CodeWith(
      *MakeBfloat16<float>(),
      {1.0f, 1 + 0x1p-8f, next + 0x1p-8f, 1 + 0x1p-8f + 0x1p-20f, -next, 0.0f, 0x1p49f, 0x1p-130f});
  EXPECT_THAT(coded.said,
              ElementsAre(1.0f, 1.0f, 1 + 0x1p-6f, next, -next, 0.0f, 0x1p49f, 0x1p-130f));
  EXPECT_EQ(coded.bytes.size(), 16u);
}

TEST(Int8Test, TheLargestIsExactAndNoNumberIsOffByMoreThanAStep) {
  Random random(3);
  std::vector<float> values = RandomValues<float>(10000, random);
  values[17] = 127;
  const auto coded = CodeWith(*MakeInt8<float>(), values);
  EXPECT_EQ(coded.bytes.size(), 10000u + 3 * 4);  // three scales
  EXPECT_EQ(coded.said[17], 127.0f);
  for (size_t k = 0; k < kNumbersOfAScale; ++k) {
    EXPECT_LE(std::abs(coded.said[k] - values[k]), 1.0f);
    EXPECT_EQ(coded.said[k], std::round(coded.said[k]));
  }
}

TEST(Int8Test, NumbersTooSmallForAStepBecomeZero) {
  const auto coded = CodeWith(*MakeInt8<float>(), std::vector<float>(9, 1e-44f));
  EXPECT_EQ(coded.said, std::vector<float>(9, 0.0f));
}

TEST(TopKTest, KeepsTheLargestAndOfEqualOnesTheFirst) {
  const std::vector<float> values = {1, -2, 3, 2, -3, 0, 2, 2, 0, 0};
  const auto coded = CodeWith(*MakeTopK<float>(0.31), values);  // 3.1, rounded up
  EXPECT_THAT(coded.said, ElementsAre(0, -2, 3, 2, -3, 0, 0, 0, 0, 0));
}

TEST(TopKTest, IndicesTakeLessThanSevenBitsWhereATwentiethIsKept) {
  Random random(3);
  const auto coded = CodeWith(*MakeTopK<float>(0.05), RandomValues<float>(100000, random));
  EXPECT_LT(static_cast<double>(coded.bytes.size()), 5000 * (4 + 6.1 / 8));
}

TEST(IndexPackTest, UnpacksWhatItPackedAndRefusesAnythingElse) {
  Random random(5);
  for (size_t size = 1; size < 300; size += 7) {
    std::vector<uint32_t> indices;
    for (uint32_t i = 0; i < size; ++i) {
      if (random.Below(1 + size % 9) == 0) indices.push_back(i);
    }
    ByteWriter writer;
    PackIndices(indices, size, writer);
    const std::string bytes = writer.Take();
    std::vector<uint32_t> back(indices.size());
    ByteReader reader(bytes);
    EXPECT_TRUE(UnpackIndices(reader, size, back));
    EXPECT_EQ(back, indices);
    EXPECT_EQ(reader.remaining(), 0u);
    if (bytes.empty()) continue;
    ByteReader cut(std::string_view(bytes).substr(0, bytes.size() - 1));
    EXPECT_FALSE(UnpackIndices(cut, size, back));
    const std::string ones(bytes.size() + 64, '\xff');
    ByteReader wrong(ones);
    EXPECT_FALSE(UnpackIndices(wrong, size, back));
  }
}

TEST(RandomKTest, ChoosesOneOfEachRunAndOverTimeEveryNumberEquallyOften) {
  std::vector<int> chosen(100);
  std::vector<uint32_t> indices;
  for (uint64_t seed = 0; seed < 4000; ++seed) {
    ChooseAtRandom(100, 0.1, seed, indices);
    ASSERT_EQ(indices.size(), 10u);
    for (size_t k = 0; k < 10; ++k) {
      ASSERT_EQ(indices[k] / 10, k);
      ++chosen[indices[k]];
    }
  }
  for (const int times : chosen) EXPECT_NEAR(times, 400, 100);
}

TEST(SignNormTest, SendsSignsTimesTheMeanMagnitude) {
  const auto coded = CodeWith(*MakeSignNorm<float>(), {1, -2, 3, -4, 0, 6, 0, 0, -2});
  EXPECT_THAT(coded.said, ElementsAre(2, -2, 2, -2, 2, 2, 2, 2, -2));
  EXPECT_EQ(coded.bytes.size(), 4u + 2);
}

TEST(CompressorTest, SmallestSizesAsPromised) {
  // 60 modules of 2,076 numbers: bytes of a link message.
  const FlatShape shape = ModuleShape(60);
  Random random(3);
  const auto values = RandomValues<float>(shape.size(), random);
  const auto smaller = [&](CompressorOptions options) {
    const size_t bytes = (*MakeLinkCodec<float>(options, shape, 1))->Encode(values).size();
    return static_cast<double>(4 * shape.size()) / static_cast<double>(bytes);
  };
  EXPECT_GT(smaller({.kind = &kBfloat16}), 1.99);
  EXPECT_GT(smaller({.kind = &kInt8}), 3.9);
  EXPECT_GT(smaller({.kind = &kTopK}), 15);
  EXPECT_GT(smaller({.kind = &kRandomK}), 18);
  EXPECT_GT(smaller({.kind = &kSign}), 25);
}

TEST(CompressorTest, RefusesAShareToKeepOutOfRange) {
  const FlatShape shape = ModuleShape(1);
  for (const double keep : {0.0, -0.1, 1.1, std::nan("")}) {
    EXPECT_THAT(MakeLinkCodec<float>({.kind = &kTopK, .keep = keep}, shape, 1),
                StatusIs(StatusCode::kInvalidArgument, HasSubstr("keep")));
  }
}

}  // namespace
}  // namespace consilium::compress
