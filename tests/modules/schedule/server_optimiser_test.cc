#include "modules/schedule/server_optimiser.h"

#include <cmath>
#include <functional>
#include <string>

#include "gmock/gmock.h"
#include "modules/schedule/make_exchange.h"
#include "modules/topology/generators.h"
#include "tests/support/matchers.h"
#include "tests/support/memory_exchange.h"
#include "tests/support/random_values.h"

namespace consilium::schedule {
namespace {

using ::testing::HasSubstr;
using testing::IsOk;
using testing::LargestDifference;
using testing::MemoryExchange;
using testing::RandomValues;
using testing::RandomWeights;
using testing::ShapeOf;
using testing::StatusIs;

ExchangeOptions Options(ServerOptimiserKind kind) {
  ExchangeOptions options;
  options.schedule = ScheduleKind::kAllReduce;
  options.graph = *topology::Chain(3);
  options.root = 1;
  options.shape = ShapeOf({{{2, 1}}, {{3, 1}}});
  options.weights = {{1, 0}, {3, 0}, {4, 2}};
  options.server = {
      .kind = kind, .learning_rate = 0.3, .momentum = 0.8, .beta2 = 0.6, .epsilon = 0.05};
  return options;
}

// The step for each mean update of one number, as the table in server_optimiser.h has it.
using Reference = std::function<double(double update)>;

Reference ReferenceOf(const ServerOptimiserOptions& options) {
  const double rate = options.learning_rate, beta = options.momentum, beta2 = options.beta2;
  const double epsilon = options.epsilon;
  double m = 0, v = epsilon * epsilon;
  switch (options.kind) {
    case ServerOptimiserKind::kMomentum:
      return [=](double u) mutable { return rate * (m = beta * m + u); };
    case ServerOptimiserKind::kAdagrad:
      return [=](double u) mutable {
        v += u * u;
        return rate * u / (std::sqrt(v) + epsilon);
      };
    case ServerOptimiserKind::kAdam:
      return [=](double u) mutable {
        m = beta * m + (1 - beta) * u;
        v = beta2 * v + (1 - beta2) * u * u;
        return rate * m / (std::sqrt(v) + epsilon);
      };
    case ServerOptimiserKind::kYogi:
      return [=](double u) mutable {
        m = beta * m + (1 - beta) * u;
        v = v > u * u ? v - (1 - beta2) * u * u : v + (1 - beta2) * u * u;
        return rate * m / (std::sqrt(v) + epsilon);
      };
    case ServerOptimiserKind::kNone:
      break;
  }
  return [](double u) { return u; };
}

TEST(ServerOptimiserTest, StepsAreThoseOfTheAlgorithm) {
  for (const NamedServerOptimiser& named : AllServerOptimisers()) {
    SCOPED_TRACE(named.name);
    const ExchangeOptions options = Options(named.kind);
    auto network = MemoryExchange<double>::Create(options);
    ASSERT_THAT(network, IsOk());
    std::vector<Reference> references(5, ReferenceOf(options.server));
    Random random(7);
    for (int round = 0; round < 6; ++round) {
      std::vector<std::vector<double>> values(3);
      for (auto& site : values) site = RandomValues<double>(5, random, 0.3);
      const auto mean = testing::WeightedMean(options.shape.blocks, options.weights, values);
      ASSERT_THAT(network->Round(values), IsOk());
      for (size_t i = 0; i < mean.size(); ++i) {
        const double step = references[i](mean[i]);
        for (const auto& site : values) EXPECT_NEAR(site[i], step, 1e-12) << "round " << round;
      }
    }
  }
}

TEST(ServerOptimiserTest, AllSitesStepTheSameBitsWithAndWithoutCompression) {
  for (const NamedServerOptimiser& named : AllServerOptimisers()) {
    for (uint64_t seed = 1; seed <= 10; ++seed) {
      SCOPED_TRACE(std::string(named.name) + ", seed " + std::to_string(seed));
      Random random(seed);
      ExchangeOptions options = Options(named.kind);
      options.graph = *topology::RandomTree(6, random);
      options.shape = ShapeOf({{{6, 6}, {6, 1}}, {{9, 7}}, {{4, 1}}});
      options.weights = RandomWeights(6, 3, random);
      options.compressor.kind = seed % 2 == 0 ? &compress::kLowRank : &compress::kIdentity;
      options.compressor.min_compression = 0;
      auto network = MemoryExchange<float>::Create(options);
      ASSERT_THAT(network, IsOk());
      for (int round = 0; round < 4; ++round) {
        std::vector<std::vector<float>> values(6);
        for (auto& site : values) site = RandomValues<float>(options.shape.size(), random);
        ASSERT_THAT(network->Round(values), IsOk());
        for (const auto& site : values) ASSERT_EQ(site, values[0]);
      }
    }
  }
}

// Its only holder is not heard in one round: nobody moves there, the holder included, and what
// follows is as if that round had not been.
TEST(ServerOptimiserTest, AModuleOfWhichNothingArrivesKeepsItsMoments) {
  for (const NamedServerOptimiser& named : AllServerOptimisers()) {
    if (named.kind == ServerOptimiserKind::kNone) continue;
    SCOPED_TRACE(named.name);
    const ExchangeOptions options = Options(named.kind);
    auto disturbed = MemoryExchange<float>::Create(options);
    auto quiet = MemoryExchange<float>::Create(options);
    const std::vector<std::vector<float>> updates(3, {0.1f, -0.2f, 0.3f, 0.4f, -0.5f});
    for (int round = 0; round < 4; ++round) {
      std::vector<std::vector<float>> values = updates;
      if (round == 2) {
        ASSERT_THAT(disturbed->Round(values, [](int from, int) { return from != 2; }), IsOk());
        for (const auto& site : values) {
          for (size_t i = 2; i < 5; ++i) EXPECT_EQ(site[i], 0.0f);
          EXPECT_NE(site[0], 0.0f);
        }
        continue;
      }
      std::vector<std::vector<float>> expected = updates;
      ASSERT_THAT(disturbed->Round(values), IsOk());
      ASSERT_THAT(quiet->Round(expected), IsOk());
      for (size_t i = 2; i < 5; ++i) EXPECT_EQ(values[0][i], expected[0][i]) << "round " << round;
    }
  }
}

TEST(ServerOptimiserTest, HugeUpdatesNeverLeaveTheFiniteNumbers) {
  for (const NamedServerOptimiser& named : AllServerOptimisers()) {
    if (named.kind == ServerOptimiserKind::kNone) continue;
    ExchangeOptions options = Options(named.kind);
    options.server.learning_rate = 1e6;
    auto network = MemoryExchange<float>::Create(options);
    for (const float huge : {1e14f, -1e14f, 1e-36f}) {
      std::vector<std::vector<float>> values(3, std::vector<float>(5, huge));
      ASSERT_THAT(network->Round(values), IsOk());
      for (const float value : values[0]) EXPECT_TRUE(std::isfinite(value)) << named.name;
    }
  }
}

TEST(ServerOptimiserTest, RefusesOptionsOutOfRangeAndOtherSchedules) {
  const auto refused = [](const ExchangeOptions& options, const char* why) {
    EXPECT_THAT(MakeExchange<float>(options),
                StatusIs(StatusCode::kInvalidArgument, HasSubstr(why)));
  };
  ExchangeOptions options = Options(ServerOptimiserKind::kAdam);
  options.server.learning_rate = 0;
  refused(options, "learning rate 0");
  options = Options(ServerOptimiserKind::kAdam);
  options.server.beta2 = 1;
  refused(options, "beta2 1");
  options.server.beta2 = std::nan("");
  refused(options, "beta2");
  options = Options(ServerOptimiserKind::kYogi);
  options.server.epsilon = -1;
  refused(options, "epsilon -1");
  options = Options(ServerOptimiserKind::kMomentum);
  options.schedule = ScheduleKind::kRelaySum;
  refused(options, "goes with all-reduce");
}

}  // namespace
}  // namespace consilium::schedule
