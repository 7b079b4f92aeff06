#include "gmock/gmock.h"
#include "modules/schedule/d_squared.h"
#include "modules/schedule/gradient_tracking.h"
#include "modules/topology/generators.h"
#include "modules/topology/mixing.h"
#include "tests/support/matchers.h"
#include "tests/support/memory_exchange.h"
#include "tests/support/random_values.h"

// What the schedules over gossip and over RelaySum make of the sites' models. D-squared, gradient
// tracking and RelaySGD/Grad are compared with reference code in tests/golden too.
namespace consilium::schedule {
namespace {

using ::consilium::testing::IsOk;
using ::consilium::testing::LargestDifference;
using ::consilium::testing::MemoryExchange;
using ::consilium::testing::RandomValues;
using ::consilium::testing::StatusIs;
using ::testing::HasSubstr;

using Values = std::vector<std::vector<double>>;

ExchangeOptions Over(ScheduleKind schedule, const topology::Graph& graph, size_t size = 3) {
  ExchangeOptions options;
  options.schedule = schedule;
  options.graph = graph;
  options.shape.blocks = {{0, size}};
  options.weights.assign(static_cast<size_t>(graph.size()), {1.0});
  return options;
}

MemoryExchange<double> NetworkOf(const ExchangeOptions& options) {
  return *MemoryExchange<double>::Create(options);
}

void AddTo(Values& values, const Values& updates) {
  for (size_t site = 0; site < values.size(); ++site) {
    for (size_t i = 0; i < values[site].size(); ++i) values[site][i] += updates[site][i];
  }
}

Values RandomUpdates(int sites, size_t size, Random& random) {
  Values updates;
  for (int i = 0; i < sites; ++i) updates.push_back(RandomValues<double>(size, random));
  return updates;
}

Values Mixed(const topology::Graph& graph, const Values& values) {
  const std::vector<double> matrix = topology::MetropolisMatrix(graph);
  Values mixed(values.size(), std::vector<double>(values[0].size(), 0.0));
  for (size_t i = 0; i < values.size(); ++i) {
    for (size_t j = 0; j < values.size(); ++j) {
      for (size_t k = 0; k < values[i].size(); ++k) {
        mixed[i][k] += matrix[i * values.size() + j] * values[j][k];
      }
    }
  }
  return mixed;
}

double MeanOf(const Values& values) {
  double sum = 0;
  for (const auto& site : values) sum += site[0];
  return sum / static_cast<double>(values.size());
}

TEST(QuasiGlobalMomentumTest, FollowsItsRecursion) {
  const topology::Graph graph = *topology::Ring(5);
  ExchangeOptions options = Over(ScheduleKind::kQuasiGlobalMomentum, graph);
  options.momentum = 0.8;
  auto network = NetworkOf(options);
  Random random = Random::Named(1, "updates");
  Values values(5, std::vector<double>(3, 0.0)), expected = values, momentum = values;
  for (int round = 0; round < 12; ++round) {
    const Values updates = RandomUpdates(5, 3, random);
    AddTo(values, updates);
    ASSERT_THAT(network.Round(values), IsOk());
    const Values before = expected;
    AddTo(expected, updates);
    for (size_t i = 0; i < 5; ++i) {
      for (size_t k = 0; k < 3; ++k) expected[i][k] -= 0.8 * momentum[i][k];
    }
    expected = Mixed(graph, expected);
    for (size_t i = 0; i < 5; ++i) {
      for (size_t k = 0; k < 3; ++k) {
        momentum[i][k] = 0.8 * momentum[i][k] + 0.2 * (before[i][k] - expected[i][k]);
      }
      ASSERT_LT(LargestDifference(values[i], expected[i]), 1e-12) << "round " << round;
    }
  }
}

TEST(RelayMixTest, AllConsensusIsRelayingModelsAndNoneIsRelayingUpdates) {
  for (const double consensus : {0.0, 1.0}) {
    ExchangeOptions options = Over(ScheduleKind::kRelayMix, *topology::BinaryTree(6));
    options.consensus = consensus;
    auto mix = NetworkOf(options);
    options.schedule = consensus > 0 ? ScheduleKind::kRelaySum : ScheduleKind::kRelaySumGrad;
    auto other = NetworkOf(options);
    Random random = Random::Named(2, "updates");
    Values values(6, std::vector<double>(3, 0.0)), expected = values;
    // For sites that were not heard from models have a stand-in and updates do not.
    for (int round = 0; round < 12; ++round) {
      Values updates = RandomUpdates(6, 3, random);
      if (round < 4 && consensus == 0) updates.assign(6, std::vector<double>(3, 0.0));
      AddTo(values, updates);
      AddTo(expected, updates);
      ASSERT_THAT(mix.Round(values), IsOk());
      ASSERT_THAT(other.Round(expected), IsOk());
      for (size_t i = 0; i < 6; ++i) EXPECT_LT(LargestDifference(values[i], expected[i]), 1e-12);
    }
  }
}

TEST(RelaySumGradTest, EveryUpdateReachesEverySiteOnce) {
  auto network = NetworkOf(Over(ScheduleKind::kRelaySumGrad, *topology::Chain(4), 1));
  Values values = {{4}, {0}, {0}, {8}};
  for (int round = 0; round < 4; ++round) ASSERT_THAT(network.Round(values), IsOk());
  for (const auto& site : values) EXPECT_DOUBLE_EQ(site[0], 3);
}

// On a ring of 4 the matrix of the papers has the eigenvalue -1/3, of neighbours that swing against
// each other: with D-squared they would do so for ever.
TEST(DSquaredTest, SharesAreMadeSmallEnough) {
  ExchangeOptions options = Over(ScheduleKind::kDSquared, *topology::Ring(4), 1);
  auto damped = NetworkOf(options);
  options.d_squared_floor = -1;
  auto standing = NetworkOf(options);
  Values a = {{1}, {-1}, {1}, {-1}}, b = a;
  for (int round = 0; round < 300; ++round) {
    ASSERT_THAT(damped.Round(a), IsOk());
    ASSERT_THAT(standing.Round(b), IsOk());
  }
  EXPECT_LT(std::abs(a[0][0]), 1e-6);
  EXPECT_GT(std::abs(b[0][0]), 0.1);
}

TEST(DSquaredTest, SitesThatPullApartForEverComeToAgreeAllTheSame) {
  for (const auto kind : {ScheduleKind::kDSquared, ScheduleKind::kGradientTracking}) {
    auto network = NetworkOf(Over(kind, *topology::Chain(4), 1));
    Values values(4, {0.0});
    for (int round = 0; round < 300; ++round) {
      AddTo(values, {{3}, {-1}, {0}, {-2}});
      ASSERT_THAT(network.Round(values), IsOk());
    }
    for (const auto& site : values) EXPECT_NEAR(site[0], 0, 1e-9);
  }
}

// What one end of a link added to its model it takes back when it hears that the other never did;
// corrections that should sum to 0 then do so again.
TEST(DSquaredTest, ALostMessageDoesNotPushTheMeanOnAndOn) {
  for (const auto kind : {ScheduleKind::kGossip, ScheduleKind::kQuasiGlobalMomentum,
                          ScheduleKind::kDSquared, ScheduleKind::kGradientTracking}) {
    SCOPED_TRACE(static_cast<int>(kind));
    auto network = NetworkOf(Over(kind, *topology::Chain(3), 1));
    Values values = {{9}, {0}, {-9}};
    ASSERT_THAT(network.Round(values, [](int from, int) { return from != 0; }), IsOk());
    EXPECT_GT(std::abs(MeanOf(values)), 0.1);
    for (int round = 0; round < 3000; ++round) ASSERT_THAT(network.Round(values), IsOk());
    const double then = MeanOf(values);
    if (kind == ScheduleKind::kGossip || kind == ScheduleKind::kQuasiGlobalMomentum) {
      EXPECT_LT(std::abs(then), 1e-9);
    }
    for (int round = 0; round < 10; ++round) ASSERT_THAT(network.Round(values), IsOk());
    EXPECT_LT(std::abs(MeanOf(values) - then), 1e-9);
  }
}

TEST(GradientTrackingTest, ASiteWithoutAModuleLeavesItAlone) {
  ExchangeOptions options = Over(ScheduleKind::kGradientTracking, *topology::Chain(3));
  options.shape.blocks = {{0, 1}, {1, 2}};
  options.weights = {{1, 2}, {1, 4}, {1, 0}};
  auto network = NetworkOf(options);
  Values values(3, std::vector<double>(3, 0.0));
  for (int round = 0; round < 300; ++round) {
    AddTo(values, {{1, 2, 0}, {-1, -1, 0}, {0, 0, 0}});
    ASSERT_THAT(network.Round(values), IsOk());
  }
  EXPECT_EQ(values[2][1], 0.0);
  EXPECT_NEAR(values[0][1], values[1][1], 1e-9);
  EXPECT_NEAR(values[0][1], 0, 1e-9);  // 2 * 2 + 4 * -1
}

TEST(GradientTrackingTest, CountsBothVectorsAsTheModules) {
  ExchangeOptions options = Over(ScheduleKind::kGossip, *topology::Chain(2), 10);
  auto gossip = *MakeExchange<double>(options);
  options.schedule = ScheduleKind::kGradientTracking;
  auto tracking = *MakeExchange<double>(options);
  const std::vector<double> values(10, 1.0);
  gossip->Begin(values);
  tracking->Begin(values);
  std::vector<BlockTraffic> one(1), two(1);
  AddTrafficOf(*gossip, one);
  AddTrafficOf(*tracking, two);
  EXPECT_EQ(two[0].bytes, 2 * one[0].bytes);
}

TEST(DecoratorTest, RefusesOptionsOutOfRange) {
  ExchangeOptions options = Over(ScheduleKind::kQuasiGlobalMomentum, *topology::Chain(3));
  options.momentum = 1;
  EXPECT_THAT(MakeExchange<float>(options),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("momentum 1")));
  options = Over(ScheduleKind::kRelayMix, *topology::Chain(3));
  options.consensus = 1.5;
  EXPECT_THAT(MakeExchange<float>(options),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("consensus 1.5")));
}

}  // namespace
}  // namespace consilium::schedule
