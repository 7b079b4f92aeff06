#include <string>
#include <tuple>

#include "gmock/gmock.h"
#include "modules/schedule/make_exchange.h"
#include "modules/topology/generators.h"
#include "tests/support/matchers.h"
#include "tests/support/memory_exchange.h"
#include "tests/support/random_values.h"
#include "tests/support/schedule_pairs.h"

// What is counted of every schedule with every compressor.
namespace consilium {
namespace {

using testing::IsOk;
using testing::MemoryExchange;
using testing::RandomValues;
using testing::ShapeOf;

constexpr size_t kLongestHeader = 64;

class TrafficTest : public ::testing::TestWithParam<
                        std::tuple<schedule::NamedSchedule, const compress::CompressorRow*>> {
 protected:
  schedule::ExchangeOptions Options(uint64_t seed) const {
    Random random = Random::Named(seed, "traffic");
    schedule::ExchangeOptions options;
    options.schedule = std::get<0>(GetParam()).kind;
    options.graph = testing::LinksOf(options.schedule, *topology::RandomTree(5, random));
    options.shape = ShapeOf({{{40, 30}, {30, 1}}, {{25, 40}}});
    options.weights.assign(5, {1.0, 1.0});
    options.compressor = {.kind = std::get<1>(GetParam())};
    options.compressor.min_compression = 0;
    options.seed = seed;
    return options;
  }
};

TEST_P(TrafficTest, TheModulesBytesAreThoseOfTheMessagesButForHeaders) {
  const schedule::ExchangeOptions options = Options(3);
  auto network = MemoryExchange<float>::Create(options);
  ASSERT_THAT(network, IsOk());
  Random random(4);
  std::vector<std::vector<float>> values;
  for (int i = 0; i < 5; ++i) values.push_back(RandomValues<float>(options.shape.size(), random));
  for (int round = 0; round < 3; ++round) {
    const size_t bytes = network->bytes();
    const size_t messages = network->messages();
    ASSERT_THAT(network->Round(values), IsOk());
    std::vector<BlockTraffic> by_block(2);
    for (int site = 0; site < 5; ++site) AddTrafficOf(network->site(site), by_block);
    const size_t counted = by_block[0].bytes + by_block[1].bytes;
    const size_t sent = network->bytes() - bytes;
    EXPECT_LE(counted, sent) << "round " << round;
    EXPECT_LE(sent - counted, kLongestHeader * (network->messages() - messages))
        << "round " << round;
    for (const BlockTraffic& block : by_block) {
      EXPECT_GE(block.squared_error, 0);
      EXPECT_GE(block.squared_norm, 0);
    }
  }
}

// What messages would have been without compression is told of the modules that they carry, never
// of those that no two sites share: identity saves nothing, whoever holds what.
TEST_P(TrafficTest, WithoutCompressionNothingIsSavedWhicheverSitesHoldAModule) {
  for (uint64_t seed = 1; seed <= 5; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    schedule::ExchangeOptions options = Options(seed);
    Random random = Random::Named(seed, "holders");
    for (auto& weights : options.weights) weights = {1.0, random.Uniform() < 0.5 ? 1.0 : 0.0};
    options.weights[0][1] = 1;
    auto network = MemoryExchange<float>::Create(options);
    ASSERT_THAT(network, IsOk());
    std::vector<std::vector<float>> values(5, RandomValues<float>(options.shape.size(), random));
    ASSERT_THAT(network->Round(values), IsOk());
    std::vector<BlockTraffic> by_block(2);
    for (int site = 0; site < 5; ++site) AddTrafficOf(network->site(site), by_block);
    for (const BlockTraffic& block : by_block) {
      EXPECT_EQ(block.numbers > 0, block.bytes > 0);
      if (std::get<1>(GetParam())->name != "identity") continue;
      EXPECT_LE(block.numbers * sizeof(float), block.bytes);
      EXPECT_LE(block.bytes, block.numbers * sizeof(float) + 5 * sizeof(double));  // weights
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, TrafficTest, ::testing::ValuesIn(testing::SchedulePairs()),
                         [](const auto& named) { return testing::NameOf(named.param); });

}  // namespace
}  // namespace consilium
