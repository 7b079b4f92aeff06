#include "modules/schedule/scaffold.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "gmock/gmock.h"
#include "modules/schedule/make_exchange.h"
#include "modules/topology/generators.h"
#include "tests/support/matchers.h"
#include "tests/support/memory_exchange.h"
#include "tests/support/random_values.h"

namespace consilium::schedule {
namespace {

using testing::IsOk;
using testing::LargestDifference;
using testing::MemoryExchange;
using testing::Norm;
using testing::RandomValues;
using testing::RandomWeights;
using testing::ShapeOf;

constexpr int kSites = 5;
constexpr int kSteps = 20;

// Sites that disagree: f_i(x) = sum over k of curvature_ik (x_k - aim_ik)^2 / 2, of which the
// weighted sum is to be least.
struct Quadratics {
  FlatShape shape = ShapeOf({{{4, 3}, {4, 1}}, {{6, 5}}, {{3, 1}}});
  std::vector<std::vector<double>> weights;
  std::vector<std::vector<double>> curvature, aim;
  double rate = 0.1;

  explicit Quadratics(uint64_t seed) {
    Random random(seed);
    weights = RandomWeights(kSites, shape.blocks.size(), random);
    for (int site = 0; site < kSites; ++site) {
      curvature.push_back(RandomValues<double>(shape.size(), random));
      for (double& c : curvature.back()) c = 0.2 + 0.8 * std::min(1.0, std::abs(c));
      aim.push_back(RandomValues<double>(shape.size(), random));
    }
  }

  std::vector<double> Optimum() const {
    std::vector<double> optimum(shape.size());
    for (size_t b = 0; b < shape.blocks.size(); ++b) {
      const Block block = shape.blocks[b];
      for (size_t k = block.offset; k < block.offset + block.size; ++k) {
        double above = 0, below = 0;
        for (size_t i = 0; i < kSites; ++i) {
          above += weights[i][b] * curvature[i][k] * aim[i][k];
          below += weights[i][b] * curvature[i][k];
        }
        optimum[k] = above / below;
      }
    }
    return optimum;
  }

