#include "modules/topology/differing_sites.h"

#include <cmath>

#include "gmock/gmock.h"
#include "modules/topology/generators.h"
#include "modules/topology/mixing.h"
#include "tests/support/random_values.h"

namespace consilium::topology {
namespace {

using ::consilium::testing::Norm;
using ::consilium::testing::RandomValues;
using Vector = std::vector<double>;

// part * W x + (1 - part) x
Vector Mixed(const std::vector<double>& w, const Vector& x, double part = 1) {
  Vector mixed(x.size());
  for (size_t i = 0; i < x.size(); ++i) {
    for (size_t j = 0; j < x.size(); ++j) mixed[i] += w[i * x.size() + j] * x[j];
    mixed[i] = part * mixed[i] + (1 - part) * x[i];
  }
  return mixed;
}

Vector WithoutMean(Vector x) {
  double mean = 0;
  for (const double value : x) mean += value / static_cast<double>(x.size());
  for (double& value : x) value -= mean;
  return x;
}

TEST(DifferingSitesTest, GossipLeavesApartWhatTheSlowestEigenvectorDoesAndNeverMore) {
  constexpr int kSites = 16;
  constexpr double kEta = 0.1;
  const Graph ring = *Ring(kSites);
  const std::vector<double> w = MetropolisMatrix(ring);
  const std::vector<double> eigenvalues = MixingEigenvalues(ring);
  const double second = eigenvalues[kSites - 2];
  EXPECT_NEAR(second, 1.0 / 3 + 2.0 / 3 * std::cos(2 * M_PI / kSites), 1e-12);
  Vector slowest(kSites);
  for (size_t i = 0; i < kSites; ++i) {
    slowest[i] = std::cos(2 * M_PI * static_cast<double>(i) / kSites);
  }
  Random random(3);
  for (const bool is_slowest : {true, false}) {
    const Vector optima = is_slowest ? slowest : WithoutMean(RandomValues<double>(kSites, random));
    Vector x(kSites, 0.0);
    for (int step = 0; step < 2000; ++step) {
      for (size_t i = 0; i < x.size(); ++i) x[i] -= kEta * (x[i] - optima[i]);
      x = Mixed(w, x);
    }
    const double left = Norm(x) / Norm(optima);
    EXPECT_LE(left, LeftApart(second, kEta) + 1e-9);
    EXPECT_TRUE(!is_slowest || std::abs(left - LeftApart(second, kEta)) < 1e-9);
  }
  for (const double most : {0.01, 0.1, 0.5}) {
    EXPECT_NEAR(LeftApart(second, LearningRateLeaving(second, most)), most, 1e-12);
  }
  EXPECT_EQ(LearningRateLeaving(second, 0.99), 1);
}

// Without noise zeta is 1: what is left falls as the slowest root of D-squared does.
TEST(DifferingSitesTest, DSquaredLeavesNothingApartAndIsAsFastAsItsSlowestEigenvector) {
  constexpr int kSites = 12;
  constexpr double kEta = 0.2;
  const Graph ring = *Ring(kSites);
  const std::vector<double> w = MetropolisMatrix(ring);
  const std::vector<double> eigenvalues = DSquaredEigenvalues(ring);
  EXPECT_GE(eigenvalues.front(), -0.3 - 1e-12);
  const double part = (1 - eigenvalues[kSites - 2]) / (1 - MixingEigenvalues(ring)[kSites - 2]);
  Random random(4);
  const Vector optima = RandomValues<double>(kSites, random);
  Vector x(kSites, 1.0), before;
  Vector update_before;
  double first = 0, last = 0;
  for (int step = 0; step < 120; ++step) {
    Vector next(kSites), update(kSites);
    for (size_t i = 0; i < x.size(); ++i) {
      update[i] = -kEta * (x[i] - optima[i]);
      next[i] =
          before.empty() ? x[i] + update[i] : 2 * x[i] - before[i] + update[i] - update_before[i];
    }
    before = x, update_before = update, x = Mixed(w, next, part);
    if (step == 59) first = Norm(WithoutMean(x));
    if (step == 119) last = Norm(WithoutMean(x));
  }
  EXPECT_LT(last, 1e-3);
  const double lambda = eigenvalues[kSites - 2];
  const double under = lambda * lambda * (2 - kEta) * (2 - kEta) - 4 * lambda * (1 - kEta);
  const double root =
      under < 0 ? std::sqrt(lambda * (1 - kEta)) : (lambda * (2 - kEta) + std::sqrt(under)) / 2;
  EXPECT_NEAR(std::pow(last / first, 1.0 / 60), root, 0.02);
  const double slowest = std::max(root, 1 - kEta);
  EXPECT_NEAR(*DSquaredRate(eigenvalues, {kEta, 1}), 1 - slowest * slowest, 0.02);
}

// E|x|^2 of runs with noise: multiplicative, zeta - 1 times the square of where a site stands.
TEST(DifferingSitesTest, ItsRateIsThatOfSimulatedRuns) {
  constexpr int kSites = 8, kRuns = 4000, kSteps = 24;
  constexpr double kEta = 0.06, kZeta = 20;
  const Graph ring = *Ring(kSites);
  const std::vector<double> w = MetropolisMatrix(ring);
  const std::vector<double> eigenvalues = DSquaredEigenvalues(ring);
  const double part = (1 - eigenvalues[kSites - 2]) / (1 - MixingEigenvalues(ring)[kSites - 2]);
  Random random(5);
  std::vector<double> squares(kSteps);
  for (int run = 0; run < kRuns; ++run) {
    Vector x(kSites, 1.0), p(kSites, 1.0);
    for (int step = 0; step < kSteps; ++step) {
      Vector next(kSites);
      for (size_t i = 0; i < x.size(); ++i) {
        const double update = -kEta * x[i] * (1 + std::sqrt(kZeta - 1) * random.Normal());
        next[i] = 2 * x[i] + update - p[i];
        p[i] = x[i] + update;
      }
      x = Mixed(w, next, part);
      for (const double value : x) squares[static_cast<size_t>(step)] += value * value;
    }
  }
  const double simulated = 1 - std::pow(squares[kSteps - 1] / squares[7], 1.0 / (kSteps - 8));
  EXPECT_NEAR(simulated, *DSquaredRate(eigenvalues, {kEta, kZeta}), 0.02);
}

TEST(DifferingSitesTest, NoiseCostsDSquaredMoreThanGossipAndItDivergesWhereItWould) {
  for (const int sites : {16, 32}) {
    const Graph ring = *Ring(sites);
    const RandomWalk walk(*MetropolisScheme(ring));
    const BestRate gossip = *BestLearningRate(walk, 50);
    const BestRate corrected = BestDSquaredRate(DSquaredEigenvalues(ring), 50);
    EXPECT_LT(corrected.rate, 0.8 * gossip.rate);
    EXPECT_GT(corrected.rate, 0.5 * gossip.rate);
  }
  EXPECT_EQ(DSquaredRate(DSquaredEigenvalues(*Ring(16)), {0.9, 50}), std::nullopt);
}

}  // namespace
}  // namespace consilium::topology
