#include "modules/optim/mean.h"

#include "gmock/gmock.h"

namespace consilium::optim {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;

TEST(BiasCorrectedEmaTest, OfAConstantIsThatConstantFromTheFirstSampleOn) {
  BiasCorrectedEma average(0.99);
  EXPECT_TRUE(average.Value().empty());
  for (int n = 1; n <= 20; ++n) {
    average.Add(std::vector<double>{3, -1});
    EXPECT_THAT(average.Value(), ElementsAre(DoubleNear(3, 1e-12), DoubleNear(-1, 1e-12)));
  }
}

TEST(WeightedMeanTest, IsTheSumOfWeightedSamplesOverTheSumOfWeights) {
  WeightedMean mean;
  mean.Add(1, 1);
  mean.Add(4, 2);
  EXPECT_DOUBLE_EQ(mean.value(), 3);
  mean.Add(-3, 3);
  EXPECT_DOUBLE_EQ(mean.value(), 0);
  EXPECT_DOUBLE_EQ(mean.total(), 6);
}

TEST(WeightedMeanTest, OfSamplesWithoutWeightIsFinite) {
  WeightedMean mean;
  mean.Add(5, 0);
  mean.Add(7, 0);
  EXPECT_DOUBLE_EQ(mean.value(), 5);
}

}  // namespace
}  // namespace consilium::optim