  // What a site's local steps of a round add to x, in the modules that it holds.
  std::vector<double> Update(size_t site, const std::vector<double>& x,
                             std::span<const double> correction) const {
    std::vector<double> update(x.size(), 0);
    for (size_t b = 0; b < shape.blocks.size(); ++b) {
      if (!(weights[site][b] > 0)) continue;
      const Block block = shape.blocks[b];
      for (size_t k = block.offset; k < block.offset + block.size; ++k) {
        double y = x[k];
        for (int step = 0; step < kSteps; ++step) {
          y -= rate * curvature[site][k] * (y - aim[site][k]);
          if (!correction.empty()) y += correction[k] / kSteps;
        }
        update[k] = y - x[k];
      }
    }
    return update;
  }
};

ExchangeOptions Options(const Quadratics& problem, ScheduleKind schedule, uint64_t seed) {
  Random random(seed);
  ExchangeOptions options;
  options.schedule = schedule;
  options.graph = *topology::RandomTree(kSites, random);
  options.shape = problem.shape;
  options.weights = problem.weights;
  options.compressor.min_compression = 0;
  options.seed = seed;
  return options;
}

// Relative distance from the optimum after so many rounds.
double Distance(const Quadratics& problem, const ExchangeOptions& options, int rounds,
                const std::function<bool(int round)>& hears_all = nullptr) {
  auto network = *MemoryExchange<double>::Create(options);
  std::vector<double> x(problem.shape.size(), 0);
  int silent = 0;  // a leaf
  while (options.graph.Degree(silent) > 1 || silent == options.root) ++silent;
  for (int round = 0; round < rounds; ++round) {
    std::vector<std::vector<double>> values;
    for (size_t i = 0; i < kSites; ++i) {
      values.push_back(problem.Update(i, x, CorrectionOf(network.site(static_cast<int>(i)))));
    }
    const bool all = !hears_all || hears_all(round);
    EXPECT_THAT(network.Round(values, [&](int from, int) { return all || from != silent; }),
                IsOk());
    for (const auto& site : values) EXPECT_EQ(site, values[0]);
    for (size_t k = 0; k < x.size(); ++k) x[k] += values[0][k];
  }
  const std::vector<double> optimum = problem.Optimum();
  double error = 0;
  for (size_t k = 0; k < x.size(); ++k) error += (x[k] - optimum[k]) * (x[k] - optimum[k]);
  return std::sqrt(error) / Norm(optimum);
}

TEST(ScaffoldTest, ReachesTheOptimumWithManyLocalStepsWhereAveragingDoesNot) {
  for (uint64_t seed = 1; seed <= 5; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const Quadratics problem(seed);
    EXPECT_LT(Distance(problem, Options(problem, ScheduleKind::kScaffold, seed), 120), 1e-8);
    EXPECT_GT(Distance(problem, Options(problem, ScheduleKind::kAllReduce, seed), 120), 0.03);
  }
}

TEST(ScaffoldTest, FindsItsWayBackAfterRoundsWithoutASite) {
  for (uint64_t seed = 1; seed <= 5; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const Quadratics problem(seed);
    EXPECT_LT(Distance(problem, Options(problem, ScheduleKind::kScaffold, seed), 200,
                       [](int round) { return round > 60 || round % 3 != 0; }),
              1e-8);
  }
}

TEST(ScaffoldTest, ReachesTheOptimumUnderLowRankToo) {
  for (uint64_t seed = 1; seed <= 5; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Quadratics problem(seed);
    problem.rate = 0.01;  // what error feedback holds back must not overshoot
    ExchangeOptions options = Options(problem, ScheduleKind::kScaffold, seed);
    options.compressor.kind = &compress::kLowRank;
    options.compressor.rank = 2;
    EXPECT_LT(Distance(problem, options, 800), 1e-6);
  }
}

TEST(ScaffoldTest, CorrectionsAreZeroInModulesASiteDoesNotHoldAndCancelOut) {
  Quadratics problem(3);
  problem.weights[1][1] = 0;
  problem.weights[0][1] = 2;
  auto network = *MemoryExchange<double>::Create(Options(problem, ScheduleKind::kScaffold, 3));
  Random random(4);
  for (int round = 0; round < 3; ++round) {
    std::vector<std::vector<double>> values;
    for (size_t i = 0; i < kSites; ++i) {
      values.push_back(problem.Update(i, RandomValues<double>(problem.shape.size(), random), {}));
    }
    ASSERT_THAT(network.Round(values), IsOk());
    std::vector<std::vector<double>> corrections;
    for (int i = 0; i < kSites; ++i) {
      const auto correction = CorrectionOf(network.site(i));
      corrections.emplace_back(correction.begin(), correction.end());
    }
    const Block block = problem.shape.blocks[1];
    for (size_t k = block.offset; k < block.offset + block.size; ++k) {
      EXPECT_EQ(corrections[1][k], 0);
    }
    const auto mean = testing::WeightedMean(problem.shape.blocks, problem.weights, corrections);
    EXPECT_LT(LargestDifference(mean, std::vector<double>(mean.size(), 0)), 1e-12);
  }
}

TEST(ScaffoldTest, SendsTwiceTheNumbersAndOwesUpdatesOnly) {
  const Quadratics problem(2);
  ExchangeOptions options = Options(problem, ScheduleKind::kScaffold, 2);
  options.compressor.kind = &compress::kLowRank;
  auto doubled = *MakeExchange<double>(options);
  options.schedule = ScheduleKind::kAllReduce;
  auto single = *MakeExchange<double>(options);
  const std::vector<double> owed(problem.shape.size(), 0.5);
  EXPECT_THAT(OweTo(*doubled, owed), IsOk());
  EXPECT_EQ(OwedOf(*doubled), owed);
  EXPECT_FALSE(OweTo(*doubled, std::vector<double>(2 * owed.size(), 0.5)).ok());
  EXPECT_TRUE(CorrectionOf(*single).empty());
  EXPECT_EQ(DoubledShape(problem.shape).size(), 2 * problem.shape.size());
}

}  // namespace
}  // namespace consilium::schedule
