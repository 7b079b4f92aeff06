#include "modules/compress/low_rank.h"

#include <algorithm>

#include "gmock/gmock.h"
#include "modules/compress/rank_budget.h"
#include "tests/support/matchers.h"
#include "tests/support/random_values.h"

namespace consilium::compress {
namespace {

using ::consilium::testing::ModuleShape;
using ::consilium::testing::ShapeOf;
using ::consilium::testing::StatusIs;
using ::testing::HasSubstr;

TEST(PlanLowRankTest, LeavesVectorsAndSmallMatricesUncompressed) {
  const LowRankLayout layout = *PlanLowRank(ModuleShape(1), 2, 1, 2.0);
  ASSERT_EQ(layout.parts.size(), 6u);
  EXPECT_EQ(layout.parts[0].rank, 2);
  EXPECT_EQ(layout.parts[1].rank, 0);  // a bias
  EXPECT_EQ(layout.parts[4].rank, 0);  // 2x30: 60 numbers against 32
  EXPECT_EQ(PlanLowRank(ModuleShape(1), 1, 1, 2.0)->parts[4].rank, 1);
}

TEST(PlanLowRankTest, CutsTheRankToTheMatrix) {
  EXPECT_EQ(PlanLowRank(ShapeOf({{{3, 50}}}), 9, 1, 0)->parts[0].rank, 3);
}

TEST(PlanLowRankTest, MessagesDivideAmongTheModules) {
  const LowRankLayout layout = *PlanLowRank(ShapeOf({{{4, 6}, {5, 1}}, {{3, 3}}}), 2, 1, 0);
  EXPECT_THAT(MessageBlocks(layout, Side::kRight, true),
              ::testing::ElementsAre(Block{0, 17}, Block{17, 6}));
  EXPECT_THAT(MessageBlocks(layout, Side::kLeft, false),
              ::testing::ElementsAre(Block{0, 8}, Block{8, 6}));
}

TEST(PlanLowRankTest, RefusesMatricesThatDoNotFillTheirModules) {
  FlatShape shape = ShapeOf({{{4, 6}}});
  EXPECT_THAT(PlanLowRank(shape, 0, 1, 0), StatusIs(StatusCode::kInvalidArgument));
  shape.matrices[0].offset = 1;
  EXPECT_THAT(PlanLowRank(shape, 1, 1, 0), StatusIs(StatusCode::kInvalidArgument));
  shape = ShapeOf({{{4, 6}}});
  shape.matrices[0].block = 1;
  EXPECT_THAT(PlanLowRank(shape, 1, 1, 0), StatusIs(StatusCode::kInvalidArgument));
  shape = ShapeOf({{{4, 6}}});
  shape.matrices[0].cols = 5;
  EXPECT_THAT(PlanLowRank(shape, 1, 1, 0),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("every number")));
}

// The larger of the messages of the two sides.
size_t LargestMessage(const LowRankLayout& layout) {
  return std::max(MessageSize(layout, Side::kLeft, true), MessageSize(layout, Side::kRight, true));
}

TEST(PlanLowRankWithinTest, FillsTheBudgetWithEqualSharesOfTheRanks) {
  const FlatShape shape = ShapeOf({{{40, 30}, {40, 1}}, {{80, 90}}, {{10, 10}}});
  for (const uint64_t numbers : {300, 1000, 2000, 4000}) {
    const LowRankLayout layout = *PlanLowRankWithin(shape, numbers, 1, 1.0);
    EXPECT_LE(LargestMessage(layout), numbers);
    EXPECT_GT(LargestMessage(layout), numbers - 100);  // less than a rank of the largest is left
    EXPECT_GE(layout.parts[2].rank, layout.parts[0].rank);
  }
  EXPECT_EQ(PlanLowRankWithin(shape, 100000, 1, 1.0)->parts[2].rank, 80);  // lossless
}

TEST(PlanLowRankWithinTest, CountsEveryMultiplicationOfARound) {
  const FlatShape shape = ShapeOf({{{40, 30}}});
  EXPECT_EQ(PlanLowRankWithin(shape, 400, 1, 1.0)->parts[0].rank, 10);
  EXPECT_EQ(PlanLowRankWithin(shape, 400, 2, 1.0)->parts[0].rank, 5);
  EXPECT_EQ(PlanLowRankWithin(shape, 400, 3, 1.0)->parts[0].rank, 3);  // 40 + 40 + 30 each
}

TEST(PlanLowRankWithinTest, RefusesWhatRankOneDoesNotFit) {
  const FlatShape shape = ShapeOf({{{40, 30}, {40, 1}}});
  EXPECT_THAT(PlanLowRankWithin(shape, 79, 1, 1.0),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("at least 80")));
  EXPECT_EQ(PlanLowRankWithin(shape, 80, 1, 1.0)->parts[0].rank, 1);
}

}  // namespace
}  // namespace consilium::compress
