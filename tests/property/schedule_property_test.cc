#include <limits>
#include <ostream>
#include <string>
#include <tuple>

#include "gmock/gmock.h"
#include "modules/schedule/make_exchange.h"
#include "modules/topology/distances.h"
#include "modules/topology/generators.h"
#include "tests/support/matchers.h"
#include "tests/support/memory_exchange.h"
#include "tests/support/random_values.h"
#include "tests/support/schedule_pairs.h"

// Every schedule with every compressor, on random trees with random holders and weights.
namespace consilium {
namespace {

using testing::IsOk;
using testing::LargestDifference;
using testing::MemoryExchange;
using testing::RandomValues;
using testing::RandomWeights;
using testing::ShapeOf;
using testing::WeightedMean;

constexpr uint64_t kSeeds = 12;

template <typename Scalar>
struct Case {
  schedule::ExchangeOptions options;
  std::vector<std::vector<Scalar>> values;
};

template <typename Scalar>
Case<Scalar> RandomCase(schedule::ScheduleKind schedule,
                        const compress::CompressorOptions& compressor, uint64_t seed) {
  Random random = Random::Named(seed, "case");
  Case<Scalar> made;
  const int n = 2 + static_cast<int>(random.Below(9));
  made.options.schedule = schedule;
  made.options.graph = testing::LinksOf(schedule, *topology::RandomTree(n, random));
  made.options.root = static_cast<int>(random.Below(static_cast<uint64_t>(n)));
  made.options.shape = ShapeOf({{{6, 6}, {6, 1}}, {{9, 7}}, {{4, 1}}});
  made.options.weights = RandomWeights(n, 3, random);
  made.options.compressor = compressor;
  made.options.seed = seed;
  for (int i = 0; i < n; ++i) {
    made.values.push_back(RandomValues<Scalar>(made.options.shape.size(), random));
  }
  return made;
}

class ScheduleTest : public ::testing::TestWithParam<
                         std::tuple<schedule::NamedSchedule, const compress::CompressorRow*>> {
 protected:
  schedule::ScheduleKind schedule() const { return std::get<0>(GetParam()).kind; }
  compress::CompressorOptions compressor() const {
    compress::CompressorOptions options = {.kind = std::get<1>(GetParam())};
    options.min_compression = 0;  // the shapes are small
    return options;
  }
};

TEST_P(ScheduleTest, WhatAllAgreeOnStaysAsItIs) {
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    auto made = RandomCase<double>(schedule(), compressor(), seed);
    auto network = MemoryExchange<double>::Create(made.options);
    ASSERT_THAT(network, IsOk());
    // A compressor that lags behind begins from 0, so only 0 is agreed on from the start.
    const bool lags =
        compressor().kind != &compress::kIdentity && std::get<0>(GetParam()).needs_tree;
    if (lags || !std::get<0>(GetParam()).keeps_agreement)
      made.values[0].assign(made.values[0].size(), 0);
    std::fill(made.values.begin(), made.values.end(), std::vector<double>(made.values[0]));
    const auto before = made.values;
    for (int round = 0; round < 3; ++round) ASSERT_THAT(network->Round(made.values), IsOk());
    for (size_t i = 0; i < before.size(); ++i) {
      EXPECT_LT(LargestDifference(made.values[i], before[i]), 1e-12);
    }
  }
}

// A frozen module: nobody's weight counts, and nobody's copy has moved.
TEST_P(ScheduleTest, AModuleThatNobodyHoldsDoesNotMoveByABit) {
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    auto made = RandomCase<float>(schedule(), compressor(), seed);
    const Block frozen = made.options.shape.blocks[1];
    for (auto& weights : made.options.weights) weights[1] = 0;
    for (auto& values : made.values) {
      std::fill_n(values.begin() + static_cast<ptrdiff_t>(frozen.offset), frozen.size, 0.0f);
    }
    auto network = MemoryExchange<float>::Create(made.options);
    ASSERT_THAT(network, IsOk());
    for (int round = 0; round < 4; ++round) {
      ASSERT_THAT(network->Round(made.values), IsOk());
      for (const auto& values : made.values) {
        for (size_t i = 0; i < frozen.size; ++i) ASSERT_EQ(values[frozen.offset + i], 0.0f);
      }
    }
  }
}

