#include "modules/optim/ema.h"

#include <cmath>

#include "base/random.h"
#include "gmock/gmock.h"
#include "modules/optim/optimisers.h"
#include "tests/support/matchers.h"

namespace consilium::optim {
namespace {

using ::consilium::testing::IsOk;
using ::consilium::testing::StatusIs;
using ::testing::DoubleNear;
using ::testing::ElementsAre;
using Ema = ParallelEma<double>;

const std::vector<double> kZero = {0};
const std::vector<double> kOne = {1};

TEST(EmaTest, WindowsOfThePublishedRunGiveThePublishedDecays) {
  const int64_t steps = 78200;
  EXPECT_THAT(DecaysForWindows(kEmaWindows, steps, 16),
              ElementsAre(DoubleNear(0.968, 5e-4), DoubleNear(0.984, 5e-4), DoubleNear(0.992, 5e-4),
                          DoubleNear(0.996, 5e-4), DoubleNear(0.998, 5e-4)));
  EXPECT_THAT(DecaysForWindows(kEmaWindows, steps, 1).back(), DoubleNear(0.999875, 1e-6));
}

TEST(EmaTest, WindowsShorterThanAPeriodKeepTheLastSampleOnly) {
  EXPECT_THAT(DecaysForWindows(std::vector<double>{0.01, 0.1}, 200, 2),
              ElementsAre(0, DoubleNear(0.9, 1e-12)));
  EXPECT_THAT(DecaysForWindows(std::vector<double>{0.1}, 0, 2), ElementsAre(0));
}

TEST(EmaTest, WarmUpCountsItsOwnUpdatesNotStepsOfTheOptimiser) {
  Ema ema({{0.5}, 4, true}, kZero);
  double expected = 0;
  for (int64_t step = 1; step <= 40; ++step) {
    ema.Step(kOne);
    if (step % 4 == 0) {
      const auto u = static_cast<double>(step / 4 - 1);
      const double decay = std::min(0.5, (u + 1) / (u + 10));
      expected = decay * expected + (1 - decay);
    }
    ASSERT_NEAR(ema.average(0)[0], expected, 1e-14) << "step " << step;
  }
  EXPECT_EQ(ema.state().steps, 40);
  EXPECT_EQ(ema.state().updates, 10);
  EXPECT_DOUBLE_EQ(EmaDecay({{0.5}, 4, true}, 0, 0), 0.1);
  EXPECT_DOUBLE_EQ(EmaDecay({{0.5}, 4, true}, 0, 9), 0.5);
  EXPECT_DOUBLE_EQ(EmaDecay({{0.5}, 4, false}, 0, 0), 0.5);
}

TEST(EmaTest, KeepsItsDecaysApart) {
  Ema ema({{0, 0.5, 0.9}, 1, false}, kZero);
  ema.Step(kOne);
  ema.Step(kOne);
  EXPECT_DOUBLE_EQ(ema.average(0)[0], 1);
  EXPECT_DOUBLE_EQ(ema.average(1)[0], 0.75);
  EXPECT_NEAR(ema.average(2)[0], 0.19, 1e-15);
}

TEST(EmaTest, LeavesWhatNeverMovesBitForBit) {
  Random random(7);
  std::vector<float> parameters(100);
  for (float& p : parameters) p = static_cast<float>(random.Normal());
  const std::vector<float> before = parameters;
  ParallelEma<float> ema({{0.3, 0.97, 0.998}, 1, true}, parameters);
  for (int step = 0; step < 50; ++step) {
    for (size_t i = 50; i < 100; ++i) parameters[i] += static_cast<float>(random.Normal());
    ema.Step(parameters);
  }
  for (int j = 0; j < ema.count(); ++j) {
    for (size_t i = 0; i < 50; ++i) ASSERT_EQ(ema.average(j)[i], before[i]);
    EXPECT_NE(ema.average(j)[60], before[60]);
  }
}

TEST(EmaTest, GoesOnAfterRestoreAsIfNeverStopped) {
  const EmaOptions options{{0.5, 0.9}, 3, true};
  Ema first(options, kZero), second(options, kOne);
  for (int step = 0; step < 7; ++step) first.Step(std::vector<double>{step * 0.3});
  ASSERT_THAT(second.Restore(first.state()), IsOk());
  for (int step = 0; step < 5; ++step) {
    first.Step(std::vector<double>{std::sin(step)});
    second.Step(std::vector<double>{std::sin(step)});
  }
  EXPECT_EQ(first.state().averages, second.state().averages);
  EXPECT_EQ(first.state().updates, second.state().updates);
}

TEST(EmaTest, RefusesTheStateOfOtherDecaysOrAnotherNetwork) {
  Ema ema({{0.5, 0.9}, 3, true}, kZero);
  EXPECT_THAT(ema.Restore({1, 0, {1, 2, 3}}), StatusIs(StatusCode::kInvalidArgument));
  EXPECT_THAT(ema.Restore({-1, 0, {1, 2}}), StatusIs(StatusCode::kInvalidArgument));
  EXPECT_DOUBLE_EQ(ema.average(1)[0], 0);
}

// Var(EMA) / Var(x) = (1-a)/(1+a) (1+a r)/(1-a r) for x_t = r x_{t-1} + noise, as in
// docs/papers.md, EMA of weights. The noise of 4e5 steps leaves about one part in a hundred.
TEST(EmaTest, ShrinksTheVarianceOfAnAutoregressionByTheClosedForm) {
  const double r = 0.9, a = 0.95;
  const double expected = (1 - a) / (1 + a) * (1 + a * r) / (1 - a * r);
  Random random(3);
  Ema ema({{a}, 1, false}, kZero);
  double x = 0, plain = 0, averaged = 0;
  for (int step = 0; step < 401'000; ++step) {
    x = r * x + random.Normal();
    ema.Step(std::span(&x, 1));
    if (step < 1000) continue;
    plain += x * x;
    averaged += ema.average(0)[0] * ema.average(0)[0];
  }
  EXPECT_NEAR(averaged / plain / expected, 1, 0.03) << "expected ratio " << expected;
}

TEST(AveragingTest, ShowsEveryStepToTheAveragesAndChangesNoStep) {
  const std::vector<Block> all = {{0, 2}};
  std::vector<float> x = {3, -2}, y = x;
  ParallelEma<float> ema({{0, 0.9}, 2, true}, x);
  const auto alone = MakeOptimiser("nesterov", {}, 2);
  const auto inner = MakeOptimiser("nesterov", {}, 2);
  const auto averaging = NewAveraging(*inner, ema);
  for (int step = 0; step < 10; ++step) {
    alone->Step(std::vector<float>{x[0], x[1]}, 0.05, all, x);
    averaging->Step(std::vector<float>{y[0], y[1]}, 0.05, all, y);
  }
  EXPECT_EQ(x, y);
  EXPECT_EQ(averaging->state().moments, alone->state().moments);
  EXPECT_THAT(ema.average(0), ElementsAre(x[0], x[1]));
  EXPECT_NE(ema.average(1)[0], x[0]);
}

}  // namespace
}  // namespace consilium::optim
