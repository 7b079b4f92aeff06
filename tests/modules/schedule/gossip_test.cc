#include "modules/schedule/gossip.h"

#include "gmock/gmock.h"
#include "modules/topology/generators.h"
#include "tests/support/matchers.h"
#include "tests/support/memory_exchange.h"
#include "tests/support/random_values.h"

namespace consilium::schedule {
namespace {

using ::consilium::testing::IsOk;
using ::consilium::testing::LargestDifference;
using ::consilium::testing::MemoryExchange;
using ::consilium::testing::RandomValues;
using ::consilium::testing::ShapeOf;
using ::consilium::testing::StatusIs;
using ::consilium::testing::WeightedMean;
using ::testing::DoubleNear;
using ::testing::ElementsAre;

using Values = std::vector<std::vector<double>>;

ExchangeOptions Pair() {
  ExchangeOptions options;
  options.schedule = ScheduleKind::kGossip;
  options.graph = *topology::Chain(2);
  options.shape.blocks = {{0, 1}};
  options.weights = {{1}, {1}};
  return options;
}

TEST(GossipTest, MovesHalfWayBetweenTwoSites) {
  auto network = *MemoryExchange<double>::Create(Pair());
  Values values = {{2}, {6}};
  ASSERT_THAT(network.Round(values), IsOk());
  EXPECT_THAT(values, ElementsAre(ElementsAre(4), ElementsAre(4)));
}

TEST(GossipTest, SitesThatShareNoModuleExchangeNothing) {
  ExchangeOptions options = Pair();
  options.shape.blocks = {{0, 1}, {1, 1}};
  options.weights = {{1, 0}, {0, 1}};
  auto network = *MemoryExchange<double>::Create(options);
  Values values = {{2, 3}, {6, 7}};
  ASSERT_THAT(network.Round(values), IsOk());
  EXPECT_EQ(network.messages(), 0u);
  EXPECT_THAT(values, ElementsAre(ElementsAre(2, 3), ElementsAre(6, 7)));
}

TEST(GossipTest, OnlySharedModulesAreOnTheWire) {
  ExchangeOptions options = Pair();
  options.shape.blocks = {{0, 1}, {1, 100}};
  options.weights = {{1, 1}, {1, 0}};
  auto network = *MemoryExchange<double>::Create(options);
  Values values(2, std::vector<double>(101, 1.0));
  ASSERT_THAT(network.Round(values), IsOk());
  EXPECT_LT(network.bytes(), 100u);
}

TEST(GossipTest, SeveralStepsAreSeveralRounds) {
  ExchangeOptions options = Pair();
  options.graph = *topology::Ring(6);
  options.weights.assign(6, {1});
  auto once = *MemoryExchange<double>::Create(options);
  options.gossip_steps = 3;
  auto thrice = *MemoryExchange<double>::Create(options);
  Values a = {{1}, {2}, {4}, {8}, {16}, {32}};
  Values b = a;
  for (int i = 0; i < 3; ++i) ASSERT_THAT(once.Round(a), IsOk());
  ASSERT_THAT(thrice.Round(b), IsOk());
  EXPECT_EQ(a, b);
}

TEST(GossipTest, CodecsFindTogetherAgainAfterALostMessage) {
  ExchangeOptions options = Pair();
  options.shape = ShapeOf({{{8, 6}}});
  options.compressor = {.kind = &compress::kLowRank, .rank = 2, .min_compression = 0};
  auto network = *MemoryExchange<double>::Create(options);
  Random random(5);
  Values values = {RandomValues<double>(48, random), RandomValues<double>(48, random)};
  for (int round = 0; round < 4; ++round) {
    const bool lose = round == 1;
    ASSERT_THAT(network.Round(values, [&](int from, int) { return !lose || from != 0; }), IsOk());
  }
  const std::vector<double> mean = WeightedMean(options.shape.blocks, options.weights, values);
  for (int round = 0; round < 60; ++round) ASSERT_THAT(network.Round(values), IsOk());
  EXPECT_LT(LargestDifference(values[0], mean), 1e-9);
  EXPECT_LT(LargestDifference(values[1], mean), 1e-9);
}

TEST(GossipTest, WhatOnlyOneEndAppliedIsTakenBackSoThatLossDoesNotMoveTheMean) {
  for (const compress::CompressorRow* kind :
       {&compress::kIdentity, &compress::kLowRank, &compress::kSign}) {
    for (const int steps : {1, 3}) {
      SCOPED_TRACE(std::string(kind->name) + ", steps " + std::to_string(steps));
      ExchangeOptions options = Pair();
      options.graph = *topology::Ring(6);
      options.shape = ShapeOf({{{8, 6}}});
      options.weights = {{1}, {2}, {1}, {5}, {1}, {1}};
      options.gossip_steps = steps;
      options.compressor = {.kind = kind, .rank = 2, .min_compression = 0};
      auto network = *MemoryExchange<double>::Create(options);
      Random random(9);
      Values values;
      for (int site = 0; site < 6; ++site) values.push_back(RandomValues<double>(48, random));
      const auto mean = WeightedMean(options.shape.blocks, options.weights, values);
      for (int round = 0; round < 40; ++round) {
        ASSERT_THAT(network.Round(values, [&](int, int) { return random.Uniform() >= 0.3; }),
                    IsOk());
      }
      for (int round = 0; round < 2; ++round) ASSERT_THAT(network.Round(values), IsOk());
      EXPECT_LT(
          LargestDifference(WeightedMean(options.shape.blocks, options.weights, values), mean),
          1e-12);
    }
  }
}

TEST(GossipTest, RefusesWhatItCannotUse) {
  ExchangeOptions options = Pair();
  options.self = 0;
  auto low = *MakeExchange<double>(options);
  options.self = 1;
  auto high = *MakeExchange<double>(options);
  low->Begin(std::vector<double>{2.0});
  const std::string body = high->Begin(std::vector<double>{6.0})[0].body;
  EXPECT_THAT(low->Receive(3, body), StatusIs(StatusCode::kInvalidArgument));
  EXPECT_THAT(low->Receive(1, body.substr(0, 10)), StatusIs(StatusCode::kInvalidArgument));
  EXPECT_THAT(low->Receive(1, body + "x"), StatusIs(StatusCode::kInvalidArgument));
  ASSERT_THAT(low->Receive(1, body), IsOk());
  EXPECT_THAT(low->Receive(1, body), StatusIs(StatusCode::kAlreadyExists));
  std::vector<double> result(1);
  low->End(result);
  EXPECT_THAT(result, ElementsAre(DoubleNear(4, 1e-15)));
}

}  // namespace
}  // namespace consilium::schedule
