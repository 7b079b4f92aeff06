#include "modules/schedule/compressed_reduce.h"

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
using ::testing::ElementsAre;
using ::testing::IsEmpty;

using Values = std::vector<std::vector<double>>;

// A chain 0-1-2-3 with root 1; site 2 only relays.
ExchangeOptions Relayed(const compress::CompressorRow* kind) {
  ExchangeOptions options;
  options.schedule = ScheduleKind::kAllReduce;
  options.graph = *topology::Chain(4);
  options.root = 1;
  options.shape = ShapeOf({{{5, 6}}, {{12, 1}}});
  options.weights = {{1, 2}, {3, 1}, {0, 0}, {2, 5}};
  options.compressor.kind = kind;
  options.compressor.keep = 0.1;
  return options;
}

Values RandomSites(Random& random) {
  Values values;
  for (int site = 0; site < 4; ++site) values.push_back(RandomValues<double>(42, random));
  return values;
}

// The sum of the weighted errors of all sites, in units of a mean.
std::vector<double> MeanOwed(MemoryExchange<double>& network, const ExchangeOptions& options) {
  Values owed;
  for (int site = 0; site < 4; ++site) owed.push_back(OwedOf(network.site(site)));
  return testing::WeightedMean(options.shape.blocks, options.weights, owed);
}

TEST(CompressedReduceTest, ResultsAndWhatIsOwedSumToTheWeightedMeansWhereNobodyOnlyRelays) {
  for (const auto kind : {&compress::kBfloat16, &compress::kInt8, &compress::kTopK,
                          &compress::kSign, &compress::kQuantized}) {
    ExchangeOptions options = Relayed(kind);
    options.weights[2] = {1, 1};
    auto network = *MemoryExchange<double>::Create(options);
    Random random(3);
    std::vector<double> given(42), got(42);
    for (int round = 0; round < 5; ++round) {
      Values values = RandomSites(random);
      const auto mean = testing::WeightedMean(options.shape.blocks, options.weights, values);
      ASSERT_THAT(network.Round(values), IsOk());
      for (int site = 1; site < 4; ++site) EXPECT_EQ(values[0], values[static_cast<size_t>(site)]);
      std::vector<double> sum = MeanOwed(network, options);
      for (size_t k = 0; k < 42; ++k) {
        given[k] += mean[k];
        got[k] += values[0][k];
        sum[k] += got[k];
      }
      EXPECT_LT(LargestDifference(sum, given), 1e-12) << "round " << round;
    }
  }
}

TEST(CompressedReduceTest, ASmallWholeIsPassedOnWithinAFewRounds) {
  auto network = *MemoryExchange<double>::Create(Relayed(&compress::kTopK));
  const ExchangeOptions options = Relayed(&compress::kTopK);
  Random random(3);
  Values values = RandomSites(random);
  const auto mean = testing::WeightedMean(options.shape.blocks, options.weights, values);
  std::vector<double> got(42);
  for (int round = 0; round < 60; ++round) {
    ASSERT_THAT(network.Round(values), IsOk());
    for (size_t k = 0; k < 42; ++k) got[k] += values[0][k];
    values.assign(4, std::vector<double>(42, 0.0));
  }
  EXPECT_LT(LargestDifference(got, mean), 1e-12);
}

TEST(CompressedReduceTest, WhatDidNotCountIsGivenInALaterRoundAlsoFromBehindALostLink) {
  ExchangeOptions options = Relayed(&compress::kBfloat16);
  options.weights = {{0, 0}, {1, 1}, {1, 1}, {1, 1}};
  auto network = *MemoryExchange<double>::Create(options);
  Values values(4, std::vector<double>(42, 1.0));
  values[2].assign(42, 2.0);
  values[3].assign(42, 4.0);
  const auto lose2 = [](int from, int to) { return from != 2 || to != 1; };
  ASSERT_THAT(network.Round(values, lose2), IsOk());
  EXPECT_EQ(values[0], std::vector<double>(42, 1.0));  // of site 1 alone
  EXPECT_EQ(values[3], values[0]);
  EXPECT_EQ(OwedOf(network.site(2)), std::vector<double>(42, 2.0));  // not what it had relayed
  EXPECT_EQ(OwedOf(network.site(3)), std::vector<double>(42, 4.0));
  values.assign(4, std::vector<double>(42, 0.0));
  ASSERT_THAT(network.Round(values), IsOk());
  EXPECT_LT(LargestDifference(values[0], std::vector<double>(42, 2.0)), 0.01);
}

