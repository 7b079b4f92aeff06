#include "modules/compress/quantized.h"

#include "gmock/gmock.h"
#include "modules/compress/bit_pack.h"
#include "modules/compress/compressor.h"
#include "tests/support/matchers.h"
#include "tests/support/random_values.h"

namespace consilium::compress {
namespace {

using ::consilium::testing::IsOk;
using ::consilium::testing::LargestDifference;
using ::consilium::testing::ModuleShape;
using ::consilium::testing::Norm;
using ::consilium::testing::RandomValues;
using ::consilium::testing::StatusIs;
using ::testing::HasSubstr;

std::unique_ptr<LinkCodec<float>> LinkOf(const FlatShape& shape, int bits) {
  return *MakeLinkCodec<float>({.kind = &kQuantized, .bits = bits}, shape, 1);
}

// How much of the difference is left after one message.
double LeftAfterOneMessage(int bits) {
  const FlatShape shape = ModuleShape(1);
  auto sender = LinkOf(shape, bits);
  auto receiver = LinkOf(shape, bits);
  Random random(3);
  std::vector<float> values = RandomValues<float>(shape.size(), random);
  EXPECT_THAT(receiver->Decode(sender->Encode(values)), IsOk());
  const double whole = Norm(values);
  for (size_t k = 0; k < values.size(); ++k) values[k] -= receiver->Believed()[k];
  return Norm(values) / whole;
}

TEST(QuantizedTest, EveryBitHalvesWhatIsLeft) {
  EXPECT_LT(LeftAfterOneMessage(2), 0.5);
  EXPECT_LT(LeftAfterOneMessage(3), 0.25);
  EXPECT_LT(LeftAfterOneMessage(4), 0.125);
  EXPECT_LT(LeftAfterOneMessage(8), 0.01);
}

TEST(QuantizedTest, AStandingVectorIsKnownAlmostExactlyAfterAFewMessages) {
  const FlatShape shape = ModuleShape(1);
  auto sender = LinkOf(shape, 4);
  auto receiver = LinkOf(shape, 4);
  Random random(3);
  const auto values = RandomValues<float>(shape.size(), random);
  for (int message = 0; message < 12; ++message) {
    ASSERT_THAT(receiver->Decode(sender->Encode(values)), IsOk());
  }
  EXPECT_LT(LargestDifference(receiver->Believed(), std::span<const float>(values)), 1e-6);
  EXPECT_EQ(sender->State(), receiver->State());
}

TEST(QuantizedTest, NumbersThatAreRightAreLeftAlone) {
  const FlatShape shape = testing::ShapeOf({{{50, 1}}});
  auto sender = LinkOf(shape, 3);
  auto receiver = LinkOf(shape, 3);
  std::vector<float> values(50, 0.0f);
  values[7] = 5;
  ASSERT_THAT(receiver->Decode(sender->Encode(values)), IsOk());
  EXPECT_EQ(std::vector<float>(receiver->Believed().begin(), receiver->Believed().end()), values);
}

TEST(QuantizedTest, RefusesDamagedMessagesAndChangesNothing) {
  const FlatShape shape = testing::ShapeOf({{{9, 1}}});
  auto sender = LinkOf(shape, 4);
  auto receiver = LinkOf(shape, 4);
  const std::string good = sender->Encode(std::vector<float>{1, 2, 3, 4, 5, 6, 7, 8, 9});
  std::string bad = good;
  bad.back() = '\xff';  // padding that is not 0
  EXPECT_THAT(receiver->Decode(bad), StatusIs(StatusCode::kInvalidArgument));
  bad = good;
  bad[bad.size() - 2] = '\xff';  // integers above the largest
  EXPECT_THAT(receiver->Decode(bad), StatusIs(StatusCode::kInvalidArgument, HasSubstr("above")));
  bad = good;
  bad.replace(7, 4, std::string("\x00\x00\x80\x7f", 4));  // an infinite step
  EXPECT_THAT(receiver->Decode(bad),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("expected numbers between")));
  EXPECT_THAT(receiver->Decode(good + good), StatusIs(StatusCode::kInvalidArgument));
  ASSERT_THAT(receiver->Decode(good), IsOk());
  EXPECT_THAT(receiver->Decode(good), StatusIs(StatusCode::kDataLoss));
  EXPECT_EQ(sender->State(), receiver->State());
}

TEST(QuantizedTest, RefusesBitsOutOfRange) {
  const FlatShape shape = ModuleShape(1);
  EXPECT_THAT(MakeLinkCodec<float>({.kind = &kQuantized, .bits = 1}, shape, 1),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("1 bits")));
}

TEST(BitPackTest, UnpacksWhatItPacked) {
  Random random(5);
  for (int bits = 2; bits <= 8; ++bits) {
    const int largest = (1 << (bits - 1)) - 1;
    for (size_t count = 0; count < 20; ++count) {
      std::vector<int8_t> values(count), back(count);
      for (int8_t& value : values) {
        value = static_cast<int8_t>(
            static_cast<int>(random.Below(static_cast<uint64_t>(2 * largest + 1))) - largest);
      }
      ByteWriter writer;
      PackBits(values, bits, writer);
      const std::string bytes = writer.Take();
      EXPECT_EQ(bytes.size(), PackedBytes(count, bits));
      EXPECT_TRUE(UnpackBits(bytes, bits, back));
      EXPECT_EQ(values, back);
    }
  }
}

}  // namespace
}  // namespace consilium::compress
