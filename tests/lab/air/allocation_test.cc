#include "lab/air/allocation.h"

#include <limits>
#include <vector>

#include "gmock/gmock.h"
#include "tests/support/matchers.h"

namespace consilium::air {
namespace {

using ::testing::DoubleEq;
using ::testing::ElementsAre;
using testing::IsOkAndHolds;
using testing::StatusIs;

using Norms = std::vector<std::vector<double>>;

const std::vector<Segment> kThreeTensors = {{0, 2, 0, 0}, {2, 1, 1, 0}, {3, 4, 2, 1}};
const std::vector<Segment> kTwoColumnsAndABias = {{0, 5, 0, 0}, {5, 5, 0, 0}, {10, 2, 1, 0}};

TEST(AllocationTest, NormsAreThoseOfTheSegments) {
  const std::vector<float> signal = {3, 4, -2, 1, 1, 1, 1};
  EXPECT_THAT(SegmentNorms<float>(signal, kThreeTensors), ElementsAre(5, 2, 2));
}

TEST(AllocationTest, PowerGoesByTheNormToItsExponent) {
  EXPECT_THAT(PowerShares(kThreeTensors, Norms{{1, 1, 2}}, {}),
              IsOkAndHolds(ElementsAre(0.25, 0.25, 0.5)));
  EXPECT_THAT(PowerShares(kThreeTensors, Norms{{1, 2, 2}}, {.exponent = 2}),
              IsOkAndHolds(ElementsAre(DoubleEq(1 / 9.0), DoubleEq(4 / 9.0), DoubleEq(4 / 9.0))));
  EXPECT_THAT(PowerShares(kThreeTensors, Norms{{1, 7, 0}}, {.exponent = 0}),
              IsOkAndHolds(ElementsAre(DoubleEq(1 / 3.0), DoubleEq(1 / 3.0), DoubleEq(1 / 3.0))));
}

TEST(AllocationTest, ColumnsDivideThePowerOfTheirTensor) {
  EXPECT_THAT(PowerShares(kTwoColumnsAndABias, Norms{{3, 4, 5}}, {}),
              IsOkAndHolds(ElementsAre(DoubleEq(3 / 14.0), DoubleEq(4 / 14.0), DoubleEq(0.5))));
  EXPECT_THAT(PowerShares(kTwoColumnsAndABias, Norms{{3, 4, 5}}, {.column_exponent = 0}),
              IsOkAndHolds(ElementsAre(0.25, 0.25, 0.5)));
}

TEST(AllocationTest, SitesThatSendNothingHaveNoSay) {
  EXPECT_THAT(PowerShares(kThreeTensors, Norms{{0, 0, 0}, {1, 1, 2}, {1, 3, 0}}, {}),
              IsOkAndHolds(ElementsAre(0.25, 0.5, 0.25)));
  EXPECT_THAT(PowerShares(kTwoColumnsAndABias, Norms{{0, 0, 0}}, {}),
              IsOkAndHolds(ElementsAre(0.25, 0.25, 0.5)));
}

TEST(AllocationTest, HugeAndTinyNormsStaySharesOfOne) {
  EXPECT_THAT(PowerShares(kThreeTensors, Norms{{1e-200, 1e200, 1e200}}, {.exponent = 2}),
              IsOkAndHolds(ElementsAre(0, 0.5, 0.5)));
}

TEST(AllocationTest, RefusesNormsThatAreNone) {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  for (const Norms& norms : {Norms{{1, 2}}, Norms{{1, 2, kNan}}, Norms{{1, -2, 3}},
                             Norms{{1, 2, std::numeric_limits<double>::infinity()}}}) {
    EXPECT_THAT(PowerShares(kThreeTensors, norms, {}), StatusIs(StatusCode::kInvalidArgument));
  }
  EXPECT_THAT(PowerShares(kThreeTensors, Norms{{1, 2, 3}}, {.exponent = -1}),
              StatusIs(StatusCode::kInvalidArgument));
  EXPECT_THAT(PowerShares(kThreeTensors, Norms{{1, 2, 3}}, {.column_exponent = kNan}),
              StatusIs(StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace consilium::air
