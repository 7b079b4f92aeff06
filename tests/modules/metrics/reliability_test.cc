#include "modules/metrics/reliability.h"

#include "gmock/gmock.h"
#include "tests/modules/metrics/binary.h"

namespace consilium::metrics {
namespace {

using ::testing::DoubleNear;
using ::testing::Eq;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const Binary kPatients({.05f, .15f, .15f, .85f}, {0, 1, 0, 1});

TEST(ReliabilityTest, ComparesAClassWithItsShareBinByBin) {
  const auto bins = ClassReliability(kPatients, 1, 10, Binning::kEqualWidth);
  ASSERT_THAT(bins, SizeIs(3));
  EXPECT_EQ(bins[1].patients, 2);
  EXPECT_DOUBLE_EQ(bins[1].low, .1);
  EXPECT_DOUBLE_EQ(bins[1].high, .2);
  EXPECT_THAT(bins[1].predicted, DoubleNear(.15, 1e-6));
  EXPECT_EQ(bins[1].observed, .5);
}

TEST(ReliabilityTest, ComparesConfidenceWithAccuracy) {
  const auto bins = DecisionReliability(kPatients, 10, Binning::kEqualWidth);
  ASSERT_THAT(bins, SizeIs(2));  // .85 of three patients, .95 of one
  EXPECT_EQ(bins[0].patients, 3);
  EXPECT_DOUBLE_EQ(bins[0].observed, 2.0 / 3);
}

TEST(ReliabilityTest, CutsIntoBinsOfEqualMassWithinTies) {
  const auto bins = ClassReliability(kPatients, 1, 2, Binning::kEqualMass);
  ASSERT_THAT(bins, SizeIs(2));
  EXPECT_EQ(bins[0].patients, 1);
  EXPECT_EQ(bins[1].patients, 3);
  EXPECT_THAT(bins[1].low, DoubleNear(.15, 1e-6));
  EXPECT_THAT(bins[1].high, DoubleNear(.85, 1e-6));
}

TEST(ReliabilityTest, IsEmptyWithoutPatientsOrBins) {
  EXPECT_THAT(ClassReliability(Binary({}, {}), 1, 10, Binning::kEqualMass), IsEmpty());
  EXPECT_THAT(ClassReliability(kPatients, 7, 10, Binning::kEqualMass), IsEmpty());
  EXPECT_THAT(DecisionReliability(kPatients, 0, Binning::kEqualWidth), IsEmpty());
  EXPECT_THAT(CalibrationErrorOf({}), Eq(std::nullopt));
}

}  // namespace
}  // namespace consilium::metrics
