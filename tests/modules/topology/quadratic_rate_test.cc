#include "modules/topology/quadratic_rate.h"

#include <cmath>

#include "gmock/gmock.h"
#include "modules/topology/generators.h"
#include "tests/support/matchers.h"

namespace consilium::topology {
namespace {

using ::consilium::testing::StatusIs;

RandomWalk WalkOn(const StatusOr<Graph>& graph) { return RandomWalk(*MetropolisScheme(*graph)); }

TEST(QuadraticRateTest, ASiteAloneAndTheMeanOfAllHaveClosedForms) {
  for (const double zeta : {1.0, 5.0, 50.0, 500.0}) {
    const BestRate solo = *BestLearningRate(WalkOn(Solo(8)), zeta);
    EXPECT_NEAR(solo.learning_rate, 1 / zeta, 1e-6);
    EXPECT_NEAR(solo.rate, 1 / zeta, 1e-9);
    const BestRate full = *BestLearningRate(WalkOn(FullyConnected(8)), zeta);
    EXPECT_NEAR(full.learning_rate, 8 / (7 + zeta), 1e-6);
    EXPECT_NEAR(full.rate, 8 / (7 + zeta), 1e-9);
  }
  EXPECT_DOUBLE_EQ(ZetaOf(48, 1), 50);
}

// docs/papers.md, Beyond spectral gap: 32 sites, zeta 50.
TEST(QuadraticRateTest, BestLearningRatesAreThePapers) {
  struct Row {
    StatusOr<Graph> graph;
    double learning_rate, rate;
  };
  const Row rows[] = {{Star(32), .0355, .0588},        {BinaryTree(32), .063, .096},
                      {Ring(32), .092, .126},          {Torus(32), .159, .214},
                      {Hypercube(32), .183, .244},     {TwoCliques(32), .244, .250},
                      {FullyConnected(32), .395, .395}};
  for (const Row& row : rows) {
    const BestRate best = *BestLearningRate(WalkOn(row.graph), 50);
    EXPECT_NEAR(best.learning_rate, row.learning_rate, 0.002);  // the papers' is from a grid
    EXPECT_NEAR(best.rate, row.rate, 0.0006);
  }
}

// docs/papers.md, Beyond spectral gap: the ring's best predicted rates.
TEST(QuadraticRateTest, ARingHardlyGainsBeyondSixteenSites) {
  const int sizes[] = {8, 16, 32, 64, 128};
  const double at_50[] = {.1098, .1240, .1257, .1257, .1257};
  const double at_500[] = {.0149, .0227, .0266, .0272, .0272};
  for (size_t i = 0; i < 5; ++i) {
    EXPECT_NEAR(BestLearningRate(WalkOn(Ring(sizes[i])), 50)->rate, at_50[i], 6e-5);
    EXPECT_NEAR(BestLearningRate(WalkOn(Ring(sizes[i])), 500)->rate, at_500[i], 6e-5);
  }
}

TEST(ExactRateTest, IsThePredictionWhereAllSitesAreAlike) {
  // A torus is solved by Lanczos' iteration, as it is not circulant.
  for (const double eta : {0.001, 0.02, 0.1, 0.2}) {
    const RandomWalk torus = WalkOn(Torus(32));
    EXPECT_NEAR(*ExactRate(torus, {eta, 50}), *PredictedRate(torus, {eta, 50}), 1e-10);
  }
}

// E|x|^2 by its recursion on all pairs of sites, for long enough.
TEST(ExactRateTest, IsTheGrowthOfTheRecursionOnIrregularAndPeriodicSchemes) {
  const MixingScheme schemes[] = {
      *MetropolisScheme(*Star(8)), *LocalSteps(*Averaging(8), 4), *Exponential(8),
      *MixingScheme::Create({MetropolisScheme(*Star(8))->Phase(0), UniRing(8)->Phase(0)})};
  const double eta = 0.05, zeta = 20;
  for (const MixingScheme& scheme : schemes) {
    std::vector<double> x(64, 1.0);
    double before = 1, growth = 0;
    for (int step = 0; step < 600 * scheme.period(); ++step) {
      if (step % scheme.period() == 0) {
        growth = x[0] / before;
        for (double& value : x) value /= growth * before;
        before = x[0];
      }
      std::vector<double> next(64, 0.0);
      const SparseMixing& phase = scheme.Phase(step);
      for (size_t i = 0; i < 8; ++i) {
        for (size_t j = 0; j < 8; ++j) {
          for (const Share& a : phase.Row(static_cast<int>(i))) {
            for (const Share& b : phase.Row(static_cast<int>(j))) {
              const double factor =
                  (1 - eta) * (1 - eta) + (a.from == b.from ? (zeta - 1) * eta * eta : 0);
              next[i * 8 + j] +=
                  a.weight * b.weight * factor * x[static_cast<size_t>(a.from * 8 + b.from)];
            }
          }
        }
      }
      x = next;
    }
    growth = x[0] / before;
    const double expected = 1 - std::pow(growth, 1.0 / scheme.period());
    EXPECT_NEAR(ExactRate(RandomWalk(scheme), {eta, zeta}).value_or(-1), expected, 1e-9);
  }
}

// n sites take the mean in every p-th step: the diagonal of X grows by a site's own factor in each
// step, the rest by (1 - eta)^2, and the mean spreads both over all n^2 pairs.
TEST(ExactRateTest, OfLocalStepsHasAClosedForm) {
  const int n = 32, period = 10;
  const double zeta = 50;
  const RandomWalk walk(*LocalSteps(*Averaging(n), period));
  for (const double eta : {0.001, 0.02, 0.05, 0.073, 0.08, 0.3951}) {
    const double kept = (1 - eta) * (1 - eta), noise = (zeta - 1) * eta * eta;
    const double growth = (std::pow(kept + noise, period) + (n - 1) * std::pow(kept, period)) / n;
    const auto rate = ExactRate(walk, {eta, zeta});
    if (growth > 1) {
      EXPECT_FALSE(rate.has_value()) << eta;
    } else {
      EXPECT_NEAR(rate.value_or(-1), 1 - std::pow(growth, 1.0 / period), 1e-10) << eta;
    }
  }
  const BestRate best = *BestLearningRate(walk, zeta, ExactRate);
  EXPECT_NEAR(best.learning_rate, 0.073, 0.0005);
  EXPECT_NEAR(best.rate, 0.110, 0.0005);
}

TEST(QuadraticRateTest, TellsDivergence) {
  EXPECT_FALSE(PredictedRate(WalkOn(Ring(32)), {0.2, 50}).has_value());
  EXPECT_FALSE(ExactRate(WalkOn(Star(32)), {0.1, 50}).has_value());
  EXPECT_FALSE(ExactRate(RandomWalk(*Exponential(32)), {0.2, 50}).has_value());
  EXPECT_THAT(BestLearningRate(WalkOn(Ring(4)), 0.5), StatusIs(StatusCode::kInvalidArgument));
  EXPECT_THAT(CheckStep({0, 50}), StatusIs(StatusCode::kInvalidArgument));
  EXPECT_THAT(CheckStep({1.5, 50}), StatusIs(StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace consilium::topology
