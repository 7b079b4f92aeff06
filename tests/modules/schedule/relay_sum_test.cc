#include "modules/schedule/relay_sum.h"

#include <limits>

#include "gmock/gmock.h"
#include "modules/topology/generators.h"
#include "tests/support/matchers.h"
#include "tests/support/memory_exchange.h"

namespace consilium::schedule {
namespace {

using ::consilium::testing::IsOk;
using ::consilium::testing::MemoryExchange;
using ::consilium::testing::StatusIs;
using ::testing::DoubleNear;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::FloatNear;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using Values = std::vector<std::vector<double>>;

ExchangeOptions Chain3() {
  ExchangeOptions options;
  options.schedule = ScheduleKind::kRelaySum;
  options.graph = *topology::Chain(3);
  options.shape.blocks = {{0, 1}};
  options.weights = {{1}, {1}, {1}};
  return options;
}

std::unique_ptr<Exchange<double>> SiteOf(ExchangeOptions options, int self) {
  options.self = self;
  return *MakeExchange<double>(options);
}

// docs/papers.md, RelaySum; by hand: 0 - 1 - 2 with values 3, 6, 12.
TEST(RelaySumTest, AveragesWhatIsHeardAndStandsInForTheRest) {
  auto network = *MemoryExchange<double>::Create(Chain3());
  Values values = {{3}, {6}, {12}};
  ASSERT_THAT(network.Round(values), IsOk());
  EXPECT_DOUBLE_EQ(values[0][0], (3 + 6 + 3) / 3.0);  // 2 is not heard yet: 0's own value
  EXPECT_DOUBLE_EQ(values[1][0], (3 + 6 + 12) / 3.0);
  EXPECT_DOUBLE_EQ(values[2][0], (12 + 6 + 12) / 3.0);
  values = {{3}, {6}, {12}};
  ASSERT_THAT(network.Round(values), IsOk());
  EXPECT_DOUBLE_EQ(values[0][0], 7);  // 1's message relays 2's of the round before
  EXPECT_DOUBLE_EQ(values[2][0], 7);
}

TEST(RelaySumTest, SitesWithoutTheModuleRelayItAndReceiveTheMean) {
  ExchangeOptions options = Chain3();
  options.weights = {{2}, {0}, {6}};
  auto network = *MemoryExchange<double>::Create(options);
  Values values;
  for (int round = 0; round < 2; ++round) {
    values = {{4}, {100}, {8}};
    ASSERT_THAT(network.Round(values), IsOk());
  }
  for (const auto& site : values) EXPECT_THAT(site, ElementsAre(DoubleNear(7, 1e-12)));
}

// With many neighbours the centre sums once; the mean is the same, exactly where all agree.
TEST(RelaySumTest, AStarOfManySitesAveragesAsOneOfFew) {
  constexpr int kSites = 40;
  ExchangeOptions options;
  options.schedule = ScheduleKind::kRelaySum;
  options.graph = *topology::Star(kSites);
  options.shape.blocks = {{0, 1}, {1, 1}};
  double total = 0, sum = 0;
  for (int site = 0; site < kSites; ++site) {
    options.weights.push_back({site % 7 + 0.5, 1.0});
    total += site % 7 + 0.5;
    sum += (site % 7 + 0.5) * site * site;
  }
  auto network = *MemoryExchange<double>::Create(options);
  Values values;
  for (int round = 0; round < 2; ++round) {
    values.clear();
    for (int site = 0; site < kSites; ++site) values.push_back({1.0 * site * site, 0.1});
    ASSERT_THAT(network.Round(values), IsOk());
  }
  for (const auto& site : values)
    EXPECT_THAT(site, ElementsAre(DoubleNear(sum / total, 1e-10), 0.1));
}

TEST(RelaySumTest, ABlockThatNobodyHoldsStaysAsItIs) {
  ExchangeOptions options = Chain3();
  options.weights = {{0}, {0}, {0}};
  auto network = *MemoryExchange<double>::Create(options);
  Values values = {{3}, {6}, {12}};
  ASSERT_THAT(network.Round(values), IsOk());
  EXPECT_EQ(values, (Values{{3}, {6}, {12}}));
}

TEST(RelaySumTest, AMissingNeighborCountsWithNoWeightInTheRoundOfTheDeadline) {
  auto network = *MemoryExchange<double>::Create(Chain3());
  Values values = {{3}, {6}, {12}};
  ASSERT_THAT(network.Round(values), IsOk());
  auto& middle = network.site(1);
  middle.Begin(std::vector<double>{6.0});
  EXPECT_FALSE(middle.Complete());
  EXPECT_THAT(middle.Missing(), ElementsAre(0, 2));
  const std::string from0 = network.site(0).Begin(std::vector<double>{3.0})[0].body;
  ASSERT_THAT(middle.Receive(0, from0), IsOk());
  EXPECT_THAT(middle.Deadline(), IsEmpty());
  ASSERT_TRUE(middle.Complete());
  std::vector<double> result(1);
  middle.End(result);
  EXPECT_THAT(result, ElementsAre(DoubleNear((3 + 6 + 6) / 3.0, 1e-12)));
}

TEST(RelaySumTest, ALateMessageIsTakenAndCountsUntilANewerOneComes) {
  auto left = SiteOf(Chain3(), 0), middle = SiteOf(Chain3(), 1);
  std::vector<double> result(1);
  const std::string late = left->Begin(std::vector<double>{3.0})[0].body;
  middle->Begin(std::vector<double>{6.0});
  middle->Deadline();
  middle->End(result);
  EXPECT_THAT(result, ElementsAre(DoubleNear(6, 1e-12)));
  ASSERT_THAT(middle->Receive(0, late), IsOk());  // of the round that ended
  const std::vector<Outgoing> sent = middle->Begin(std::vector<double>{6.0});
  middle->Deadline();
  middle->End(result);
  EXPECT_THAT(result, ElementsAre(DoubleNear((6 + 3 + 6) / 3.0, 1e-12)));
}

TEST(RelaySumTest, AGoneSiteIsNotRelayedForEver) {
  auto network = *MemoryExchange<double>::Create(Chain3());
  Values values;
  const auto without2 = [](int from, int to) { return from != 2 && to != 2; };
  for (int round = 0; round < 6; ++round) {
    values = {{3}, {6}, {12}};
    ASSERT_THAT(
        network.Round(values, round < 3 ? nullptr : MemoryExchange<double>::Filter(without2)),
        IsOk());
  }
  EXPECT_NEAR(values[0][0], (3 + 6 + 3) / 3.0, 1e-12);
  EXPECT_NEAR(values[1][0], (3 + 6 + 6) / 3.0, 1e-12);
}

TEST(RelaySumTest, RefusesWhatItCannotUseAndChangesNothing) {
  auto left = SiteOf(Chain3(), 0), middle = SiteOf(Chain3(), 1);
  const std::string good = left->Begin(std::vector<double>{3.0})[0].body;
  EXPECT_THAT(middle->Receive(0, good), StatusIs(StatusCode::kFailedPrecondition));  // not begun
  middle->Begin(std::vector<double>{6.0});
  EXPECT_THAT(middle->Receive(1, good),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("no neighbour")));
  EXPECT_THAT(middle->Receive(0, good.substr(0, good.size() - 1)),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("bytes")));
  EXPECT_THAT(middle->Receive(0, good + "x"), StatusIs(StatusCode::kInvalidArgument));
  EXPECT_THAT(middle->Receive(0, ""), StatusIs(StatusCode::kInvalidArgument));
  std::string other_version = good;
  other_version[0] = 9;
  EXPECT_THAT(middle->Receive(0, other_version),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("version 9")));
  std::string not_finite = good;
  const double nan = std::numeric_limits<double>::quiet_NaN();
  not_finite.replace(not_finite.size() - 8, 8, reinterpret_cast<const char*>(&nan), 8);
  EXPECT_THAT(middle->Receive(0, not_finite),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("expected numbers between")));
  ASSERT_THAT(middle->Receive(0, good), IsOk());
  EXPECT_THAT(middle->Receive(0, good), StatusIs(StatusCode::kAlreadyExists));
  middle->Deadline();
  std::vector<double> result(1);
  middle->End(result);
  EXPECT_THAT(result, ElementsAre(DoubleNear((3 + 6 + 6) / 3.0, 1e-12)));
}

