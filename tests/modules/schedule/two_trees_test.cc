#include "modules/schedule/two_trees.h"

#include "gmock/gmock.h"
#include "modules/topology/distances.h"
#include "modules/topology/generators.h"
#include "tests/support/matchers.h"
#include "tests/support/memory_exchange.h"
#include "tests/support/random_values.h"

namespace consilium::schedule {
namespace {

using ::consilium::testing::IsOk;
using ::consilium::testing::LargestDifference;
using ::consilium::testing::MemoryExchange;
using ::consilium::testing::ModuleShape;
using ::consilium::testing::RandomValues;
using ::consilium::testing::RandomWeights;
using ::consilium::testing::ShapeOf;
using ::consilium::testing::StatusIs;
using ::consilium::testing::WeightedMean;
using ::testing::HasSubstr;

ExchangeOptions Options(int n, const FlatShape& shape, uint64_t seed) {
  Random random = Random::Named(seed, "weights");
  ExchangeOptions options;
  options.graph = *topology::BinaryTree(n);
  options.shape = shape;
  options.weights = RandomWeights(n, shape.blocks.size(), random);
  options.seed = seed;
  return options;
}

template <typename Scalar>
MemoryExchange<Scalar> Network(const ExchangeOptions& options) {
  const topology::TreePair trees = *topology::DoubleBinaryTrees(options.graph.size());
  return *MemoryExchange<Scalar>::Create(options, [&](const ExchangeOptions& site) {
    return MakeTwoTrees<Scalar>(site, trees.first, trees.second);
  });
}

std::vector<std::vector<double>> Values(const ExchangeOptions& options, uint64_t seed) {
  Random random = Random::Named(seed, "values");
  std::vector<std::vector<double>> values;
  for (int site = 0; site < options.graph.size(); ++site) {
    values.push_back(RandomValues<double>(options.shape.size(), random));
  }
  return values;
}

// Odd and single rows, a block of one number, one that only some hold.
const FlatShape& Shape() {
  static const FlatShape shape = ShapeOf({{{7, 5}, {7, 1}}, {{1, 9}}, {{1, 1}}, {{4, 4}}});
  return shape;
}

TEST(TwoTreesTest, GiveTheMeanThatOneTreeGivesAfterDiameterRounds) {
  for (uint64_t seed = 1; seed <= 12; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const ExchangeOptions options = Options(2 + static_cast<int>(seed % 8), Shape(), seed);
    const auto given = Values(options, seed);
    const auto mean = WeightedMean(options.shape.blocks, options.weights, given);
    auto one = *MemoryExchange<double>::Create(options);
    auto two = Network<double>(options);
    auto by_one = given, by_two = given;
    for (int round = 0; round < topology::Diameter(options.graph); ++round) {
      by_one = by_two = given;
      ASSERT_THAT(one.Round(by_one), IsOk());
      ASSERT_THAT(two.Round(by_two), IsOk());
    }
    for (size_t site = 0; site < given.size(); ++site) {
      EXPECT_LT(LargestDifference(by_one[site], mean), 1e-12);
      EXPECT_LT(LargestDifference(by_two[site], mean), 1e-12);
    }
  }
}

TEST(TwoTreesTest, GiveTheExactMeanWithAllReduceInOneRound) {
  ExchangeOptions options = Options(9, Shape(), 3);
  options.schedule = ScheduleKind::kAllReduce;
  auto values = Values(options, 3);
  const auto mean = WeightedMean(options.shape.blocks, options.weights, values);
  auto network = Network<double>(options);
  ASSERT_THAT(network.Round(values), IsOk());
  for (const auto& site : values) EXPECT_LT(LargestDifference(site, mean), 1e-12);
}

TEST(TwoTreesTest, CompressEachHalfAndReachTheMeanOfStandingInputs) {
  ExchangeOptions options = Options(8, ShapeOf({{{12, 10}, {12, 1}}, {{9, 8}}}), 4);
  options.compressor = {.kind = &compress::kLowRank, .rank = 1, .min_compression = 1};
  const auto given = Values(options, 4);
  const auto mean = WeightedMean(options.shape.blocks, options.weights, given);
  auto network = Network<double>(options);
  auto values = given;
  for (int round = 0; round < 300; ++round) {
    values = given;
    ASSERT_THAT(network.Round(values), IsOk());
  }
  for (const auto& site : values) EXPECT_LT(LargestDifference(site, mean), 1e-6);
}

TEST(TwoTreesTest, EverySiteSendsAboutAsMuchAsEveryOther) {
  ExchangeOptions options = Options(15, ModuleShape(2), 5);
  std::vector<size_t> one(15), two(15);
  const topology::TreePair trees = *topology::DoubleBinaryTrees(15);
  const std::vector<float> values(options.shape.size());
  for (int site = 0; site < 15; ++site) {
    options.self = site;
    auto single = *MakeExchange<float>(options);
    auto both = *MakeTwoTrees<float>(options, trees.first, trees.second);
    for (const Outgoing& m : single->Begin(values)) one[static_cast<size_t>(site)] += m.body.size();
    for (const Outgoing& m : both->Begin(values)) two[static_cast<size_t>(site)] += m.body.size();
  }
  const auto most = [](const std::vector<size_t>& bytes) { return std::ranges::max(bytes); };
  const auto least = [](const std::vector<size_t>& bytes) { return std::ranges::min(bytes); };
  EXPECT_EQ(most(one) / least(one), 3u);
  EXPECT_LT(static_cast<double>(most(two)), 2.1 * static_cast<double>(least(two)));
  EXPECT_LT(most(two), most(one));
}

TEST(TwoTreesTest, HealAfterLostMessages) {
  const ExchangeOptions options = Options(8, Shape(), 6);
  const auto given = Values(options, 6);
  const auto mean = WeightedMean(options.shape.blocks, options.weights, given);
  auto network = Network<double>(options);
  Random random(6);
  auto values = given;
  for (int round = 0; round < 60; ++round) {
    values = given;
    const double loss = round < 40 ? 0.2 : 0;
    ASSERT_THAT(network.Round(values, [&](int, int) { return random.Uniform() >= loss; }), IsOk());
  }
  for (const auto& site : values) EXPECT_LT(LargestDifference(site, mean), 1e-12);
}

TEST(TwoTreesTest, RefuseMessagesOfNoTree) {
  ExchangeOptions options = Options(4, Shape(), 7);
  auto site = *MakeTwoTrees<double>(options, *topology::Chain(4), *topology::Star(4));
  EXPECT_THAT(site->Receive(1, ""), StatusIs(StatusCode::kInvalidArgument, HasSubstr("tree 0")));
  EXPECT_THAT(site->Receive(1, "\x03..."),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("tree 3")));
  EXPECT_THAT(MakeTwoTrees<double>(options, *topology::Chain(4), *topology::Chain(5)),
              StatusIs(StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace consilium::schedule
