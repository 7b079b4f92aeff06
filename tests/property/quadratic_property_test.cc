#include <cmath>
#include <span>
#include <string>
#include <tuple>

#include "gmock/gmock.h"
#include "modules/schedule/make_exchange.h"
#include "modules/topology/generators.h"
#include "tests/support/matchers.h"
#include "tests/support/memory_exchange.h"
#include "tests/support/random_values.h"
#include "tests/support/schedule_pairs.h"

// Training on quadratics of different curvature and minimum at each site, with every schedule and
// compressor.
namespace consilium {
namespace {

using testing::IsOk;
using testing::MemoryExchange;
using testing::Norm;
using testing::RandomValues;
using testing::ShapeOf;

constexpr int kSites = 4;
using Values = std::vector<std::vector<double>>;

struct Quadratics {
  Values curvature, minimum;
  std::vector<double> best;  // of their mean
};

Quadratics Draw(size_t size, Random& random) {
  Quadratics drawn;
  std::vector<double> weight(size), sum(size);
  for (int i = 0; i < kSites; ++i) {
    drawn.minimum.push_back(RandomValues<double>(size, random));
    drawn.curvature.emplace_back(size);
    for (size_t k = 0; k < size; ++k) {
      drawn.curvature.back()[k] = 0.5 + random.Uniform();
      weight[k] += drawn.curvature.back()[k];
      sum[k] += drawn.curvature.back()[k] * (drawn.minimum.back()[k] + 1);  // not around 0
    }
    for (double& minimum : drawn.minimum.back()) minimum += 1;
  }
  for (size_t k = 0; k < size; ++k) drawn.best.push_back(sum[k] / weight[k]);
  return drawn;
}

double Apart(const Values& models, const std::vector<double>& best) {
  std::vector<double> mean(best.size());
  for (const auto& model : models) {
    for (size_t k = 0; k < mean.size(); ++k) mean[k] += model[k] / kSites;
  }
  for (size_t k = 0; k < mean.size(); ++k) mean[k] -= best[k];
  return Norm(mean);
}

class QuadraticTest : public ::testing::TestWithParam<
                          std::tuple<schedule::NamedSchedule, const compress::CompressorRow*>> {
 protected:
  // The distance of the mean model from the best one at the end, over that at the start.
  StatusOr<double> Train(uint64_t seed, double rate, int rounds) {
    const schedule::NamedSchedule schedule = std::get<0>(GetParam());
    Random random(seed);
    schedule::ExchangeOptions options;
    options.schedule = schedule.kind;
    ASSIGN_OR_RETURN(const topology::Graph chain, topology::Chain(kSites));
    options.graph = testing::LinksOf(schedule.kind, chain);
    options.shape = ShapeOf({{{8, 6}, {8, 1}}, {{9, 1}}});
    options.weights.assign(kSites, {1.0, 1.0});
    options.compressor = {.kind = std::get<1>(GetParam())};
    options.compressor.min_compression = 0;
    options.compressor.keep = 0.2;
    options.seed = seed;
    const size_t size = options.shape.size();
    const Quadratics on = Draw(size, random);
    ASSIGN_OR_RETURN(auto network, MemoryExchange<double>::Create(options));
    Values models(kSites, std::vector<double>(size, 0.0));
    const double before = Apart(models, on.best);
    for (int round = 0; round < rounds; ++round) {
      Values values = models;
      for (size_t i = 0; i < kSites; ++i) {
        const std::span<const double> correction = CorrectionOf(network.site(static_cast<int>(i)));
        for (size_t k = 0; k < size; ++k) {
          const double step = rate * on.curvature[i][k] * (on.minimum[i][k] - models[i][k]) +
                              (correction.empty() ? 0 : correction[k]);
          values[i][k] = schedule.exchanges_updates ? step : models[i][k] + step;
        }
      }
      RETURN_IF_ERROR(network.Round(values));
      for (size_t i = 0; i < kSites; ++i) {
        for (size_t k = 0; k < size; ++k) {
          models[i][k] = values[i][k] + (schedule.exchanges_updates ? models[i][k] : 0);
        }
      }
    }
    return Apart(models, on.best) / before;
  }
};

// Within what a constant rate leaves: gossip's bias by the sites' difference, and what compressors
// have said of a step only some rounds later; both fall with the rate.
TEST_P(QuadraticTest, TheMeanModelComesCloseToTheBestOne) {
  for (uint64_t seed = 1; seed <= 3; ++seed) {
    const auto left = Train(seed, 0.05, 500);
    ASSERT_THAT(left, IsOk());
    EXPECT_LT(*left, 0.05) << "seed " << seed;
  }
}

// What a constant rate leaves is no artefact of too few rounds: it stays, or falls, for four times
// as many.
TEST_P(QuadraticTest, TheMeanModelStaysCloseToTheBestOne) {
  const auto left = Train(1, 0.05, 2000);
  ASSERT_THAT(left, IsOk());
  EXPECT_LT(*left, 0.05);
}

INSTANTIATE_TEST_SUITE_P(All, QuadraticTest, ::testing::ValuesIn(testing::SchedulePairs()),
                         [](const auto& named) { return testing::NameOf(named.param); });

}  // namespace
}  // namespace consilium
