#include "modules/compress/power_gossip.h"

#include "gmock/gmock.h"
#include "tests/support/matchers.h"
#include "tests/support/random_values.h"

namespace consilium::compress {
namespace {

using ::consilium::testing::IsOk;
using ::consilium::testing::Norm;
using ::consilium::testing::RandomValues;
using ::consilium::testing::ShapeOf;
using ::consilium::testing::StatusIs;

// docs/papers.md, PowerGossip: |X_high - X_low - D| <= |X_high - X_low|, and both ends take the
// same D with opposite signs.
TEST(PowerGossipTest, TheApproximationIsAProjectionAndOppositeAtTheEnds) {
  const LowRankLayout layout = *PlanLowRank(ShapeOf({{{12, 10}, {9, 9}}}), 2, 1, 0);
  auto low = MakePowerGossip<double>(layout, 1, EdgeEnd::kLow);
  auto high = MakePowerGossip<double>(layout, 1, EdgeEnd::kHigh);
  Random random(8);
  for (int step = 0; step < 10; ++step) {
    const auto a = RandomValues<double>(201, random), b = RandomValues<double>(201, random);
    std::vector<double> at_low(201), at_high(201), rest(201), whole(201);
    const std::string from_low = low->Encode(a), from_high = high->Encode(b);
    ASSERT_THAT(low->Decode(from_high, at_low), IsOk());
    ASSERT_THAT(high->Decode(from_low, at_high), IsOk());
    for (size_t k = 0; k < 201; ++k) {
      EXPECT_EQ(at_low[k], -at_high[k]);
      whole[k] = b[k] - a[k];
      rest[k] = whole[k] - at_low[k];
    }
    EXPECT_LE(Norm(rest), Norm(whole));
    EXPECT_LT(Norm(rest), 0.99 * Norm(whole));
  }
  EXPECT_EQ(low->State(), high->State());
}

TEST(PowerGossipTest, RefusesAMessageOfAnotherShapeAndChangesNothing) {
  const LowRankLayout layout = *PlanLowRank(ShapeOf({{{12, 10}}}), 2, 1, 0);
  auto low = MakePowerGossip<double>(layout, 1, EdgeEnd::kLow);
  auto high = MakePowerGossip<double>(layout, 1, EdgeEnd::kHigh);
  const std::vector<double> values(120, 1.0);
  std::vector<double> difference(120, 7.0);
  low->Encode(values);
  const std::string good = high->Encode(std::vector<double>(120, 2.0));
  EXPECT_THAT(low->Decode(good + "12345678", difference), StatusIs(StatusCode::kInvalidArgument));
  EXPECT_EQ(difference, std::vector<double>(120, 7.0));
  EXPECT_THAT(low->Decode(good, difference), IsOk());
}

}  // namespace
}  // namespace consilium::compress
