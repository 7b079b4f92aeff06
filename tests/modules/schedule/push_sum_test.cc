#include "modules/schedule/push_sum.h"

#include <cstring>

#include "gmock/gmock.h"
#include "modules/schedule/make_exchange.h"
#include "modules/schedule/message.h"
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
using ::consilium::testing::RandomWeights;
using ::consilium::testing::StatusIs;
using ::consilium::testing::WeightedMean;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

using Values = std::vector<std::vector<double>>;

ExchangeOptions Push(int sites, std::vector<Block> blocks = {{0, 1}}) {
  ExchangeOptions options;
  options.schedule = ScheduleKind::kPushSum;
  options.graph = *PushSumLinks(sites);
  options.weights.assign(static_cast<size_t>(sites), std::vector<double>(blocks.size(), 1.0));
  options.shape.blocks = std::move(blocks);
  return options;
}

TEST(PushSumTest, LinksAreTheExponentialGraphs) {
  EXPECT_TRUE(PushSumLinks(1)->Edges().empty());
  EXPECT_THAT(PushSumLinks(2)->Edges(), ElementsAre(topology::Edge{0, 1}));
  EXPECT_THAT(PushSumLinks(5)->Neighbors(0), ElementsAre(1, 2, 3, 4));
  EXPECT_THAT(PushSumLinks(32)->Neighbors(0), SizeIs(9));
}

TEST(PushSumTest, IsTheExactMeanAfterAsManyRoundsAsThePowerOfTwo) {
  auto network = *MemoryExchange<double>::Create(Push(8));
  Values values;
  for (int site = 0; site < 8; ++site) values.push_back({static_cast<double>(site)});
  for (int round = 0; round < 3; ++round) ASSERT_THAT(network.Round(values), IsOk());
  for (const auto& site : values) EXPECT_EQ(site[0], 3.5);
}

TEST(PushSumTest, AnyNumberOfSitesWithAnyWeightsComesToTheWeightedMean) {
  for (int sites = 1; sites <= 9; ++sites) {
    SCOPED_TRACE(sites);
    Random random = Random::Named(static_cast<uint64_t>(sites), "case");
    ExchangeOptions options = Push(sites, {{0, 2}, {2, 3}});
    options.weights = RandomWeights(sites, 2, random);
    auto network = *MemoryExchange<double>::Create(options);
    Values values;
    for (int i = 0; i < sites; ++i) values.push_back(RandomValues<double>(5, random));
    const auto mean = WeightedMean(options.shape.blocks, options.weights, values);
    for (int round = 0; round < 120; ++round) ASSERT_THAT(network.Round(values), IsOk());
    for (const auto& site : values) EXPECT_LT(LargestDifference(site, mean), 1e-9);
  }
}

// The recursion as it is written, on numerators and weights.
TEST(PushSumTest, IsPushSumOfNumeratorsAndWeights) {
  constexpr size_t kSites = 6;
  ExchangeOptions options = Push(kSites);
  std::vector<double> weights, numerators(kSites, 0.0);
  for (size_t i = 0; i < kSites; ++i) {
    weights.push_back(static_cast<double>(i));  // site 0 has none of it
    options.weights[i] = {weights[i]};
  }
  const std::vector<double> planned = weights;
  auto network = *MemoryExchange<double>::Create(options);
  Values values(kSites, {0.0});
  Random random = Random::Named(3, "updates");
  for (size_t round = 0; round < 20; ++round) {
    for (size_t i = 0; i < kSites; ++i) {
      const double update = i == 0 ? 0 : random.Normal();
      values[i][0] += update;
      numerators[i] += planned[i] * update;
    }
    ASSERT_THAT(network.Round(values), IsOk());
    const std::vector<double> n = numerators, w = weights;
    for (size_t i = 0; i < kSites; ++i) {
      const size_t sender = (i + kSites - (size_t{1} << (round % 3))) % kSites;
      numerators[i] = n[i] / 2 + n[sender] / 2;
      weights[i] = w[i] / 2 + w[sender] / 2;
      if (!(weights[i] > 0)) continue;
      ASSERT_NEAR(values[i][0], numerators[i] / weights[i], 1e-12);
    }
  }
}

