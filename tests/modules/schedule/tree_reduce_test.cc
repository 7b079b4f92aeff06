#include "modules/schedule/tree_reduce.h"

#include <algorithm>

#include "gmock/gmock.h"
#include "modules/schedule/make_exchange.h"
#include "modules/topology/generators.h"
#include "tests/support/matchers.h"
#include "tests/support/random_values.h"

namespace consilium::schedule {
namespace {

using ::consilium::testing::IsOk;
using ::consilium::testing::RandomValues;
using ::consilium::testing::ShapeOf;

// A star around site 0, in which every site has its own weights.
ExchangeOptions StarOf(const compress::CompressorRow* kind, int sites) {
  ExchangeOptions options;
  options.schedule = ScheduleKind::kAllReduce;
  options.graph = *topology::Star(sites);
  options.shape = ShapeOf({{{5, 6}}, {{12, 1}}});
  for (int site = 0; site < sites; ++site) options.weights.push_back({1.0 + site, 2.5 * site});
  options.compressor.kind = kind;
  return options;
}

// What the root sends down after two rounds in which the others' sums come in that order.
std::vector<std::string> MeansOf(ExchangeOptions options, const std::vector<int>& order) {
  std::vector<std::unique_ptr<Exchange<float>>> sites;
  std::vector<std::vector<float>> values;
  Random random(5);
  for (options.self = 0; options.self < options.graph.size(); ++options.self) {
    sites.push_back(*MakeExchange<float>(options));
    values.push_back(RandomValues<float>(options.shape.size(), random));
  }
  std::vector<std::string> means;
  for (int round = 0; round < 2; ++round) {
    (void)sites[0]->Begin(values[0]);
    std::vector<Outgoing> down;
    for (const int from : order) {
      const auto up = sites[static_cast<size_t>(from)]->Begin(values[static_cast<size_t>(from)]);
      auto led_to = sites[0]->Receive(from, up.at(0).body);
      EXPECT_THAT(led_to, IsOk());
      if (led_to.ok()) down = *std::move(led_to);
    }
    for (const Outgoing& message : down) {
      EXPECT_THAT(sites[static_cast<size_t>(message.to)]->Receive(0, message.body), IsOk());
      means.push_back(message.body);
    }
    for (size_t site = 0; site < sites.size(); ++site) sites[site]->End(values[site]);
  }
  return means;
}

TEST(TreeReduceTest, TheMeanHasTheSameBitsInWhateverOrderTheSumsCome) {
  for (const auto kind : {&compress::kIdentity, &compress::kLowRank, &compress::kInt8}) {
    const ExchangeOptions options = StarOf(kind, 5);
    std::vector<int> order = {1, 2, 3, 4};
    const std::vector<std::string> expected = MeansOf(options, order);
    EXPECT_GE(expected.size(), 8U);
    while (std::ranges::next_permutation(order).found) {
      EXPECT_EQ(MeansOf(options, order), expected) << order[0] << order[1] << order[2] << order[3];
    }
  }
}

TEST(TreeReduceTest, ASumThatComesAfterItsSiteWasGivenUpIsLeftOutAndSaidToBe) {
  ExchangeOptions options = StarOf(&compress::kIdentity, 4);
  std::vector<std::unique_ptr<Exchange<float>>> sites;
  for (options.self = 0; options.self < 4; ++options.self) {
    sites.push_back(*MakeExchange<float>(options));
  }
  const std::vector<float> values(options.shape.size(), 1.0F);
  (void)sites[0]->Begin(values);
  std::vector<Outgoing> up;
  for (const size_t site : {1, 2, 3}) up.push_back(sites[site]->Begin(values).at(0));
  ASSERT_THAT(sites[0]->Receive(3, up[2].body), IsOk());
  ASSERT_THAT(sites[0]->Receive(1, up[0].body), IsOk());
  EXPECT_THAT(sites[0]->Missing(), ::testing::ElementsAre(2));
  const std::vector<Outgoing> down = sites[0]->Deadline();
  ASSERT_THAT(down, ::testing::SizeIs(3));
  EXPECT_NE(down[0].body, down[1].body);  // counted, and not
  EXPECT_EQ(down[0].body, down[2].body);
  EXPECT_TRUE(sites[0]->Complete());
  EXPECT_THAT(sites[0]->Receive(2, up[1].body), IsOk());  // too late to count
}

}  // namespace
}  // namespace consilium::schedule
