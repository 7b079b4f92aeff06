#include "modules/compress/difference_low_rank.h"

#include "gmock/gmock.h"
#include "tests/support/matchers.h"
#include "tests/support/random_values.h"

namespace consilium::compress {
namespace {

using ::consilium::testing::IsOk;
using ::consilium::testing::LargestDifference;
using ::consilium::testing::ModuleShape;
using ::consilium::testing::Norm;
using ::consilium::testing::RandomValues;
using ::consilium::testing::ShapeOf;
using ::consilium::testing::StatusIs;
using ::testing::Each;
using ::testing::HasSubstr;

TEST(DifferenceLowRankTest, AStandingVectorIsKnownExactlyInTheEnd) {
  const LowRankLayout layout = *PlanLowRank(ModuleShape(1), 2, 1, 2);
  auto sender = MakeDifferenceLowRank<float>(layout, 1),
       receiver = MakeDifferenceLowRank<float>(layout, 1);
  Random random(8);
  const auto values = RandomValues<float>(layout.flat_size, random);
  for (int message = 0; message < 150; ++message) {
    ASSERT_THAT(receiver->Decode(sender->Encode(values)), IsOk());
  }
  EXPECT_LT(LargestDifference(receiver->Believed(), std::span<const float>(values)), 1e-4);
}

TEST(DifferenceLowRankTest, VectorsArriveExactlyAtOnce) {
  const LowRankLayout layout = *PlanLowRank(ShapeOf({{{20, 20}, {20, 1}}}), 1, 1, 2);
  auto sender = MakeDifferenceLowRank<float>(layout, 1),
       receiver = MakeDifferenceLowRank<float>(layout, 1);
  Random random(8);
  const auto values = RandomValues<float>(layout.flat_size, random);
  ASSERT_THAT(receiver->Decode(sender->Encode(values)), IsOk());
  EXPECT_EQ(LargestDifference(receiver->Believed().subspan(400),
                              std::span<const float>(values).subspan(400)),
            0);
}

TEST(DifferenceLowRankTest, AChangeOfLowRankTakesTwoMessages) {
  const LowRankLayout layout = *PlanLowRank(ShapeOf({{{20, 20}}}), 2, 1, 2);
  auto sender = MakeDifferenceLowRank<double>(layout, 1),
       receiver = MakeDifferenceLowRank<double>(layout, 1);
  Random random(8);
  std::vector<double> values(400, 0.0);
  ASSERT_THAT(receiver->Decode(sender->Encode(values)), IsOk());
  const auto u = RandomValues<double>(20, random), v = RandomValues<double>(20, random);
  for (size_t k = 0; k < 400; ++k) values[k] += u[k / 20] * v[k % 20];
  ASSERT_THAT(receiver->Decode(sender->Encode(values)), IsOk());
  ASSERT_THAT(receiver->Decode(sender->Encode(values)), IsOk());
  EXPECT_LT(LargestDifference(receiver->Believed(), std::span<const double>(values)), 1e-12);
}

TEST(DifferenceLowRankTest, RefusesDamagedRepeatedAndLostMessagesAndChangesNothing) {
  const LowRankLayout layout = *PlanLowRank(ModuleShape(1), 1, 1, 2);
  auto sender = MakeDifferenceLowRank<float>(layout, 1),
       receiver = MakeDifferenceLowRank<float>(layout, 1);
  Random random(8);
  const std::string first = sender->Encode(RandomValues<float>(layout.flat_size, random));
  const std::string second = sender->Encode(RandomValues<float>(layout.flat_size, random));
  EXPECT_THAT(receiver->Decode(second), StatusIs(StatusCode::kInvalidArgument));  // other side
  EXPECT_THAT(receiver->Decode(first.substr(4)), StatusIs(StatusCode::kInvalidArgument));
  std::string infinite = first;
  infinite.replace(infinite.size() - 4, 4, std::string("\x00\x00\x80\x7f", 4));
  EXPECT_THAT(receiver->Decode(infinite),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("expected numbers between")));
  EXPECT_THAT(receiver->Believed(), Each(0.0f));
  ASSERT_THAT(receiver->Decode(first), IsOk());
  EXPECT_FALSE(receiver->Decode(first).ok());
  ASSERT_THAT(receiver->Decode(second), IsOk());
  EXPECT_EQ(sender->State(), receiver->State());
}

}  // namespace
}  // namespace consilium::compress
