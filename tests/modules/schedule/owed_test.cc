#include <string>

#include "gmock/gmock.h"
#include "modules/schedule/make_exchange.h"
#include "modules/topology/generators.h"
#include "tests/support/matchers.h"
#include "tests/support/memory_exchange.h"
#include "tests/support/random_values.h"

// Error feedback over the end of an exchange: a restart, or a new generation.
namespace consilium::schedule {
namespace {

using testing::IsOk;
using testing::MemoryExchange;
using testing::RandomValues;
using testing::ShapeOf;

using Vectors = std::vector<std::vector<double>>;

constexpr int kSites = 5;

class OwedTest : public ::testing::TestWithParam<const compress::CompressorRow*> {
 protected:
  static ExchangeOptions Options(uint64_t seed) {
    ExchangeOptions options;
    options.schedule = ScheduleKind::kAllReduce;
    options.graph = *topology::BinaryTree(kSites);
    options.root = 1;
    options.shape = ShapeOf({{{8, 6}, {8, 1}}, {{5, 9}}});
    options.weights.assign(kSites, {1.0, 1.0});
    options.compressor = {.kind = GetParam()};
    options.compressor.rank = 1;
    options.compressor.min_compression = 0;
    options.seed = seed;
    return options;
  }

  // Rounds of random values; adds what was given and what came out, over all sites.
  void Rounds(MemoryExchange<double>& network, int rounds) {
    for (int round = 0; round < rounds; ++round) {
      Vectors values;
      for (int site = 0; site < kSites; ++site) {
        values.push_back(RandomValues<double>(given_.size(), random_));
        Add(values.back(), given_);
      }
      ASSERT_THAT(network.Round(values), IsOk());
      for (const auto& site : values) Add(site, taken_);
    }
  }

  static void Add(const std::vector<double>& from, std::vector<double>& to) {
    for (size_t i = 0; i < from.size(); ++i) to[i] += from[i];
  }

  Random random_ = Random(11);
  std::vector<double> given_ = std::vector<double>(Options(1).shape.size());
  std::vector<double> taken_ = given_;
};

TEST_P(OwedTest, NothingIsLostWhenOthersGoOnWithIt) {
  auto first = MemoryExchange<double>::Create(Options(1));
  ASSERT_THAT(first, IsOk());
  Rounds(*first, 6);
  auto second = MemoryExchange<double>::Create(Options(2));
  ASSERT_THAT(second, IsOk());
  for (int site = 0; site < kSites; ++site) {
    ASSERT_THAT(OweTo(second->site(site), OwedOf(first->site(site))), IsOk());
  }
  Rounds(*second, 6);
  std::vector<double> owed(given_.size());
  for (int site = 0; site < kSites; ++site) Add(OwedOf(second->site(site)), owed);
  for (size_t i = 0; i < given_.size(); ++i) EXPECT_NEAR(taken_[i] + owed[i], given_[i], 1e-9) << i;
}

TEST_P(OwedTest, OfAnotherSizeOrWithoutMeaningIsRefused) {
  auto network = MemoryExchange<double>::Create(Options(1));
  ASSERT_THAT(network, IsOk());
  std::vector<double> wrong(given_.size() + 1);
  EXPECT_FALSE(OweTo(network->site(0), wrong).ok());
  wrong.pop_back();
  wrong[3] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_FALSE(OweTo(network->site(0), wrong).ok());
  EXPECT_THAT(OweTo(network->site(0), {}), IsOk());
}

INSTANTIATE_TEST_SUITE_P(Compressors, OwedTest,
                         ::testing::ValuesIn(compress::AllCompressors().begin(),
                                             compress::AllCompressors().end()),
                         [](const auto& named) { return std::string(named.param->name); });

}  // namespace
}  // namespace consilium::schedule
