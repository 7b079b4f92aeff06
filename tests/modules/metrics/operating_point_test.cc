#include "modules/metrics/operating_point.h"

#include "gmock/gmock.h"
#include "tests/modules/metrics/binary.h"

namespace consilium::metrics {
namespace {

using ::testing::Eq;

const Binary kPatients({.9f, .7f, .7f, .5f, .3f, .1f}, {1, 1, 0, 1, 0, 0});

TEST(OperatingPointTest, IsTheMostSensitiveOfTheWantedSpecificity) {
  const OperatingPoint third = *SensitivityAtSpecificity(kPatients, 1.0 / 3);
  EXPECT_EQ(third.threshold, .3f);
  EXPECT_EQ(third.sensitivity, 1);
  const OperatingPoint half = *SensitivityAtSpecificity(kPatients, .5);
  EXPECT_EQ(half.threshold, .5f);
  EXPECT_EQ(half.sensitivity, 1);
  EXPECT_DOUBLE_EQ(half.specificity, 2.0 / 3);
  const OperatingPoint strict = *SensitivityAtSpecificity(kPatients, .9);
  EXPECT_EQ(strict.threshold, .9f);
  EXPECT_DOUBLE_EQ(strict.sensitivity, 1.0 / 3);
  EXPECT_EQ(strict.specificity, 1);
}

TEST(OperatingPointTest, CallsNobodyPositiveIfNothingElseIsSpecificEnough) {
  const OperatingPoint point = *SensitivityAtSpecificity(Binary({.9f, .9f}, {1, 0}), .5);
  EXPECT_GT(point.threshold, .9f);
  EXPECT_EQ(point.sensitivity, 0);
  EXPECT_EQ(point.specificity, 1);
}

TEST(OperatingPointTest, JudgesAThresholdChosenElsewhere) {
  const OperatingPoint point = *AtThreshold(kPatients, .6f);
  EXPECT_DOUBLE_EQ(point.sensitivity, 2.0 / 3);
  EXPECT_DOUBLE_EQ(point.specificity, 2.0 / 3);
}

TEST(OperatingPointTest, IsUndefinedWithoutBothSides) {
  EXPECT_THAT(SensitivityAtSpecificity(Binary({.9f, .8f}, {1, 1}), .5).has_value(), Eq(false));
  EXPECT_THAT(SensitivityAtSpecificity(Binary({.9f, .8f}, {0, 0}), .5).has_value(), Eq(false));
  EXPECT_THAT(AtThreshold(Binary({}, {}), .5f).has_value(), Eq(false));
}

}  // namespace
}  // namespace consilium::metrics
