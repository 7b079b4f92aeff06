#include "modules/compress/low_rank.h"

#include "gmock/gmock.h"
#include "tests/support/matchers.h"
#include "tests/support/random_values.h"

namespace consilium {
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

}  // namespace
}  // namespace consilium
