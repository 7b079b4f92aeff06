#include "modules/metrics/recalibration.h"

#include <cmath>

#include "gmock/gmock.h"
#include "modules/metrics/log_odds_histogram.h"
#include "tests/modules/metrics/binary.h"

namespace consilium::metrics {
namespace {

using ::testing::DoubleNear;
using ::testing::Eq;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::vector<float> Recalibrated(const Binary& patients, const std::vector<Recalibration>& fitted) {
  std::vector<float> probabilities = patients.probabilities;
  for (size_t i = 0; i < patients.labels.size(); ++i) {
    Recalibrate(fitted, std::span<float>(probabilities).subspan(2 * i, 2));
  }
  return probabilities;
}

TEST(RecalibrationTest, FindsSlopeAndBiasAgain) {
  const uint64_t seed = 6;
  SCOPED_TRACE(seed);
  const Binary patients = Miscalibrated(20000, .6, -.7, -1, Random::Named(seed, "patients"));
  const std::vector<Recalibration> fitted = FitRecalibrations(patients);
  ASSERT_THAT(fitted, SizeIs(1));
  EXPECT_THAT(fitted[0].slope, DoubleNear(.6, .03));
  EXPECT_THAT(fitted[0].bias, DoubleNear(-.7, .05));
  const std::vector<float> honest = Recalibrated(patients, fitted);
  EXPECT_GT(*CalibrationError(patients), .05);
  EXPECT_LT(*CalibrationError({2, honest, patients.labels}), .01);
}

TEST(RecalibrationTest, IsTheIdentityForOneClassOrNobody) {
  EXPECT_THAT(FitRecalibrations(Binary({.9f, .8f, .7f}, {0, 0, 0})),
              Eq(std::vector<Recalibration>{{}}));
  EXPECT_THAT(FitRecalibrations(Binary({.9f}, {-1})), Eq(std::vector<Recalibration>{{}}));
}

TEST(RecalibrationTest, HardlyMovesForFewPatients) {
  // Three patients, all predicted wrongly with conviction.
  const Recalibration fitted =
      FitRecalibration(std::vector<Outcomes>{{2, 0, 1}, {-2, 1, 0}, {-2, 1, 0}});
  EXPECT_GT(fitted.slope, 0);
  EXPECT_LT(std::fabs(fitted.bias), .5);
  const Recalibration many =
      FitRecalibration(std::vector<Outcomes>{{2, 0, 1000}, {-2, 1000, 0}, {-2, 1000, 0}});
  EXPECT_EQ(many.slope, .05);  // held above 0: the order of patients stays
}

TEST(RecalibrationTest, IsTheSameFromAHistogram) {
  const Binary patients = Miscalibrated(5000, .6, -.7, -1, Random::Named(8, "patients"));
  std::vector<double> of_class(kLogOddsBins), others(kLogOddsBins);
  for (size_t i = 0; i < patients.labels.size(); ++i) {
    const double log_odds = LogOdds(std::span(patients.probabilities).subspan(2 * i, 2), 1);
    ++(patients.labels[i] == 1 ? of_class : others)[static_cast<size_t>(BinOfLogOdds(log_odds))];
  }
  const Recalibration exact = FitRecalibrations(patients)[0];
  const Recalibration binned = FitRecalibration(OutcomesOf(of_class, others));
  EXPECT_THAT(binned.slope, DoubleNear(exact.slope, 1e-3));
  EXPECT_THAT(binned.bias, DoubleNear(exact.bias, 1e-2));
}

TEST(RecalibrationTest, OfSeveralClassesSumsToOne) {
  std::vector<float> p = {.5f, .3f, .2f};
  const std::vector<Recalibration> fitted = {{.5, 0}, {1, 1}, {2, -1}};
  Recalibrate(fitted, p);
  EXPECT_NEAR(p[0] + p[1] + p[2], 1, 1e-6);
  EXPECT_GT(p[1], p[0]);
}

TEST(RecalibrationTest, LeavesARowOfOtherClassesAlone) {
  std::vector<float> p = {.5f, .3f, .2f};
  Recalibrate({}, p);
  EXPECT_EQ(p[0], .5f);
}

TEST(LogOddsTest, IsFiniteForCertainty) {
  EXPECT_TRUE(std::isfinite(LogOdds(std::vector<float>{1, 0}, 1)));
  EXPECT_TRUE(std::isfinite(LogOdds(std::vector<float>{1, 0}, 0)));
  EXPECT_THAT(LogOdds(std::vector<float>{.5f, .25f, .25f}, 0), DoubleNear(0, 1e-7));
}

TEST(LogOddsHistogramTest, CutsIntoTenths) {
  EXPECT_EQ(BinOfLogOdds(0), kLogOddsBins / 2);
  EXPECT_EQ(BinOfLogOdds(-.01), kLogOddsBins / 2 - 1);
  EXPECT_EQ(BinOfLogOdds(1e9), kLogOddsBins - 1);
  EXPECT_EQ(BinOfLogOdds(-1e9), 0);
  EXPECT_THAT(MiddleOfBin(kLogOddsBins / 2), DoubleNear(.05, 1e-12));
}

}  // namespace
}  // namespace consilium::metrics
