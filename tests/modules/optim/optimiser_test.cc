#include "modules/optim/optimiser.h"

#include "gmock/gmock.h"

namespace consilium::optim {
namespace {

using ::testing::ElementsAre;
using ::testing::FloatEq;
using ::testing::FloatNear;

const std::vector<Block> kAll = {{0, 2}};

TEST(SgdTest, TakesTheStepsOfItsDefinition) {
  const auto sgd = NewSgd({.momentum = 0.5, .nesterov = true, .weight_decay = 0.1}, 1);
  std::vector<float> x = {10};
  const std::vector<Block> one = {{0, 1}};
  sgd->Step(std::vector<float>{2}, 0.1, one, x);  // v = 2; 10 - 0.1 (2 + 0.5*2 + 0.1*10)
  EXPECT_THAT(x, ElementsAre(FloatEq(9.6f)));
  sgd->Step(std::vector<float>{2}, 0.1, one, x);  // v = 3; 9.6 - 0.1 (2 + 0.5*3 + 0.96)
  EXPECT_THAT(x, ElementsAre(FloatEq(9.154f)));
}

TEST(SgdTest, WithHeavyBallMomentumTakesTheStepsOfItsDefinition) {
  const auto sgd = NewSgd({.momentum = 0.5}, 1);
  std::vector<float> x = {10};
  const std::vector<Block> one = {{0, 1}};
  sgd->Step(std::vector<float>{2}, 0.1, one, x);  // v = 2
  EXPECT_THAT(x, ElementsAre(FloatEq(9.8f)));
  sgd->Step(std::vector<float>{2}, 0.1, one, x);  // v = 3
  EXPECT_THAT(x, ElementsAre(FloatEq(9.5f)));
}

TEST(AdamTest, MovesByTheRateInTheFirstStepWhateverTheGradient) {
  const auto adam = NewAdam({}, 2);
  std::vector<float> x = {1, 1};
  adam->Step(std::vector<float>{1e-3f, -50}, 0.1, kAll, x);
  EXPECT_THAT(x, ElementsAre(FloatNear(0.9f, 1e-5f), FloatNear(1.1f, 1e-5f)));
}

// One step by hand: m = 0.1 g, v = 0.001 g^2, both corrected to g and g^2.
TEST(AdamTest, AddsDecayToTheGradientOrTakesItFromTheParameterAsToldTo) {
  const std::vector<Block> one = {{0, 1}};
  std::vector<float> decoupled = {2}, coupled = {2};
  NewAdam({.weight_decay = 0.5}, 1)->Step(std::vector<float>{1}, 0.1, one, decoupled);
  NewAdam({.l2 = 0.5}, 1)->Step(std::vector<float>{-1}, 0.1, one, coupled);
  EXPECT_THAT(decoupled, ElementsAre(FloatNear(2 - 0.1f * (1 + 0.5f * 2), 1e-5f)));
  EXPECT_THAT(coupled, ElementsAre(2));  // -1 + 0.5 * 2 = 0: no step at all
}

TEST(AdagradTest, TakesTheStepsOfItsDefinition) {
  const auto adagrad = NewAdagrad({.epsilon = 0, .weight_decay = 0.1}, 1);
  std::vector<float> x = {10};
  const std::vector<Block> one = {{0, 1}};
  adagrad->Step(std::vector<float>{3}, 0.1, one, x);  // v = 9; 10 - 0.1 (3/3 + 0.1*10)
  EXPECT_THAT(x, ElementsAre(FloatEq(9.8f)));
  adagrad->Step(std::vector<float>{4}, 0.1, one, x);  // v = 25; 9.8 - 0.1 (4/5 + 0.98)
  EXPECT_THAT(x, ElementsAre(FloatEq(9.622f)));
}

}  // namespace
}  // namespace consilium::optim