TEST(CompressedReduceTest, WhatIsOwedGoesOnInAnotherExchange) {
  const ExchangeOptions options = Relayed(&compress::kSign);
  auto network = *MemoryExchange<double>::Create(options);
  Random random(4);
  Values values = RandomSites(random);
  ASSERT_THAT(network.Round(values), IsOk());
  auto next = *MemoryExchange<double>::Create(options);
  for (int site = 0; site < 4; ++site) {
    const auto owed = OwedOf(network.site(site));
    ASSERT_THAT(OweTo(next.site(site), owed), IsOk());
    EXPECT_LT(LargestDifference(OwedOf(next.site(site)), owed), 1e-12);
  }
  EXPECT_FALSE(OweTo(next.site(0), std::vector<double>(41)).ok());
  EXPECT_FALSE(OweTo(next.site(0), std::vector<double>(42, std::nan(""))).ok());
}

TEST(CompressedReduceTest, AModuleThatNobodyHoldsKeepsEachSitesOwnValues) {
  ExchangeOptions options = Relayed(&compress::kInt8);
  for (auto& weights : options.weights) weights[1] = 0;
  auto network = *MemoryExchange<double>::Create(options);
  Random random(4);
  Values values = RandomSites(random);
  const Values before = values;
  ASSERT_THAT(network.Round(values), IsOk());
  for (size_t site = 0; site < 4; ++site) {
    for (size_t k = 30; k < 42; ++k) EXPECT_EQ(values[site][k], before[site][k]);
  }
}

TEST(CompressedReduceTest, CountsTheBytesOfItsMessages) {
  const ExchangeOptions options = Relayed(&compress::kTopK);
  auto network = *MemoryExchange<double>::Create(options);
  Random random(4);
  Values values = RandomSites(random);
  ASSERT_THAT(network.Round(values), IsOk());
  BlockTraffic sum;
  for (int site = 0; site < 4; ++site) {
    std::vector<BlockTraffic> by_block(2);
    AddTrafficOf(network.site(site), by_block);
    sum += by_block[0];
    sum += by_block[1];
  }
  EXPECT_EQ(sum.bytes + network.messages() * (9 + 7), network.bytes());
  EXPECT_GT(sum.squared_norm, sum.squared_error);
}

TEST(CompressedReduceTest, RefusesWhatItCannotUseAndChangesNothing) {
  ExchangeOptions options = Relayed(&compress::kSign);
  auto network = *MemoryExchange<double>::Create(options);
  auto &root = network.site(1), &leaf = network.site(0);
  Random random(5);
  const Values values = RandomSites(random);
  EXPECT_THAT(root.Begin(values[1]), IsEmpty());
  const std::string up = leaf.Begin(values[0])[0].body;
  EXPECT_THAT(root.Receive(3, up), StatusIs(StatusCode::kInvalidArgument));
  EXPECT_THAT(root.Receive(0, up.substr(1)), StatusIs(StatusCode::kInvalidArgument));
  EXPECT_THAT(root.Receive(0, up + up), StatusIs(StatusCode::kInvalidArgument));
  EXPECT_THAT(leaf.Receive(1, up), StatusIs(StatusCode::kInvalidArgument));  // wrong direction
  ASSERT_THAT(root.Receive(0, up), IsOk());
  EXPECT_THAT(root.Receive(0, up), StatusIs(StatusCode::kAlreadyExists));
  EXPECT_THAT(root.Missing(), ElementsAre(2));
  EXPECT_THAT(leaf.Deadline(), IsEmpty());  // a leaf keeps waiting
  const std::vector<Outgoing> down = root.Deadline();
  ASSERT_EQ(down.size(), 2u);
  ASSERT_THAT(leaf.Receive(1, down[0].body), IsOk());
  EXPECT_THAT(leaf.Receive(1, down[0].body), StatusIs(StatusCode::kAlreadyExists));
  EXPECT_TRUE(leaf.Complete());
}

}  // namespace
}  // namespace consilium::schedule
