#include "modules/optim/rate.h"

#include "gmock/gmock.h"

namespace consilium::optim {
namespace {

TEST(RateTest, RisesOverTheWarmUp) {
  const RateSchedule schedule{RateShape::kConstant, 1, 0, 10, 4, {}};
  EXPECT_DOUBLE_EQ(RateAt(schedule, 0), 0.25);
  EXPECT_DOUBLE_EQ(RateAt(schedule, 3), 1);
  EXPECT_DOUBLE_EQ(RateAt(schedule, 100), 1);
}

TEST(RateTest, FallsAsHalfACosineAndStaysAtItsFloor) {
  const RateSchedule schedule{RateShape::kCosine, 1, 0.2, 10, 0, {}};
  EXPECT_DOUBLE_EQ(RateAt(schedule, 0), 1);
  EXPECT_NEAR(RateAt(schedule, 5), 0.6, 1e-12);
  EXPECT_NEAR(RateAt(schedule, 10), 0.2, 1e-12);
  EXPECT_NEAR(RateAt(schedule, 1000), 0.2, 1e-12);
}

TEST(RateTest, IsMultipliedAtEveryMilestone) {
  RateSchedule schedule{RateShape::kStep, 1, 0.05, 200, 10, {}};
  schedule.milestones = {60, 120, 160};
  schedule.factor = 0.2;
  EXPECT_DOUBLE_EQ(RateAt(schedule, 4), 0.5);
  EXPECT_DOUBLE_EQ(RateAt(schedule, 59), 1);
  EXPECT_DOUBLE_EQ(RateAt(schedule, 60), 0.2);
  EXPECT_DOUBLE_EQ(RateAt(schedule, 120), 0.05) << "not below the floor";
}

TEST(RateTest, FallsAsAPowerOfWhatIsLeft) {
  RateSchedule schedule{RateShape::kPolynomial, 2, 0, 10, 0, {}};
  schedule.power = 3;
  EXPECT_DOUBLE_EQ(RateAt(schedule, 0), 2);
  EXPECT_DOUBLE_EQ(RateAt(schedule, 5), 0.25);
  EXPECT_DOUBLE_EQ(RateAt(schedule, 10), 0);
  EXPECT_DOUBLE_EQ(RateAt(schedule, 11), 0);
}

TEST(RateTest, OfNoStepsIsFinite) {
  EXPECT_DOUBLE_EQ(RateAt({RateShape::kCosine, 1, 0.5, 0, 0, {}}, 0), 1);
}

}  // namespace
}  // namespace consilium::optim
