#include "modules/metrics/conformal.h"

#include <cmath>

#include "gmock/gmock.h"
#include "modules/metrics/log_odds_histogram.h"
#include "tests/modules/metrics/binary.h"

namespace consilium::metrics {
namespace {

using ::testing::ElementsAre;
using ::testing::Eq;
using ::testing::IsEmpty;
using ::testing::Optional;

TEST(ConformalTest, TakesTheFiniteSampleQuantile) {
  EXPECT_THAT(PatientsBelowFloor(9, .9), Optional(0));  // ceil(10 * .9) = 9 of 9
  EXPECT_THAT(PatientsBelowFloor(8, .9), Eq(std::nullopt));
  EXPECT_THAT(PatientsBelowFloor(19, .9), Optional(1));  // 18 of 19
  EXPECT_THAT(PatientsBelowFloor(99, .9), Optional(9));  // 90 of 99
  EXPECT_THAT(PatientsBelowFloor(99, 1), Eq(std::nullopt));
  EXPECT_THAT(PatientsBelowFloor(0, .9), Eq(std::nullopt));
}

TEST(ConformalTest, PutsAClassOfFewPatientsInEverySet) {
  std::vector<float> ones(20, .1f);
  std::vector<int32_t> labels(20, 0);
  labels[0] = 1;
  const ConformalRule rule = FitConformal(Binary(ones, labels), .9, Coverage::kByClass);
  EXPECT_THAT(rule.floors[1], Eq(std::nullopt));
  EXPECT_THAT(ConformalSet(rule, std::vector<float>{.95f, .05f}), ElementsAre(0, 1));
}

TEST(ConformalTest, AbstainsUnlessTheSetNamesOneClass) {
  const ConformalRule rule{{.6f, .7f}};
  EXPECT_FALSE(Abstains(ConformalSet(rule, std::vector<float>{.8f, .2f})));
  EXPECT_THAT(ConformalSet(rule, std::vector<float>{.5f, .5f}), IsEmpty());
  EXPECT_TRUE(Abstains(ConformalSet(rule, std::vector<float>{.5f, .5f})));
  EXPECT_TRUE(Abstains(ConformalSet({{.1f, .1f}}, std::vector<float>{.5f, .5f})));
}

// Mean coverage over many calibration sets, each examined on fresh patients of a model that is
// badly calibrated: what is promised whatever the model.
class CoverageTest : public ::testing::TestWithParam<Coverage> {};

TEST_P(CoverageTest, HoldsOnNewPatientsOfAnyModel) {
  constexpr int kTimes = 300, kCalibration = 199, kNew = 500;
  double overall = 0, ones = 0;
  for (uint64_t seed = 0; seed < kTimes; ++seed) {
    const Binary seen = Miscalibrated(kCalibration, .4, -1, -1, Random::Named(seed, "seen"));
    const Binary fresh = Miscalibrated(kNew, .4, -1, -1, Random::Named(seed, "fresh"));
    const ConformalReport report = *Examine(FitConformal(seen, .9, GetParam()), fresh);
    overall += report.coverage / kTimes;
    ones += *report.by_class[1] / kTimes;
  }
  // Standard error of the mean below .002; at most 1 / (n + 1) too generous: of class 1 some 60.
  EXPECT_GE(overall, .9 - .006);
  EXPECT_LE(overall, .9 + .02);
  if (GetParam() == Coverage::kByClass) {
    EXPECT_GE(ones, .9 - .008);
    EXPECT_LE(ones, .9 + .025);
  }
}

INSTANTIATE_TEST_SUITE_P(Coverages, CoverageTest,
                         ::testing::Values(Coverage::kOverall, Coverage::kByClass));

TEST(ConformalFloorTest, IsGenerousByLessThanABin) {
  std::vector<double> counts(kLogOddsBins);
  std::vector<double> log_odds;
  Random random = Random::Named(2, "log-odds");
  for (int i = 0; i < 99; ++i) {
    log_odds.push_back(2 * random.Normal());
    ++counts[static_cast<size_t>(BinOfLogOdds(log_odds.back()))];
  }
  std::sort(log_odds.begin(), log_odds.end());
  const double floor = *ConformalFloor(counts, 99, .9);
  EXPECT_LE(floor, log_odds[9]);
  EXPECT_GT(floor, log_odds[9] - .1);
}

TEST(ConformalFloorTest, IsAbsentForTooFewPatients) {
  std::vector<double> counts(kLogOddsBins);
  EXPECT_THAT(ConformalFloor(counts, 0, .9), Eq(std::nullopt));
  counts[100] = 8;
  EXPECT_THAT(ConformalFloor(counts, 8, .9), Eq(std::nullopt));
  counts[100] = 16;  // eight patients counted twice know no more
  EXPECT_THAT(ConformalFloor(counts, 8, .9), Eq(std::nullopt));
  EXPECT_THAT(ConformalFloor(counts, 16, .9), Optional(::testing::DoubleNear(-2.8, 1e-12)));
}

}  // namespace
}  // namespace consilium::metrics
