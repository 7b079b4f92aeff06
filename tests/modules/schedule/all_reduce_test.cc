#include "modules/schedule/all_reduce.h"

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
using ::testing::DoubleNear;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

using Values = std::vector<std::vector<double>>;

// Site 0 in the middle, a mere aggregator; 1, 2, 3 with weights 1, 2, 3.
ExchangeOptions Aggregated() {
  ExchangeOptions options;
  options.schedule = ScheduleKind::kAllReduce;
  options.graph = *topology::Star(4);
  options.root = 0;
  options.shape.blocks = {{0, 1}};
  options.weights = {{0}, {1}, {2}, {3}};
  return options;
}

std::unique_ptr<Exchange<double>> SiteOf(ExchangeOptions options, int self) {
  options.self = self;
  return *MakeExchange<double>(options);
}

TEST(AllReduceTest, GivesTheWeightedMeanThroughAnAggregator) {
  auto network = *MemoryExchange<double>::Create(Aggregated());
  Values values = {{99}, {6}, {12}, {18}};
  ASSERT_THAT(network.Round(values), IsOk());
  EXPECT_THAT(values, Each(ElementsAre(DoubleNear(14, 1e-12))));
}

TEST(AllReduceTest, TheRootClosesWithoutTheStragglerWhenTheDeadlinePasses) {
  auto network = *MemoryExchange<double>::Create(Aggregated());
  auto& root = network.site(0);
  EXPECT_THAT(root.Begin(std::vector<double>{0.0}), IsEmpty());
  for (const int site : {1, 2}) {
    auto up = network.site(site).Begin(std::vector<double>{6.0 * site});
    ASSERT_THAT(root.Receive(site, up[0].body), IsOk());
  }
  EXPECT_THAT(root.Missing(), ElementsAre(3));
  EXPECT_THAT(network.site(1).Deadline(), IsEmpty());  // a leaf keeps waiting
  EXPECT_FALSE(network.site(1).Complete());
  const std::vector<Outgoing> down = root.Deadline();
  ASSERT_EQ(down.size(), 3u);
  ASSERT_TRUE(root.Complete());
  ASSERT_THAT(network.site(3).Receive(0, down[2].body), StatusIs(StatusCode::kFailedPrecondition));
  auto late = network.site(3).Begin(std::vector<double>{18.0});
  ASSERT_THAT(network.site(3).Receive(0, down[2].body), IsOk());
  EXPECT_THAT(root.Receive(3, late[0].body), IsOk());  // too late to count, and no harm
  std::vector<double> result(1);
  network.site(3).End(result);
  EXPECT_THAT(result, ElementsAre(DoubleNear((6 + 2 * 12) / 3.0, 1e-12)));
}

TEST(AllReduceTest, WhatDidNotCountIsGivenInALaterRound) {
  ExchangeOptions options = Aggregated();
  options.shape = ShapeOf({{{5, 5}, {11, 1}}});
  options.weights = {{0}, {1}, {1}, {1}};
  options.compressor = {.kind = &compress::kLowRank, .rank = 5, .min_compression = 0};
  auto network = *MemoryExchange<double>::Create(options);
  Random random(3);
  Values given(4, std::vector<double>(36, 0.0));
  for (size_t i = 1; i < 4; ++i) given[i] = RandomValues<double>(36, random);
  Values first = given;
  const auto lose3 = [](int from, int) { return from != 3; };
  ASSERT_THAT(network.Round(first, lose3), IsOk());
  Values second(4, std::vector<double>(36, 0.0));
  ASSERT_THAT(network.Round(second), IsOk());
  // Round 1: the mean of 1 and 2; round 2: what 3 had to say, a third of it.
  for (size_t k = 0; k < 36; ++k) {
    EXPECT_NEAR(first[0][k], (given[1][k] + given[2][k]) / 2, 1e-12);
    EXPECT_NEAR(second[0][k], given[3][k] / 3, 1e-12);
  }
}

TEST(AllReduceTest, AModuleWithoutWeightKeepsEachSitesOwnValues) {
  ExchangeOptions options = Aggregated();
  options.shape.blocks = {{0, 1}, {1, 1}};
  options.weights = {{0, 0}, {1, 0}, {1, 0}, {1, 0}};
  auto network = *MemoryExchange<double>::Create(options);
  Values values = {{0, 7}, {1, 8}, {2, 9}, {3, 10}};
  ASSERT_THAT(network.Round(values), IsOk());
  for (size_t i = 0; i < 4; ++i) {
    EXPECT_DOUBLE_EQ(values[i][0], 2);
    EXPECT_DOUBLE_EQ(values[i][1], 7 + static_cast<double>(i));
  }
}

TEST(AllReduceTest, RefusesWhatItCannotUseAndChangesNothing) {
  auto root = SiteOf(Aggregated(), 0), leaf = SiteOf(Aggregated(), 1);
  root->Begin(std::vector<double>{0.0});
  const std::string up = leaf->Begin(std::vector<double>{6.0})[0].body;
  EXPECT_THAT(root->Receive(7, up), StatusIs(StatusCode::kInvalidArgument));
  EXPECT_THAT(root->Receive(1, up.substr(1)), StatusIs(StatusCode::kInvalidArgument));
  EXPECT_THAT(root->Receive(1, up + up), StatusIs(StatusCode::kInvalidArgument));
  EXPECT_THAT(leaf->Receive(0, up), StatusIs(StatusCode::kInvalidArgument));  // wrong direction
  ASSERT_THAT(root->Receive(1, up), IsOk());
  EXPECT_THAT(root->Receive(1, up), StatusIs(StatusCode::kAlreadyExists));
  const std::vector<Outgoing> down = root->Deadline();
  ASSERT_THAT(leaf->Receive(0, down[0].body), IsOk());
  std::vector<double> result(1);
  leaf->End(result);
  EXPECT_THAT(result, ElementsAre(6));
}

TEST(AllReduceTest, TheExactMeanNeedsNoShape) {
  const topology::Graph tree = *topology::BinaryTree(5);
  std::vector<std::unique_ptr<Exchange<double>>> sites;
  EXPECT_THAT(MakeExactMean<float>(tree, 0, 5, 3, {1, 1, 1, 1, 1}),
              StatusIs(StatusCode::kInvalidArgument));
  EXPECT_THAT(MakeExactMean<float>(tree, 0, 4, 3, {1, 1, 1, 1}),
              StatusIs(StatusCode::kInvalidArgument));
  EXPECT_THAT(MakeExactMean<double>(tree, 0, 4, 3, {1, 1, 1, 1, 1}), IsOk());
}

}  // namespace
}  // namespace consilium::schedule