TEST(RelaySumTest, AMessageWhoseMemoryCouldBeKeptStaysAsItIsIfItIsRefused) {
  ExchangeOptions options = Chain3();
  constexpr size_t kSize = 500;
  options.shape.blocks = {{0, kSize}};
  options.self = 0;
  auto left = *MakeExchange<float>(options);
  options.self = 1;
  auto middle = *MakeExchange<float>(options);
  const std::string good = left->Begin(std::vector<float>(kSize, 3))[0].body;
  std::string body = good;
  EXPECT_THAT(middle->Receive(0, Incoming::Whole(body)), StatusIs(StatusCode::kFailedPrecondition));
  EXPECT_EQ(body, good);
  middle->Begin(std::vector<float>(kSize, 6));
  const float infinity = std::numeric_limits<float>::infinity();
  body.replace(body.size() - 4, 4, reinterpret_cast<const char*>(&infinity), 4);
  const std::string bad = body;
  EXPECT_THAT(middle->Receive(0, Incoming::Whole(body)),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("expected numbers between")));
  EXPECT_EQ(body, bad);
  body = good;
  ASSERT_THAT(middle->Receive(0, Incoming::Whole(body)), IsOk());
  middle->Deadline();
  std::vector<float> result(kSize);
  middle->End(result);
  EXPECT_THAT(result, Each(FloatNear((3 + 6 + 6) / 3.0f, 1e-6f)));
}

