#include "modules/optim/search_space.h"

#include <algorithm>
#include <cmath>

#include "base/random.h"
#include "gmock/gmock.h"

namespace consilium::optim {
namespace {

using Kind = Prior::Kind;

TEST(PriorTest, DrawsWithinItsBoundsAndAroundItsMean) {
  Random random(5);
  double sum = 0, squares = 0;
  constexpr int kDraws = 20000;
  for (int i = 0; i < kDraws; ++i) {
    const double exponent = std::log10(Draw({Kind::kLog10Normal, -2, 1.5}, random));
    sum += exponent;
    squares += (exponent + 2) * (exponent + 2);
    const double uniform = Draw({Kind::kUniform, 0.5, 5.5}, random);
    ASSERT_TRUE(uniform >= 0.5 && uniform < 5.5);
    const double decay = Draw({Kind::kLog10Uniform, -5, -1}, random);
    ASSERT_TRUE(decay >= 0.99e-5 && decay <= 0.1);
    const double beta = Draw({Kind::kOneMinusLog10Uniform, -5, -1}, random);
    ASSERT_TRUE(beta >= 0.9 && beta <= 0.999991);
  }
  EXPECT_NEAR(sum / kDraws, -2, 0.05);
  EXPECT_NEAR(std::sqrt(squares / kDraws), 1.5, 0.05);
  EXPECT_EQ(Draw({Kind::kConstant, 0.9, 7}, random), 0.9);
}

TEST(SearchSpaceTest, DrawsATrialAlikeWhateverElseIsDrawn) {
  const std::vector<SearchSpace> spaces = PublishedSearchSpaces();
  const Configuration alone = DrawConfiguration(spaces[2], 1, 7);
  for (const SearchSpace& space : spaces) DrawConfiguration(space, 1, 7);
  EXPECT_EQ(DrawConfiguration(spaces[2], 1, 7), alone);
  EXPECT_NE(DrawConfiguration(spaces[2], 1, 8), alone);
  EXPECT_NE(DrawConfiguration(spaces[2], 2, 7), alone);
}

TEST(SearchSpaceTest, PublishedOnesAreOfOptimisersThatExistAndKeepTheirConstants) {
  std::vector<std::string> names;
  for (const SearchSpace& space : PublishedSearchSpaces()) {
    names.push_back(space.name);
    for (int trial = 0; trial < 20; ++trial) {
      const Configuration drawn = DrawConfiguration(space, 3, trial);
      EXPECT_NE(MakeOptimiser(drawn.optimiser, drawn.settings, 2), nullptr) << space.name;
      EXPECT_TRUE(drawn.learning_rate > 0 && std::isfinite(drawn.learning_rate));
      EXPECT_LT(drawn.settings.momentum, 1);
      EXPECT_LT(drawn.settings.beta2, 1);
      if (space.name == "adam_lr") {
        EXPECT_EQ(drawn.settings, OptimiserSettings());
      }
      if (space.name == "sgdm_c_w_c") {
        EXPECT_EQ(drawn.settings.weight_decay, 1e-5);
      }
      if (space.name == "adamw_lr") {
        EXPECT_EQ(drawn.optimiser, "adam_l2");
      }
    }
  }
  std::sort(names.begin(), names.end());
  EXPECT_EQ(std::adjacent_find(names.begin(), names.end()), names.end());
  EXPECT_EQ(names.size(), 13u);
}

}  // namespace
}  // namespace consilium::optim
