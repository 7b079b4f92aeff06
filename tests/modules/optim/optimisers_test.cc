#include "modules/optim/optimisers.h"

#include <cmath>

#include "base/random.h"
#include "gmock/gmock.h"
#include "tests/support/matchers.h"

namespace consilium::optim {
namespace {

using ::consilium::testing::IsOk;
using ::consilium::testing::StatusIs;

constexpr size_t kSize = 20;

// f(x) = 1/2 sum_i h_i (x_i - t_i)^2, curvatures from 0.1 to 1.
struct Quadratic {
  std::vector<float> curvature, minimum;

  explicit Quadratic(uint64_t seed) {
    Random random(seed);
    for (size_t i = 0; i < kSize; ++i) {
      curvature.push_back(0.1f + 0.9f * static_cast<float>(i) / (kSize - 1));
      minimum.push_back(static_cast<float>(random.Normal()));
    }
  }

  std::vector<float> Gradient(std::span<const float> x) const {
    std::vector<float> gradient(kSize);
    for (size_t i = 0; i < kSize; ++i) gradient[i] = curvature[i] * (x[i] - minimum[i]);
    return gradient;
  }

  double Distance(std::span<const float> x) const {
    double largest = 0;
    for (size_t i = 0; i < kSize; ++i)
      largest = std::max<double>(largest, std::fabs(x[i] - minimum[i]));
    return largest;
  }
};

struct Case {
  std::string_view name;
  bool decay;
};

class OptimisersTest : public ::testing::TestWithParam<Case> {
 protected:
  std::unique_ptr<Optimiser> Make(size_t parameters = kSize) const {
    OptimiserSettings settings;
    if (GetParam().decay) settings.weight_decay = 0.01;
    return MakeOptimiser(GetParam().name, settings, parameters);
  }

  const std::vector<Block> all_ = {{0, kSize}};
};

class OptimiserByNameTest : public ::testing::TestWithParam<NamedOptimiser> {
 protected:
  const std::vector<Block> all_ = {{0, kSize}};
};

TEST_P(OptimiserByNameTest, ConvergesOnAConvexQuadratic) {
  const Quadratic quadratic(1);
  const auto optimiser = GetParam().make({}, kSize);
  std::vector<float> x(kSize, 2);
  const double rate = GetParam().name == "adagrad" ? 0.5 : 0.05;
  const int steps = 3000;
  for (int step = 0; step < steps; ++step) {
    const double part = static_cast<double>(step) / steps;
    optimiser->Step(quadratic.Gradient(x), rate * (1 - part), all_, x);
  }
  EXPECT_LT(quadratic.Distance(x), 1e-3);
}

TEST_P(OptimiserByNameTest, WithDecayStaysNearerToZero) {
  const Quadratic quadratic(2);
  const auto with = GetParam().make({.weight_decay = 0.01}, kSize);
  const auto without = GetParam().make({}, kSize);
  std::vector<float> x(kSize, 0), y = x;
  for (int step = 0; step < 3000; ++step) {
    with->Step(quadratic.Gradient(x), 0.05, all_, x);
    without->Step(quadratic.Gradient(y), 0.05, all_, y);
  }
  double norm_with = 0, norm_without = 0;
  for (size_t i = 0; i < kSize; ++i) norm_with += x[i] * x[i], norm_without += y[i] * y[i];
  EXPECT_LT(norm_with, norm_without);
}

TEST_P(OptimisersTest, ContinueFromASavedStateBitForBit) {
  const Quadratic quadratic(3);
  const auto first = Make(), second = Make();
  std::vector<float> x(kSize, 1);
  for (int step = 0; step < 7; ++step) first->Step(quadratic.Gradient(x), 0.1, all_, x);
  ASSERT_THAT(second->Restore(first->state()), IsOk());
  std::vector<float> y = x;
  for (int step = 0; step < 7; ++step) {
    first->Step(quadratic.Gradient(x), 0.1, all_, x);
    second->Step(quadratic.Gradient(y), 0.1, all_, y);
  }
  EXPECT_EQ(x, y);
  EXPECT_EQ(first->state().moments, second->state().moments);
}

TEST_P(OptimisersTest, LeaveFrozenBlocksAndTheirMomentsBitForBit) {
  const Quadratic quadratic(4);
  const auto optimiser = Make();
  std::vector<float> x(kSize, 1);
  for (int step = 0; step < 3; ++step) optimiser->Step(quadratic.Gradient(x), 0.1, all_, x);
  const std::vector<float> before = x, moments = optimiser->state().moments;
  const std::vector<Block> trainable = {{2, 3}, {11, 1}};
  for (int step = 0; step < 3; ++step) optimiser->Step(quadratic.Gradient(x), 0.1, trainable, x);
  for (size_t i = 0; i < kSize; ++i) {
    const bool moves = (i >= 2 && i < 5) || i == 11;
    EXPECT_EQ(x[i] != before[i], moves) << i;
    for (size_t m = i; m < moments.size(); m += kSize) {
      EXPECT_EQ(optimiser->state().moments[m] != moments[m], moves) << "moment " << m;
    }
  }
}

TEST_P(OptimisersTest, StepOverABlockAsOverItsParts) {
  const Quadratic quadratic(5);
  const auto whole = Make(), parts = Make();
  const std::vector<Block> cut = {{0, 7}, {7, 1}, {8, 12}};
  std::vector<float> x(kSize, 1), y = x;
  for (int step = 0; step < 5; ++step) {
    whole->Step(quadratic.Gradient(x), 0.1, all_, x);
    parts->Step(quadratic.Gradient(y), 0.1, cut, y);
  }
  EXPECT_EQ(x, y);
}

TEST_P(OptimisersTest, RefuseTheStateOfAnotherNetwork) {
  const auto optimiser = Make();
  EXPECT_THAT(optimiser->Restore({1, std::vector<float>(7)}),
              StatusIs(StatusCode::kInvalidArgument));
  OptimiserState negative = optimiser->state();
  negative.steps = -1;
  EXPECT_THAT(optimiser->Restore(negative), StatusIs(StatusCode::kInvalidArgument));
}

std::vector<Case> Cases() {
  std::vector<Case> cases;
  for (const NamedOptimiser& optimiser : Optimisers()) {
    cases.push_back({optimiser.name, false});
    cases.push_back({optimiser.name, true});
  }
  return cases;
}

INSTANTIATE_TEST_SUITE_P(All, OptimisersTest, ::testing::ValuesIn(Cases()), [](const auto& test) {
  return std::string(test.param.name) + (test.param.decay ? "_with_decay" : "");
});

INSTANTIATE_TEST_SUITE_P(All, OptimiserByNameTest,
                         ::testing::ValuesIn(std::vector<NamedOptimiser>(Optimisers().begin(),
                                                                         Optimisers().end())),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(OptimisersTableTest, KnowsNoneOfAnotherName) {
  EXPECT_EQ(MakeOptimiser("lion", {}, 1), nullptr);
  EXPECT_EQ(OptimiserNames().size(), Optimisers().size());
}

}  // namespace
}  // namespace consilium::optim