TEST_P(ScheduleTest, TheSameSeedGivesTheSameBits) {
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    auto a = RandomCase<float>(schedule(), compressor(), seed);
    auto b = RandomCase<float>(schedule(), compressor(), seed);
    auto first = MemoryExchange<float>::Create(a.options);
    auto second = MemoryExchange<float>::Create(b.options);
    for (int round = 0; round < 3; ++round) {
      ASSERT_THAT(first->Round(a.values), IsOk());
      ASSERT_THAT(second->Round(b.values), IsOk());
    }
    EXPECT_EQ(a.values, b.values) << "seed " << seed;
  }
}

TEST_P(ScheduleTest, MessagesWhoseMemoryIsKeptGiveTheSameBits) {
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    auto copied = RandomCase<float>(schedule(), compressor(), seed);
    auto kept = copied;
    auto first = MemoryExchange<float>::Create(copied.options);
    auto second = MemoryExchange<float>::Create(kept.options);
    second->keeps_memory = true;
    for (int round = 0; round < 4; ++round) {
      ASSERT_THAT(first->Round(copied.values), IsOk());
      ASSERT_THAT(second->Round(kept.values), IsOk());
      ASSERT_EQ(copied.values, kept.values);
    }
  }
}

TEST_P(ScheduleTest, LostMessagesNeverStopARoundNorMakeValuesGrow) {
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    auto made = RandomCase<double>(schedule(), compressor(), seed);
    auto network = MemoryExchange<double>::Create(made.options);
    // A leaf goes silent; an all-reduce's root is heard, since it decides for all.
    // Where there are no leaves it is site 0.
    int silent = 0;
    while (schedule() != schedule::ScheduleKind::kPushSum &&
           (made.options.graph.Degree(silent) > 1 || silent == made.options.root)) {
      ++silent;
    }
    const auto filter = [&](int from, int) { return from != silent; };
    for (int round = 0; round < 5; ++round) {
      ASSERT_THAT(network->Round(made.values, filter), IsOk());
    }
    for (const auto& site : made.values) {
      for (const double value : site) ASSERT_LT(std::abs(value), 50);
    }
  }
}

// Bytes that nobody sent: refused as a value, and the round can still be ended.
TEST_P(ScheduleTest, DamagedMessagesAreRefused) {
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    auto made = RandomCase<float>(schedule(), compressor(), seed);
    Random random = Random::Named(seed, "damage");
    const int a = 0, b = made.options.graph.Neighbors(0)[0];
    made.options.root = b;  // so that an all-reduce leaf sends first
    made.options.weights.assign(made.values.size(), {1, 1, 1});
    made.options.self = a;
    auto sender = *schedule::MakeExchange<float>(made.options);
    made.options.self = b;
    auto receiver = *schedule::MakeExchange<float>(made.options);
    std::vector<schedule::Outgoing> sent = sender->Begin(made.values[0]);
    receiver->Begin(made.values[1]);
    for (const schedule::Outgoing& message : sent) {
      if (message.to != b) continue;
      for (int damage = 0; damage < 40; ++damage) {
        std::string body = message.body.substr(0, random.Below(message.body.size()));
        EXPECT_FALSE(receiver->Receive(a, body).ok());
        body = message.body;
        const float nan = std::numeric_limits<float>::quiet_NaN();
        body.replace(body.size() - 4, 4, reinterpret_cast<const char*>(&nan), 4);
        EXPECT_FALSE(receiver->Receive(a, body).ok());
      }
      EXPECT_THAT(receiver->Receive(a, message.body), IsOk());
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, ScheduleTest, ::testing::ValuesIn(testing::SchedulePairs()),
                         [](const auto& named) { return testing::NameOf(named.param); });

TEST(RelaySumPropertyTest, GivesTheExactMeanAfterDiameterRoundsOnRandomTrees) {
  for (uint64_t seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    auto made = RandomCase<double>(schedule::ScheduleKind::kRelaySum, {}, seed);
    auto network = MemoryExchange<double>::Create(made.options);
    const auto mean = WeightedMean(made.options.shape.blocks, made.options.weights, made.values);
    std::vector<std::vector<double>> result;
    for (int round = 0; round < topology::Diameter(made.options.graph); ++round) {
      result = made.values;  // constant inputs
      ASSERT_THAT(network->Round(result), IsOk());
    }
    for (const auto& site : result) EXPECT_LT(LargestDifference(site, mean), 1e-12);
  }
}

TEST(RelaySumPropertyTest, CompressedLinksReachTheMeanOfStandingInputs) {
  for (const compress::CompressorRow* compressor : compress::AllCompressors()) {
    for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
      SCOPED_TRACE(std::string(compressor->name) + ", seed " + std::to_string(seed));
      compress::CompressorOptions options = {.kind = compressor};
      options.rank = 1;
      options.min_compression = 1;
      auto made = RandomCase<double>(schedule::ScheduleKind::kRelaySum, options, seed);
      auto network = MemoryExchange<double>::Create(made.options);
      const auto mean = WeightedMean(made.options.shape.blocks, made.options.weights, made.values);
      std::vector<std::vector<double>> result;
      for (int round = 0; round < 400; ++round) {
        result = made.values;
        ASSERT_THAT(network->Round(result), IsOk());
      }
      // Signs are sure to contract by 1/n only.
      const double close = options.kind == &compress::kSign ? 1e-3 : 1e-6;
      for (const auto& site : result) EXPECT_LT(LargestDifference(site, mean), close);
    }
  }
}

