// Every schedule with every compressor, given what it must refuse.
#include <limits>
#include <span>
#include <string>
#include <tuple>

#include "gmock/gmock.h"
#include "modules/schedule/make_exchange.h"
#include "modules/topology/generators.h"
#include "tests/support/matchers.h"
#include "tests/support/memory_exchange.h"
#include "tests/support/random_values.h"
#include "tests/support/schedule_pairs.h"

namespace consilium {
namespace {

using testing::IsOk;
using testing::MemoryExchange;
using testing::RandomValues;
using testing::RandomWeights;
using testing::ShapeOf;

constexpr size_t kRoundAt = 5;  // in a message's header

class FaultTest : public ::testing::TestWithParam<
                      std::tuple<schedule::NamedSchedule, const compress::CompressorRow*>> {
 protected:
  schedule::ExchangeOptions Options(uint64_t seed) const {
    Random random = Random::Named(seed, "options");
    schedule::ExchangeOptions options;
    options.schedule = std::get<0>(GetParam()).kind;
    options.graph = testing::LinksOf(options.schedule, *topology::BinaryTree(6));
    options.shape = ShapeOf({{{6, 6}, {6, 1}}, {{9, 7}}, {{4, 1}}});
    options.weights = RandomWeights(6, 3, random);
    options.compressor = {.kind = std::get<1>(GetParam())};
    options.compressor.min_compression = 0;
    options.seed = seed;
    return options;
  }

  bool identity() const { return std::get<1>(GetParam()) == &compress::kIdentity; }
};

std::string WithNan(std::string body) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  return body.replace(body.size() - 4, 4, reinterpret_cast<const char*>(&nan), 4);
}

// Truncated, too long, of another version, of a far round, of another shape, from a stranger, and
// where the last bytes are a number, not a number.
TEST_P(FaultTest, WhatIsRefusedChangesNoBit) {
  for (uint64_t seed = 1; seed <= 4; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    auto clean = MemoryExchange<float>::Create(Options(seed));
    auto attacked = MemoryExchange<float>::Create(Options(seed));
    ASSERT_THAT(clean, IsOk());
    ASSERT_THAT(attacked, IsOk());
    Random random = Random::Named(seed, "damage");
    attacked->before_delivery = [&](schedule::Exchange<float>& site, int from,
                                    const std::string& body) {
      EXPECT_FALSE(site.Receive(from, body.substr(0, random.Below(body.size()))).ok());
      EXPECT_FALSE(site.Receive(from, body + "x").ok());
      EXPECT_FALSE(site.Receive(17, body).ok());
      std::string other = body;
      other[0] = 77;
      EXPECT_FALSE(site.Receive(from, other).ok());
      std::string far = body;
      far[kRoundAt + 2] = 1;
      EXPECT_FALSE(site.Receive(from, far).ok());
      EXPECT_FALSE(identity() && body.size() > 60 && site.Receive(from, WithNan(body)).ok());
    };
    std::vector<std::vector<float>> expected, values;
    for (int site = 0; site < 6; ++site) expected.push_back(RandomValues<float>(109, random));
    values = expected;
    for (int round = 0; round < 4; ++round) {
      ASSERT_THAT(clean->Round(expected), IsOk());
      ASSERT_THAT(attacked->Round(values), IsOk());
      ASSERT_EQ(values, expected) << "round " << round;
    }
  }
}

// With each message lost by chance every round ends, and values stay within what they began with.
TEST_P(FaultTest, RandomLossNeverStopsARoundNorMakesValuesGrow) {
  for (const double loss : {0.01, 0.1, 0.3}) {
    for (uint64_t seed = 1; seed <= 4; ++seed) {
      SCOPED_TRACE("seed " + std::to_string(seed) + ", loss " + std::to_string(loss));
      schedule::ExchangeOptions options = Options(seed);
      options.lossy = true;
      auto network = MemoryExchange<double>::Create(options);
      ASSERT_THAT(network, IsOk());
      Random random = Random::Named(seed, "loss");
      std::vector<std::vector<double>> values;
      for (int site = 0; site < 6; ++site) values.push_back(RandomValues<double>(109, random));
      for (int round = 0; round < 100; ++round) {
        // What updates did not count is owed; as models they would be given twice.
        for (int site = 0; site < 6 && std::get<0>(GetParam()).exchanges_updates; ++site) {
          std::vector<double>& update = values[static_cast<size_t>(site)];
          const std::span<const double> correction = CorrectionOf(network->site(site));
          update = RandomValues<double>(109, random);
          for (size_t k = 0; k < correction.size(); ++k) update[k] += correction[k];
        }
        ASSERT_THAT(network->Round(values, [&](int, int) { return random.Uniform() >= loss; }),
                    IsOk());
      }
      for (const auto& site : values) {
        for (const double value : site) ASSERT_LT(std::abs(value), 100);
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, FaultTest, ::testing::ValuesIn(testing::SchedulePairs()),
                         [](const auto& named) { return testing::NameOf(named.param); });

}  // namespace
}  // namespace consilium