TEST(RelaySumTest, OfLinksWithoutCompressionTheNewerMessageIsTaken) {
  auto left = SiteOf(Chain3(), 0), middle = SiteOf(Chain3(), 1);
  std::vector<double> result(1);
  for (int round = 0; round < 2; ++round) {
    const std::string body = left->Begin(std::vector<double>{3.0 + round})[0].body;
    left->Deadline();
    left->End(result);
    middle->Begin(std::vector<double>{6.0});
    if (round == 1) {
      EXPECT_THAT(middle->Receive(0, body), IsOk());
    }
    middle->Deadline();
    middle->End(result);
  }
  EXPECT_DOUBLE_EQ(result[0], (4 + 6 + 6) / 3.0);
}

TEST(RelaySumTest, SaysWhenTheSenderIsAhead) {
  auto left = SiteOf(Chain3(), 0), middle = SiteOf(Chain3(), 1);
  middle->Begin(std::vector<double>{6.0});
  std::vector<double> result(1);
  std::string ahead;
  for (int round = 0; round < 2; ++round) {
    ahead = left->Begin(std::vector<double>{3.0})[0].body;
    left->Deadline();
    left->End(result);
  }
  EXPECT_THAT(middle->Receive(0, ahead), StatusIs(StatusCode::kFailedPrecondition));
}

// 0 - 1 - 2 with values 3, 6, 12; 1 hears 0 only, in the second round 2 only.
TEST(RelaySumTest, EachFallbackStandsInForWhoIsNotHeardFrom) {
  struct Case {
    RelayFallback fallback;
    double first, second;
  };
  const Case cases[] = {
      {RelayFallback::kOwnValue, (3 + 6 + 6) / 3.0, (6 + 6 + 12) / 3.0},
      {RelayFallback::kLastAverage, (3 + 6 + 0) / 3.0, (3 + 6 + 12) / 3.0},
      {RelayFallback::kCount, (3 + 6) / 2.0, (6 + 12) / 2.0},
      {RelayFallback::kInitialModel, (3 + 6) / 3.0, (6 + 12) / 3.0},
  };
  for (const Case& each : cases) {
    ExchangeOptions options = Chain3();
    options.relay_fallback = each.fallback;
    auto network = *MemoryExchange<double>::Create(options);
    Values values = {{3}, {6}, {12}};
    ASSERT_THAT(network.Round(values, [](int from, int to) { return from == 0 && to == 1; }),
                IsOk());
    EXPECT_DOUBLE_EQ(values[1][0], each.first);
    values = {{3}, {6}, {12}};
    ASSERT_THAT(network.Round(values, [](int from, int to) { return from == 2 && to == 1; }),
                IsOk());
    EXPECT_DOUBLE_EQ(values[1][0], each.second);
  }
}

}  // namespace
}  // namespace consilium::schedule
