#include "modules/topology/random_walk.h"

#include <cmath>
#include <numeric>

#include "gmock/gmock.h"
#include "modules/topology/effective_neighbors.h"
#include "modules/topology/generators.h"
#include "modules/topology/lyapunov.h"
#include "tests/support/matchers.h"

namespace consilium::topology {
namespace {

using ::consilium::testing::StatusIs;
using ::testing::DoubleNear;
using ::testing::HasSubstr;
using ::testing::Pointwise;

RandomWalk WalkOn(const StatusOr<Graph>& graph) { return RandomWalk(*MetropolisScheme(*graph)); }

// A scheme without a common basis: a star, then a chain, then a directed ring.
MixingScheme Mixed(int n) {
  return *MixingScheme::Create({MetropolisScheme(*Star(n))->Phase(0),
                                MetropolisScheme(*Chain(n))->Phase(0), UniRing(n)->Phase(0)});
}

struct Row {
  const char* name;
  RandomWalk walk;
  double gap;  // negative: not in the table
  std::vector<double> neighbors;
};

// The table of docs/topology.md: 32 sites, mean, at these decays (docs/papers.md, Beyond spectral
// gap).
std::vector<Row> Table() {
  std::vector<Row> rows;
  rows.push_back({"solo", WalkOn(Solo(32)), 0, {1, 1, 1, 1, 1, 1}});
  rows.push_back({"ring", WalkOn(Ring(32)), .0128, {3.00, 3.72, 6.63, 8.86, 17.08, 28.90}});
  rows.push_back({"chain", WalkOn(Chain(32)), .0032, {2.88, 3.53, 6.02, 7.79, 13.94, 26.33}});
  rows.push_back({"torus 4x8", WalkOn(Torus(32)), .1172, {5.00, 7.12, 15.74, 20.64, 28.54, 31.61}});
  rows.push_back({"torus 2x16",
                  WalkOn(Torus(std::vector<int>{2, 16})),
                  .0381,
                  {4.00, 5.32, 10.56, 14.30, 24.15, 30.92}});
  rows.push_back(
      {"hypercube", WalkOn(Hypercube(32)), .3333, {6.00, 8.90, 19.64, 24.29, 30.01, 31.79}});
  rows.push_back(
      {"binary tree", WalkOn(BinaryTree(32)), .0101, {2.23, 2.74, 5.15, 7.19, 15.39, 28.34}});
  rows.push_back({"star", WalkOn(Star(32)), .0312, {1.10, 1.16, 1.67, 2.31, 6.44, 22.06}});
  rows.push_back(
      {"two cliques", WalkOn(TwoCliques(32)), .0066, {16.05, 16.18, 16.99, 17.91, 22.38, 29.91}});
  rows.push_back(
      {"exponential", RandomWalk(*Exponential(32)), -1, {2.00, 2.99, 9.29, 14.31, 25.43, 31.19}});
  rows.push_back({"full", WalkOn(FullyConnected(32)), 1, {32, 32, 32, 32, 32, 32}});
  return rows;
}

TEST(EffectiveNeighborsTest, AreThePapersTableFor32Sites) {
  const double decays[] = {0, 0.5, 0.9, 0.951, 0.99, 0.999};
  for (const Row& row : Table()) {
    SCOPED_TRACE(row.name);
    if (row.gap >= 0) {
      EXPECT_NEAR(row.walk.SpectralGap(), row.gap, 6e-5);
    }
    for (size_t d = 0; d < std::size(decays); ++d) {
      EXPECT_NEAR(EffectiveNeighborsOf(row.walk, decays[d])->mean, row.neighbors[d], 0.005001);
    }
  }
}

TEST(EffectiveNeighborsTest, RiseWithTheDecayFromThoseHeardInAStepToAll) {
  for (const Row& row : Table()) {
    SCOPED_TRACE(row.name);
    double before = 0;
    for (const double decay : {0.0, 0.3, 0.6, 0.9, 0.95, 0.99, 0.999, 0.999999}) {
      const EffectiveNeighbors neighbors = *EffectiveNeighborsOf(row.walk, decay);
      EXPECT_GE(neighbors.mean, before - 1e-9);
      EXPECT_LE(neighbors.worst, neighbors.mean + 1e-9);
      EXPECT_LE(neighbors.mean, 32 + 1e-6);
      before = neighbors.mean;
    }
    if (row.gap > 0) {
      EXPECT_NEAR(before, 32, 0.1);
    }
  }
}

TEST(EffectiveNeighborsTest, RefuseADecayThatIsNone) {
  for (const double decay : {-0.1, 1.0, std::nan("")}) {
    EXPECT_THAT(EffectiveNeighborsOf(WalkOn(Ring(4)), decay),
                StatusIs(StatusCode::kInvalidArgument, HasSubstr("less than 1")));
    EXPECT_THAT(EffectiveNeighborsOf(*UniRing(4), decay), StatusIs(StatusCode::kInvalidArgument));
  }
}

TEST(RandomWalkTest, CovarianceSolvesItsEquationOverAPeriod) {
  for (const MixingScheme& scheme : {*Exponential(16), Mixed(9), *MetropolisScheme(*Star(9)),
                                     *LocalSteps(*MetropolisScheme(*Chain(7)), 3)}) {
    const auto n = static_cast<size_t>(scheme.size());
    const double decay = 0.9;
    const std::vector<double> expected = RandomWalk(scheme).Covariance(decay);
    std::vector<double> now = expected;
    for (const SparseMixing& phase : scheme.phases()) {
      std::vector<double> next(n * n, 0.0);
      for (size_t i = 0; i < n; ++i) now[i * n + i] += 1 / decay;
      for (size_t i = 0; i < n; ++i) {
        for (size_t j = 0; j < n; ++j) {
          for (const Share& a : phase.Row(static_cast<int>(i))) {
            for (const Share& b : phase.Row(static_cast<int>(j))) {
              next[i * n + j] += a.weight * b.weight * decay *
                                 now[static_cast<size_t>(a.from) * n + static_cast<size_t>(b.from)];
            }
          }
        }
      }
      now = next;
    }
    EXPECT_THAT(now, Pointwise(DoubleNear(1e-11), expected));
  }
}

TEST(RandomWalkTest, PhaseVariancesAreThoseOfPeriodsThatEndThere) {
  for (const MixingScheme& scheme :
       {*LocalSteps(*Averaging(6), 4), Mixed(7), *LocalSteps(*MetropolisScheme(*Star(5)), 3)}) {
    const auto phases = RandomWalk(scheme).PhaseVariances(0.8);
    ASSERT_EQ(phases.size(), static_cast<size_t>(scheme.period()));
    for (int last = 0; last < scheme.period(); ++last) {
      std::vector<SparseMixing> rotated;
      for (int k = 1; k <= scheme.period(); ++k) rotated.push_back(scheme.Phase(last + k));
      EXPECT_THAT(
          phases[static_cast<size_t>(last)],
          Pointwise(DoubleNear(1e-11), RandomWalk(*MixingScheme::Create(rotated)).Variances(0.8)));
    }
  }
}

TEST(EffectiveNeighborsTest, OfLocalStepsAreFewOverAPeriodWhateverTheyAreAfterTheMean) {
  const RandomWalk walk(*LocalSteps(*Averaging(32), 10));
  EXPECT_NEAR(EffectiveNeighborsOf(walk, 0)->mean, 32, 1e-9);
  const EffectiveNeighbors fresh = PeriodNeighborsOf(walk, 0)->over;
  EXPECT_NEAR(fresh.mean, 10 / (9 + 1.0 / 32), 1e-9);  // nine steps alone
  EXPECT_NEAR(fresh.worst, 1, 1e-9);
  EXPECT_LT(PeriodNeighborsOf(walk, 0.9)->over.mean, 5);
}

TEST(RandomWalkTest, TheCommonBasisAndDoublingAgree) {
  for (const MixingScheme& scheme :
       {*UniRing(7), *Exponential(12), *MetropolisScheme(*BinaryTree(10)),
        *LocalSteps(*MetropolisScheme(*TwoCliques(6)), 4)}) {
    for (const double decay : {0.0, 0.5, 0.99}) {
      EXPECT_THAT(PeriodicLyapunov(scheme, decay),
                  Pointwise(DoubleNear(1e-10), RandomWalk(scheme).Covariance(decay)));
    }
  }
}

TEST(RandomWalkTest, VariancesAtOneDecayAgreeWithTheDecomposition) {
  for (const StatusOr<Graph>& graph : {Star(32), BinaryTree(32), TwoCliques(33), Torus(48)}) {
    const MixingScheme scheme = *MetropolisScheme(*graph);
    for (const double decay : {0.0, 1e-9, 1e-4, 1e-2, 0.5, 0.951, 0.999}) {
      const std::vector<double> expected = RandomWalk(scheme).Variances(decay);
      EXPECT_THAT(VariancesAt(scheme, decay), Pointwise(DoubleNear(1e-10), expected));
    }
  }
}

TEST(RandomWalkTest, SimulatedWalksHaveTheCovariance) {
  const uint64_t seed = 1;
  SCOPED_TRACE("seed " + std::to_string(seed));
  const MixingScheme schemes[] = {*MetropolisScheme(*Ring(16)), *MetropolisScheme(*Star(16)),
                                  *Exponential(16), Mixed(16)};
  for (size_t s = 0; s < std::size(schemes); ++s) {
    for (const double decay : {0.5, 0.9}) {
      Random random = Random::Named(seed, "walk", s);
      const std::vector<double> seen = SimulatedVariances(schemes[s], decay, 200, 60, random);
      const double mean = std::accumulate(seen.begin(), seen.end(), 0.0) / 16;
      const double expected = RandomWalk(schemes[s]).MeanVariance(decay);
      EXPECT_NEAR(mean / expected, 1, 0.05);
    }
  }
}

// A ring whose first two sites have changed numbers: not circulant.
Graph SwappedRing(int n) {
  std::vector<Edge> edges;
  const auto number = [](int site) { return site < 2 ? 1 - site : site; };
  for (int i = 0; i < n; ++i) edges.emplace_back(number(i), number((i + 1) % n));
  return *Graph::Create(n, edges);
}

TEST(RandomWalkTest, MoreThanAThousandSitesAreSolvedWithoutEigenvectors) {
  const int n = 1100;
  const RandomWalk walk(*MetropolisScheme(SwappedRing(n)));
  const RandomWalk plain(*MetropolisScheme(*Ring(n)));
  ASSERT_TRUE(walk.spectra().has_value());
  for (const double decay : {0.0, 1e-8, 0.5, 0.9, 0.97}) {
    EXPECT_NEAR(walk.MeanVariance(decay), plain.MeanVariance(decay), 1e-9) << decay;
  }
  EXPECT_NEAR(walk.SpectralGap(), plain.SpectralGap(), 1e-9);
}

// 1 - the growth of what is not the mean, in a step, once only the slowest is left.
double MeasuredGap(const MixingScheme& scheme) {
  std::vector<double> x(static_cast<size_t>(scheme.size())), next = x;
  for (size_t i = 0; i < x.size(); ++i) x[i] = static_cast<double>(i * i % 101);
  double growth = 0;
  for (int step = 0; step < 3000 * scheme.period(); ++step) {
    const double mean = std::accumulate(x.begin(), x.end(), 0.0) / scheme.size();
    for (double& value : x) value -= mean;
    const double before = std::inner_product(x.begin(), x.end(), x.begin(), 0.0);
    for (int k = 0; k < scheme.period(); ++k) {
      for (size_t i = 0; i < x.size(); ++i) {
        next[i] = 0;
        for (const Share& share : scheme.Phase(k).Row(static_cast<int>(i))) {
          next[i] += share.weight * x[static_cast<size_t>(share.from)];
        }
      }
      x.swap(next);
    }
    const double after = std::inner_product(x.begin(), x.end(), x.begin(), 0.0);
    growth = after / before;
    for (double& value : x) value /= std::sqrt(after);
  }
  return 1 - std::pow(growth, 0.5 / scheme.period());
}

// Two trees have no common basis. Of more than 256 sites they are iterated.
TEST(RandomWalkTest, LargeSchemesWithoutABasisAreIterated) {
  const auto scheme = [](int n) {
    const TreePair trees = *DoubleBinaryTrees(n);
    return *MixingScheme::Create(
        {MetropolisScheme(trees.first)->Phase(0), MetropolisScheme(trees.second)->Phase(0)});
  };
  const RandomWalk dense(scheme(256)), iterated(scheme(258));
  EXPECT_NEAR(dense.SpectralGap(), MeasuredGap(dense.scheme()), 1e-6);
  EXPECT_NEAR(iterated.SpectralGap(), MeasuredGap(iterated.scheme()), 1e-6);
  const double decay = 0.95, sites = iterated.size();
  EXPECT_NEAR(iterated.MeanVariance(decay) / dense.MeanVariance(decay), 1, 0.01);
  const std::vector<double> end = iterated.Covariance(decay);
  const std::vector<double> last = iterated.PhaseVariances(decay).back();
  for (size_t i = 0; i < last.size(); ++i) EXPECT_NEAR(last[i], end[i * last.size() + i], 1e-6);
  EXPECT_NEAR(std::accumulate(end.begin(), end.end(), 0.0), sites / (1 - decay), 1e-3)
      << "the mean's part is known";
}

TEST(RandomWalkTest, AThousandSitesAreSolvedExactly) {
  const RandomWalk plain(*MetropolisScheme(*Ring(1000)));
  EXPECT_NEAR(plain.SpectralGap(), 2.0 / 3 * (1 - std::cos(2 * M_PI / 1000)), 1e-12);
  EXPECT_NEAR(RandomWalk(*MetropolisScheme(SwappedRing(1000))).MeanVariance(0.99),
              plain.MeanVariance(0.99), 1e-9);
}

}  // namespace
}  // namespace consilium::topology
