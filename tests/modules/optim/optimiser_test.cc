#include "modules/optim/optimiser.h"

#include <cmath>

#include "gmock/gmock.h"
#include "tests/support/matchers.h"

namespace consilium {
namespace {

using ::consilium::testing::IsOk;
using ::consilium::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::FloatEq;
using ::testing::FloatNear;

const std::vector<Block> kAll = {{0, 2}};

struct Maker {
  const char* name;
  std::unique_ptr<Optimiser> (*make)(size_t parameters);
};

class OptimiserTest : public ::testing::TestWithParam<Maker> {};

TEST_P(OptimiserTest, FindsTheMinimumOfAParabola) {
  const auto optimiser = GetParam().make(2);
  std::vector<float> x = {3, -2};
  for (int step = 0; step < 500; ++step) {
    const std::vector<float> gradient = {x[0] - 1, 4 * (x[1] - 1)};
    optimiser->Step(gradient, 0.05, kAll, x);
  }
  EXPECT_THAT(x, ElementsAre(FloatNear(1, 1e-2f), FloatNear(1, 1e-2f)));
}

TEST_P(OptimiserTest, LeavesWhatIsNotTrainableBitForBit) {
  const auto optimiser = GetParam().make(5);
  std::vector<float> x = {1, 2, 3, 4, 5};
  const std::vector<float> gradient(5, 1);
  const std::vector<Block> trainable = {{1, 1}, {3, 1}};
  for (int step = 0; step < 3; ++step) optimiser->Step(gradient, 0.1, trainable, x);
  EXPECT_EQ(x[0], 1);
  EXPECT_NE(x[1], 2);
  EXPECT_EQ(x[2], 3);
  EXPECT_NE(x[3], 4);
  EXPECT_EQ(x[4], 5);
}

TEST_P(OptimiserTest, GoesOnAfterRestoreAsIfNeverStopped) {
  const auto first = GetParam().make(2);
  std::vector<float> x = {3, -2};
  for (int step = 0; step < 5; ++step) first->Step(std::vector<float>{x[0], x[1]}, 0.1, kAll, x);
  const auto second = GetParam().make(2);
  ASSERT_THAT(second->Restore(first->state()), IsOk());
  std::vector<float> y = x;
  first->Step(std::vector<float>{x[0], x[1]}, 0.1, kAll, x);
  second->Step(std::vector<float>{y[0], y[1]}, 0.1, kAll, y);
  EXPECT_EQ(x, y);
}

TEST_P(OptimiserTest, RefusesTheStateOfAnotherNetwork) {
  const auto optimiser = GetParam().make(2);
  EXPECT_THAT(optimiser->Restore({1, std::vector<float>(7)}),
              StatusIs(StatusCode::kInvalidArgument));
}

INSTANTIATE_TEST_SUITE_P(
    All, OptimiserTest,
    ::testing::Values(
        Maker{"sgd", [](size_t n) { return NewSgd({}, n); }},
        Maker{"momentum", [](size_t n) { return NewSgd({.momentum = 0.9}, n); }},
        Maker{"nesterov", [](size_t n) { return NewSgd({.momentum = 0.9, .nesterov = true}, n); }},
        Maker{"adam", [](size_t n) { return NewAdam({}, n); }}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(SgdTest, TakesTheStepsOfItsDefinition) {
  const auto sgd = NewSgd({.momentum = 0.5, .nesterov = true, .weight_decay = 0.1}, 1);
  std::vector<float> x = {10};
  const std::vector<Block> one = {{0, 1}};
  sgd->Step(std::vector<float>{2}, 0.1, one, x);  // v = 2; 10 - 0.1 (2 + 0.5*2 + 0.1*10)
  EXPECT_THAT(x, ElementsAre(FloatEq(9.6f)));
  sgd->Step(std::vector<float>{2}, 0.1, one, x);  // v = 3; 9.6 - 0.1 (2 + 0.5*3 + 0.96)
  EXPECT_THAT(x, ElementsAre(FloatEq(9.154f)));
}

TEST(AdamTest, MovesByTheRateInTheFirstStepWhateverTheGradient) {
  const auto adam = NewAdam({}, 2);
  std::vector<float> x = {1, 1};
  adam->Step(std::vector<float>{1e-3f, -50}, 0.1, kAll, x);
  EXPECT_THAT(x, ElementsAre(FloatNear(0.9f, 1e-5f), FloatNear(1.1f, 1e-5f)));
}

TEST(ClipTest, ScalesOnlyWhatIsTrainableAndTooLong) {
  std::vector<float> gradient = {3, 100, 4};
  const std::vector<Block> trainable = {{0, 1}, {2, 1}};
  EXPECT_DOUBLE_EQ(ClipByNorm(gradient, trainable, 10), 5);
  EXPECT_THAT(gradient, ElementsAre(3, 100, 4));
  EXPECT_DOUBLE_EQ(ClipByNorm(gradient, trainable, 2.5), 5);
  EXPECT_THAT(gradient, ElementsAre(1.5, 100, 2));
}

}  // namespace
}  // namespace consilium
