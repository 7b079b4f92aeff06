#include "modules/metrics/win_probability.h"

#include <limits>
#include <numeric>
#include <vector>

#include "base/random.h"
#include "gmock/gmock.h"

namespace consilium::metrics {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::Eq;
using ::testing::Optional;

const Goal kAccuracy{.larger_is_better = true, .worst = 0};
const Goal kLoss{.larger_is_better = false, .worst = 10};

// How often each wins in `draws` draws, as the definition says.
std::vector<double> Sampled(const std::vector<std::vector<Trial>>& optimisers, int budget,
                            int draws, uint64_t seed) {
  Random random = Random::Named(seed, "draws");
  std::vector<double> wins(optimisers.size());
  for (int draw = 0; draw < draws; ++draw) {
    size_t winner = 0;
    double best = -1;
    for (size_t o = 0; o < optimisers.size(); ++o) {
      const std::vector<int> order = random.Permutation(static_cast<int>(optimisers[o].size()));
      Trial kept{-1, -1};
      for (int i = 0; i < budget; ++i) {
        const Trial& trial = optimisers[o][static_cast<size_t>(order[static_cast<size_t>(i)])];
        if (trial.validation > kept.validation) kept = trial;
      }
      if (kept.test > best) {
        best = kept.test;
        winner = o;
      }
    }
    wins[winner] += 1.0 / draws;
  }
  return wins;
}

TEST(WinProbabilityTest, IsTheShareOfDrawsWon) {
  const std::vector<std::vector<Trial>> optimisers = {{{.9, .9}, {.1, .1}}, {{.5, .5}, {.5, .5}}};
  EXPECT_THAT(WinProbability(optimisers, kAccuracy, 1), Optional(ElementsAre(.5, .5)));
  EXPECT_THAT(WinProbability(optimisers, kAccuracy, 2), Optional(ElementsAre(1, 0)));
  EXPECT_THAT(WinProbability(optimisers, kLoss, 2), Optional(ElementsAre(1, 0)));
}

TEST(WinProbabilityTest, GivesTiesToTheFirstListed) {
  const std::vector<std::vector<Trial>> optimisers = {{{.1, .5}}, {{.9, .5}}, {{.9, .5}}};
  EXPECT_THAT(WinProbability(optimisers, kAccuracy, 1), Optional(ElementsAre(1, 0, 0)));
}

TEST(WinProbabilityTest, SelectsOnValidation) {
  const std::vector<std::vector<Trial>> optimisers = {{{.9, .2}, {.1, 1}}, {{.5, .5}, {.5, .5}}};
  EXPECT_THAT(WinProbability(optimisers, kAccuracy, 2), Optional(ElementsAre(0, 1)));
}

TEST(WinProbabilityTest, LetsADivergedTrialLose) {
  constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
  const std::vector<std::vector<Trial>> optimisers = {{{kNaN, kNaN}, {kNaN, .9}},
                                                      {{.1, .1}, {.1, .1}}};
  EXPECT_THAT(WinProbability(optimisers, kAccuracy, 1), Optional(ElementsAre(0, 1)));
}

TEST(WinProbabilityTest, AgreesWithSampling) {
  const uint64_t seed = 11;
  SCOPED_TRACE(seed);
  Random random = Random::Named(seed, "trials");
  std::vector<std::vector<Trial>> optimisers(3);
  for (std::vector<Trial>& trials : optimisers) {
    for (int i = 0; i < 9; ++i) {  // one decimal: with ties
      trials.push_back({static_cast<double>(random.Below(8)) / 10, random.Uniform()});
    }
  }
  for (const int budget : {1, 3, 9}) {
    const std::vector<double> exact = *WinProbability(optimisers, kAccuracy, budget);
    EXPECT_THAT(std::accumulate(exact.begin(), exact.end(), 0.0), DoubleNear(1, 1e-9));
    const std::vector<double> sampled = Sampled(optimisers, budget, 20000, seed);
    for (size_t o = 0; o < 3; ++o) EXPECT_NEAR(sampled[o], exact[o], 0.015) << "budget " << budget;
  }
}

TEST(WinProbabilityTest, IsUndefinedBeyondTheTrialsThereAre) {
  const std::vector<std::vector<Trial>> optimisers = {{{.1, .5}}, {{.9, .5}, {.9, .5}}};
  EXPECT_THAT(WinProbability(optimisers, kAccuracy, 2), Eq(std::nullopt));
  EXPECT_THAT(WinProbability(optimisers, kAccuracy, 0), Eq(std::nullopt));
  EXPECT_THAT(WinProbability({}, kAccuracy, 1), Eq(std::nullopt));
}

}  // namespace
}  // namespace consilium::metrics