TEST(AllReducePropertyTest, AllSitesAgreeBitForBit) {
  for (const compress::CompressorRow* compressor : compress::AllCompressors()) {
    for (uint64_t seed = 1; seed <= 20; ++seed) {
      SCOPED_TRACE(std::string(compressor->name) + ", seed " + std::to_string(seed));
      compress::CompressorOptions options = {.kind = compressor};
      options.min_compression = 0;
      options.iterations = 1 + static_cast<int>(seed % 3);
      auto made = RandomCase<float>(schedule::ScheduleKind::kAllReduce, options, seed);
      auto network = MemoryExchange<float>::Create(made.options);
      for (int round = 0; round < 3; ++round) {
        ASSERT_THAT(network->Round(made.values), IsOk());
        for (const auto& site : made.values) ASSERT_EQ(site, made.values[0]);
      }
    }
  }
}

TEST(AllReducePropertyTest, WithoutCompressionItIsTheWeightedMean) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    auto made = RandomCase<double>(schedule::ScheduleKind::kAllReduce, {}, seed);
    auto network = MemoryExchange<double>::Create(made.options);
    const auto mean = WeightedMean(made.options.shape.blocks, made.options.weights, made.values);
    ASSERT_THAT(network->Round(made.values), IsOk());
    for (const auto& site : made.values) EXPECT_LT(LargestDifference(site, mean), 1e-12);
  }
}

TEST(GossipPropertyTest, KeepsTheWeightedMeanAndReachesIt) {
  for (const compress::CompressorRow* compressor : compress::AllCompressors()) {
    for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
      SCOPED_TRACE(std::string(compressor->name) + ", seed " + std::to_string(seed));
      compress::CompressorOptions options = {.kind = compressor};
      options.min_compression = 0;
      options.keep = 0.4;
      auto made = RandomCase<double>(schedule::ScheduleKind::kGossip, options, seed);
      made.options.weights.assign(made.values.size(), {1, 20, 3});
      made.options.weights[0] = {2, 7, 1};
      auto network = MemoryExchange<double>::Create(made.options);
      const auto& blocks = made.options.shape.blocks;
      const auto mean = WeightedMean(blocks, made.options.weights, made.values);
      for (int round = 0; round < 5; ++round) {
        ASSERT_THAT(network->Round(made.values), IsOk());
        ASSERT_LT(LargestDifference(WeightedMean(blocks, made.options.weights, made.values), mean),
                  1e-12);
      }
      for (int round = 0; round < 1500; ++round) ASSERT_THAT(network->Round(made.values), IsOk());
      for (const auto& site : made.values) EXPECT_LT(LargestDifference(site, mean), 1e-3);
    }
  }
}

}  // namespace
}  // namespace consilium
