#include "modules/metrics/tunability.h"

#include <cmath>
#include <limits>
#include <vector>

#include "base/random.h"
#include "gmock/gmock.h"

namespace consilium::metrics {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::Eq;
using ::testing::IsEmpty;
using ::testing::Optional;

const Goal kAccuracy{.larger_is_better = true, .worst = 0};
const Goal kLoss{.larger_is_better = false, .worst = 10};
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

std::vector<Trial> Noisy(int count, uint64_t seed) {
  Random random = Random::Named(seed, "trials");
  std::vector<Trial> trials;
  for (int i = 0; i < count; ++i) {
    const double quality = random.Uniform();
    trials.push_back({quality + 0.05 * random.Normal(), quality + 0.05 * random.Normal()});
  }
  return trials;
}

TEST(IncumbentCurveTest, SelectsOnValidationAndReportsTest) {
  // Of two draws, three quarters contain the trial of better validation and worse test.
  EXPECT_THAT(IncumbentCurve(std::vector<Trial>{{.9, .5}, {.6, .7}}, kAccuracy),
              ElementsAre(DoubleNear(.6, 1e-12), DoubleNear(.75 * .5 + .25 * .7, 1e-12)));
}

TEST(IncumbentCurveTest, WorksWithLosses) {
  EXPECT_THAT(IncumbentCurve(std::vector<Trial>{{1, 2}, {3, 4}}, kLoss),
              ElementsAre(DoubleNear(3, 1e-12), DoubleNear(.75 * 2 + .25 * 4, 1e-12)));
}

TEST(IncumbentCurveTest, CountsADivergedTrialAsWorstAndNeverAsAbsent) {
  const std::vector<Trial> diverged = {{1, 2}, {kNaN, 1}, {.5, kInfinity}, {1e30, 1e30}};
  EXPECT_THAT(IncumbentCurve(diverged, kLoss).front(), DoubleNear((2 + 3 * 10) / 4.0, 1e-12));
}

TEST(IncumbentCurveTest, IsEmptyWithoutTrials) {
  EXPECT_THAT(IncumbentCurve({}, kAccuracy), IsEmpty());
}

TEST(IncumbentCurveTest, AgreesWithTheBootstrapWithinOnePercent) {
  for (const uint64_t seed : {1u, 2u, 3u}) {
    SCOPED_TRACE(seed);
    const std::vector<Trial> trials = Noisy(50, seed);
    const std::vector<double> exact = IncumbentCurve(trials, kAccuracy);
    const IncumbentBand band = BootstrapIncumbents(trials, kAccuracy, 20000, seed);
    for (size_t t = 0; t < exact.size(); ++t) {
      EXPECT_NEAR(band.mean[t], exact[t], 0.01 * exact[t]) << "budget " << t + 1;
      EXPECT_LE(band.low[t], band.mean[t]);
      EXPECT_GE(band.high[t], band.mean[t]);
    }
  }
}

TEST(BootstrapIncumbentsTest, GivesTheSameForTheSameSeed) {
  const std::vector<Trial> trials = Noisy(10, 1);
  EXPECT_EQ(BootstrapIncumbents(trials, kAccuracy, 100, 7).mean,
            BootstrapIncumbents(trials, kAccuracy, 100, 7).mean);
}

TEST(TunabilityTest, OrdersEarlyUniformAndLateForARisingCurve) {
  const std::vector<double> curve = {.5, .7, .8};
  const Tunability scalars = *TunabilityOf(curve, kAccuracy);
  EXPECT_NEAR(scalars.early, (3 * .5 + 2 * .7 + .8) / 6, 1e-12);
  EXPECT_NEAR(scalars.uniform, 2.0 / 3, 1e-12);
  EXPECT_NEAR(scalars.late, (.5 + 2 * .7 + 3 * .8) / 6, 1e-12);
  EXPECT_EQ(scalars.one_shot, .5);
  EXPECT_EQ(scalars.peak, .8);
  EXPECT_NEAR(scalars.exponential[0],
              (.5 + std::exp(-.1) * .7 + std::exp(-.2) * .8) / (1 + std::exp(-.1) + std::exp(-.2)),
              1e-12);
}

TEST(TunabilityTest, HasEarlyEqualToLateForOneTrial) {
  const Tunability scalars = *TunabilityOf(std::vector<double>{.5}, kAccuracy);
  EXPECT_EQ(scalars.early, scalars.late);
}

TEST(TunabilityTest, CountsTheTrialsFromOneLevelToTheNext) {
  const std::vector<double> curve = {.5, .96, .97, .98, 1};
  EXPECT_THAT(BudgetToReach(.95, curve, kAccuracy), Optional(2));
  EXPECT_THAT(BudgetToReach(.99, curve, kAccuracy), Optional(5));
  EXPECT_EQ(TunabilityOf(curve, kAccuracy)->sharpness, 3);
  EXPECT_THAT(BudgetToReach(.5, std::vector<double>{10, 6, 4}, kLoss), Optional(2));
}

TEST(TunabilityTest, IsUndefinedWithoutACurve) {
  EXPECT_THAT(TunabilityOf({}, kAccuracy), Eq(std::nullopt));
  EXPECT_THAT(TunabilityOf(std::vector<double>{1, kNaN}, kAccuracy), Eq(std::nullopt));
}

TEST(RelativePerformanceTest, DividesByTheBestAtEachBudget) {
  const std::vector<std::vector<double>> curves = {{.4, .9}, {.5, .6}};
  EXPECT_THAT(*RelativePerformance(curves, kAccuracy),
              ElementsAre(ElementsAre(.4 / .5, 1), ElementsAre(1, .6 / .9)));
  EXPECT_THAT(*RelativePerformance(curves, kLoss),
              ElementsAre(ElementsAre(1, .6 / .9), ElementsAre(.4 / .5, 1)));
  EXPECT_THAT(RelativePerformance(std::vector<std::vector<double>>{{1}, {1, 2}}, kLoss),
              Eq(std::nullopt));
}

}  // namespace
}  // namespace consilium::metrics