TEST(PushSumTest, ALostMessageLeavesMeansOfWhatWasGivenAndUpdatesCountAsBefore) {
  Random random = Random::Named(4, "loss");
  auto network = *MemoryExchange<double>::Create(Push(8));
  Values values;
  for (int site = 0; site < 8; ++site) values.push_back({static_cast<double>(site)});
  const auto lossy = [&](int, int) { return random.Below(10) >= 3; };
  for (int round = 0; round < 200; ++round) ASSERT_THAT(network.Round(values, lossy), IsOk());
  const double agreed = values[0][0];
  EXPECT_GT(agreed, 0);
  EXPECT_LT(agreed, 7);
  for (int round = 1; round <= 5; ++round) {
    for (auto& site : values) site[0] += 1;
    ASSERT_THAT(network.Round(values, lossy), IsOk());
    for (const auto& site : values) EXPECT_NEAR(site[0], agreed + round, 1e-6);
  }
}

TEST(PushSumTest, ALateMessageLosesNothing) {
  ExchangeOptions options = Push(2);
  auto first = *MakeExchange<double>(options);
  options.self = 1;
  auto second = *MakeExchange<double>(options);
  std::vector<double> a = {0.0}, b = {8.0};
  const std::string late = first->Begin(a)[0].body;
  const std::string heard = second->Begin(b)[0].body;
  ASSERT_THAT(first->Receive(1, heard), IsOk());
  EXPECT_THAT(second->Missing(), ElementsAre(0));
  EXPECT_TRUE(second->Deadline().empty());
  first->End(a);
  second->End(b);
  EXPECT_EQ(a[0], 4);
  EXPECT_EQ(b[0], 8);
  ASSERT_THAT(second->Receive(0, late), IsOk());
  const std::string from_a = first->Begin(a)[0].body, from_b = second->Begin(b)[0].body;
  ASSERT_THAT(second->Receive(0, from_a), IsOk());
  ASSERT_THAT(first->Receive(1, from_b), IsOk());
  first->End(a);
  second->End(b);
  EXPECT_EQ(a[0], 4);
  EXPECT_EQ(b[0], 4);
}

TEST(PushSumTest, RefusesWhatIsNotForThisSiteOrThisRound) {
  ExchangeOptions options = Push(8);
  auto sender = *MakeExchange<double>(options);
  options.self = 1;
  auto receiver = *MakeExchange<double>(options);
  const std::vector<double> values = {1.0};
  const std::vector<Outgoing> sent = sender->Begin(values);
  ASSERT_THAT(sent, SizeIs(1));
  EXPECT_EQ(sent[0].to, 1);
  EXPECT_THAT(receiver->Receive(0, sent[0].body), StatusIs(StatusCode::kFailedPrecondition));
  receiver->Begin(values);
  EXPECT_THAT(receiver->Receive(2, sent[0].body),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("never sends")));
  EXPECT_THAT(receiver->Receive(7, sent[0].body),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("in round 0")));
  EXPECT_THAT(receiver->Receive(0, sent[0].body + "x"), StatusIs(StatusCode::kInvalidArgument));
  EXPECT_THAT(receiver->Receive(0, sent[0].body), IsOk());
  EXPECT_TRUE(receiver->Complete());
  EXPECT_THAT(receiver->Receive(0, sent[0].body), StatusIs(StatusCode::kAlreadyExists));
}

TEST(PushSumTest, RefusesMoreWeightThanAllOtherSitesCanHave) {
  ExchangeOptions options = Push(8);
  auto sender = *MakeExchange<double>(options);
  options.self = 1;
  auto receiver = *MakeExchange<double>(options);
  const std::vector<double> values = {1.0};
  std::string body = sender->Begin(values)[0].body;
  receiver->Begin(values);
  const auto with = [&](double weight) {
    std::memcpy(&body[kMessageHeaderBytes], &weight, sizeof(weight));
    return body;
  };
  EXPECT_THAT(receiver->Receive(0, with(7.6)),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("expected 0 to 7.5")));
  EXPECT_THAT(receiver->Receive(0, with(7.5)), IsOk());
}

TEST(PushSumTest, WantsItsLinksAndNoCompressor) {
  ExchangeOptions options = Push(8);
  options.graph = *topology::Ring(8);
  EXPECT_THAT(MakeExchange<float>(options),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("which the graph does not join")));
  options = Push(8);
  options.compressor.kind = &compress::kLowRank;
  EXPECT_THAT(MakeExchange<float>(options),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("identity alone")));
}

}  // namespace
}  // namespace consilium::schedule
