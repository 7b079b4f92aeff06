#include <cmath>
#include <limits>
#include <string>

#include "gmock/gmock.h"
#include "modules/compress/compressor.h"
#include "tests/support/matchers.h"
#include "tests/support/random_values.h"

// Every compressor in each of its three uses.
namespace consilium {
namespace {

using testing::IsOk;
using testing::LargestDifference;
using testing::RandomValues;
using testing::ShapeOf;

constexpr uint64_t kSeeds = 12;

FlatShape RandomShape(Random& random) {
  std::vector<std::vector<std::pair<int, int>>> blocks(1 + random.Below(4));
  for (auto& block : blocks) {
    block.resize(1 + random.Below(3));
    for (auto& [rows, cols] : block) {
      rows = 1 + static_cast<int>(random.Below(40));
      cols = random.Below(3) == 0 ? 1 : 1 + static_cast<int>(random.Below(40));
    }
  }
  return ShapeOf(blocks);
}

class CompressorTest : public ::testing::TestWithParam<const compress::CompressorRow*> {
 protected:
  compress::CompressorOptions Options(Random& random) const {
    compress::CompressorOptions options = {.kind = GetParam()};
    options.rank = 1 + static_cast<int>(random.Below(5));
    options.iterations = 1 + static_cast<int>(random.Below(3));
    options.bits = 2 + static_cast<int>(random.Below(7));
    if (random.Below(2) == 0) options.form = compress::PowerSgdForm::kTwoSided;
    options.keep = 0.02 + 0.3 * random.Uniform();
    return options;
  }
  static const compress::CompressorRow* kind() { return GetParam(); }
  static bool summed() { return compress::CanBeSummed(*kind()); }
};

TEST_P(CompressorTest, BothEndsOfALinkHoldTheSameBits) {
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    const FlatShape shape = RandomShape(random);
    const compress::CompressorOptions options = Options(random);
    auto sender = *compress::MakeLinkCodec<float>(options, shape, seed);
    auto receiver = *compress::MakeLinkCodec<float>(options, shape, seed);
    auto values = RandomValues<float>(shape.size(), random);
    for (int message = 0; message < 8; ++message) {
      for (float& value : values) value += static_cast<float>(0.1 * random.Normal());
      ASSERT_THAT(receiver->Decode(sender->Encode(values)), IsOk());
      ASSERT_EQ(receiver->Believed().size(), shape.size());
      if (options.kind == &compress::kIdentity) {
        EXPECT_EQ(LargestDifference(receiver->Believed(), std::span<const float>(values)), 0);
      } else {
        EXPECT_EQ(sender->State(), receiver->State());
      }
    }
  }
}

TEST_P(CompressorTest, OutputsAndErrorsOfAllSitesSumToTheInputs) {
  if (!summed()) return;
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    const FlatShape shape = RandomShape(random);
    compress::CompressorOptions options = Options(random);
    options.min_compression = static_cast<double>(random.Below(3));
    std::vector<std::unique_ptr<compress::MeanCodec<double>>> sites;
    for (int i = 0; i < 3; ++i)
      sites.push_back(*compress::MakeMeanCodec<double>(options, shape, seed));
    std::vector<double> given(shape.size()), got(shape.size());
    for (int round = 0; round < 6; ++round) {
      for (auto& site : sites) {
        const auto values = RandomValues<double>(shape.size(), random);
        site->Begin(values);
        for (size_t k = 0; k < given.size(); ++k) given[k] += values[k] / 3;
      }
      for (int phase = 0; phase < sites[0]->phases(); ++phase) {
        std::vector<double> mean;
        for (auto& site : sites) {
          const auto part = site->Contribution(phase);
          ASSERT_EQ(part.size(),
                    site->PhaseBlocks(phase).back().offset + site->PhaseBlocks(phase).back().size);
          mean.resize(part.size());
          for (size_t k = 0; k < part.size(); ++k) mean[k] += part[k] / 3;
        }
        for (auto& site : sites) site->Absorb(phase, mean, true);
      }
      std::vector<std::vector<double>> outputs(3, std::vector<double>(shape.size()));
      for (size_t i = 0; i < 3; ++i) sites[i]->End(outputs[i]);
      EXPECT_EQ(outputs[0], outputs[1]);
      EXPECT_EQ(outputs[0], outputs[2]);
      for (size_t k = 0; k < got.size(); ++k) got[k] += outputs[0][k];
      std::vector<double> sum = got;
      for (auto& site : sites) {
        const std::vector<double> state = site->State();
        if (state.empty()) continue;  // no error feedback: nothing is left out
        const double* error = state.data() + state.size() - shape.size();
        for (size_t k = 0; k < sum.size(); ++k) sum[k] += error[k] / 3;
      }
      EXPECT_LT(LargestDifference(sum, given), 1e-10) << "round " << round;
    }
  }
}

TEST_P(CompressorTest, ARankOfTheWholeMatrixIsLossless) {
  if (!summed()) return;
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    const FlatShape shape = RandomShape(random);
    compress::CompressorOptions options = {.kind = GetParam()};
    options.rank = 40;
    options.keep = 1;
    auto codec = *compress::MakeMeanCodec<double>(options, shape, seed);
    for (int round = 0; round < 3; ++round) {
      const auto values = RandomValues<double>(shape.size(), random);
      codec->Begin(values);
      for (int phase = 0; phase < codec->phases(); ++phase) {
        codec->Absorb(phase, codec->Contribution(phase), true);
      }
      std::vector<double> output(shape.size());
      codec->End(output);
      EXPECT_LT(LargestDifference(output, values), 1e-10);
    }
  }
}

TEST_P(CompressorTest, EdgeDifferencesAreOppositeAndProjectionsNoLargerThanTheTruth) {
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    const FlatShape shape = RandomShape(random);
    const compress::CompressorOptions options = Options(random);
    auto low = *compress::MakeEdgeCodec<double>(options, shape, seed, compress::EdgeEnd::kLow);
    auto high = *compress::MakeEdgeCodec<double>(options, shape, seed, compress::EdgeEnd::kHigh);
    for (int step = 0; step < 6; ++step) {
      const auto a = RandomValues<double>(shape.size(), random);
      const auto b = RandomValues<double>(shape.size(), random);
      std::vector<double> at_low(shape.size()), at_high(shape.size()), truth(shape.size());
      const std::string from_low = low->Encode(a), from_high = high->Encode(b);
      ASSERT_THAT(low->Decode(from_high, at_low), IsOk());
      ASSERT_THAT(high->Decode(from_low, at_high), IsOk());
      for (size_t k = 0; k < truth.size(); ++k) {
        truth[k] = b[k] - a[k];
        EXPECT_EQ(at_low[k], -at_high[k]);
      }
      if (GetParam()->of_floats.matrix != nullptr) {
        EXPECT_EQ(low->State(), high->State());  // of both what is known of both
      } else {
        EXPECT_LE(testing::Norm(at_low), testing::Norm(truth) * (1 + 1e-12));
      }
    }
  }
}

// With error feedback, also where some messages do not count.
TEST_P(CompressorTest, WhatHopsSayAndKeepSumsToTheInputs) {
  if (summed()) return;
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    const FlatShape shape = RandomShape(random);
    auto sender = *compress::MakeHopCodec<double>(Options(random), shape, seed);
    std::vector<double> given(shape.size()), got(shape.size());
    for (uint32_t round = 0; round < 8; ++round) {
      const auto values = RandomValues<double>(shape.size(), random);
      ByteWriter writer;
      sender->Encode(values, round, writer);
      const bool counts = random.Below(4) > 0;
      for (size_t k = 0; k < given.size(); ++k) {
        given[k] += values[k];
        if (counts) got[k] += sender->Decoded()[k];
      }
      if (counts) {
        sender->Sent();
      } else {
        sender->Unsent(values);
      }
      std::vector<double> sum = sender->State();
      for (size_t k = 0; k < sum.size(); ++k) sum[k] += got[k];
      EXPECT_LT(LargestDifference(sum, given), 1e-10) << "round " << round;
    }
  }
}

// Normal numbers, a spike among zeros, heavy tails, equal magnitudes, zeros.
std::vector<double> OfKind(int kind, size_t size, Random& random) {
  std::vector<double> values(size);
  for (double& value : values) {
    const double normal = random.Normal();
    value = kind == 0 ? normal : kind == 2 ? normal * normal * normal : kind == 3 ? 1 : 0;
    if (kind == 3 && normal < 0) value = -1;
  }
  if (kind == 1) values[random.Below(size)] = 3;
  return values;
}

TEST_P(CompressorTest, EveryMatrixShrinksAsMuchAsItsContractionSays) {
  for (uint64_t seed = 1; seed <= 2 * kSeeds; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    auto codec = compress::MakeMatrixCodec<double>(Options(random));
    if (codec == nullptr) return;
    const size_t size = compress::kFewestCoded + random.Below(seed % 3 == 0 ? 6000 : 90);
    const auto values = OfKind(static_cast<int>(seed % 5), size, random);
    constexpr int kDraws = 200;
    std::vector<double> said(size), mean(size);
    double left = 0;
    for (uint64_t draw = 0; draw < kDraws; ++draw) {
      ByteWriter writer;
      codec->Encode(values, 1000 * seed + draw, writer, said);
      for (size_t k = 0; k < size; ++k) {
        left += (values[k] - said[k]) * (values[k] - said[k]) / kDraws;
        mean[k] += said[k] / kDraws;
      }
    }
    const double norm = testing::Norm(values), bound = 1 - codec->Contraction(size);
    EXPECT_LE(bound, 1);
    // A spike that random-k meets by chance: within four deviations.
    const double chance = kind() == &compress::kRandomK ? 4 * std::sqrt(bound / kDraws) : 0.01;
    EXPECT_LE(left, (bound * (1 + chance) + 1e-12) * norm * norm);
    if (!codec->unbiased()) continue;
    for (size_t k = 0; k < size; ++k) mean[k] -= values[k];
    EXPECT_LE(testing::Norm(mean), 1.5 * norm * std::sqrt(bound / kDraws) + 1e-12);
  }
}

TEST_P(CompressorTest, ARestoredLinkContinuesBitForBit) {
  Random random(7);
  const FlatShape shape = RandomShape(random);
  const compress::CompressorOptions options = Options(random);
  auto sender = *compress::MakeLinkCodec<float>(options, shape, 1);
  auto receiver = *compress::MakeLinkCodec<float>(options, shape, 1);
  auto again = *compress::MakeLinkCodec<float>(options, shape, 1);
  for (int message = 0; message < 6; ++message) {
    if (message == 3) {
      ASSERT_THAT(again->Restore(receiver->State()), IsOk());
    }
    const std::string bytes = sender->Encode(RandomValues<float>(shape.size(), random));
    ASSERT_THAT(receiver->Decode(bytes), IsOk());
    if (message >= 3) {
      ASSERT_THAT(again->Decode(bytes), IsOk());
    }
  }
  EXPECT_EQ(again->State(), receiver->State());
  std::vector<float> bad = receiver->State();
  bad.back() = std::numeric_limits<float>::quiet_NaN();
  EXPECT_FALSE(again->Restore(bad).ok());
  bad.pop_back();
  EXPECT_FALSE(again->Restore(bad).ok());
  EXPECT_EQ(again->State(), receiver->State());
}

TEST_P(CompressorTest, ARestoredEdgeContinuesBitForBit) {
  Random random(8);
  const FlatShape shape = RandomShape(random);
  const compress::CompressorOptions options = Options(random);
  auto low = *compress::MakeEdgeCodec<float>(options, shape, 1, compress::EdgeEnd::kLow);
  auto high = *compress::MakeEdgeCodec<float>(options, shape, 1, compress::EdgeEnd::kHigh);
  auto again = *compress::MakeEdgeCodec<float>(options, shape, 1, compress::EdgeEnd::kHigh);
  std::vector<float> at_low(shape.size()), at_high(shape.size()), at_again(shape.size());
  for (int step = 0; step < 6; ++step) {
    const auto a = RandomValues<float>(shape.size(), random);
    const auto b = RandomValues<float>(shape.size(), random);
    if (step == 3) {
      ASSERT_THAT(again->Restore(high->State()), IsOk());
    }
    const std::string from_low = low->Encode(a), from_high = high->Encode(b);
    if (step >= 3) {
      EXPECT_EQ(again->Encode(b), from_high);
      ASSERT_THAT(again->Decode(from_low, at_again), IsOk());
    }
    ASSERT_THAT(high->Decode(from_low, at_high), IsOk());
    ASSERT_THAT(low->Decode(from_high, at_low), IsOk());
  }
  EXPECT_EQ(at_again, at_high);
}

TEST_P(CompressorTest, TrafficIsTheBytesOfTheMessageAndWhatItLeftOut) {
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    const FlatShape shape = RandomShape(random);
    const compress::CompressorOptions options = Options(random);
    auto sender = *compress::MakeLinkCodec<double>(options, shape, 1);
    auto receiver = *compress::MakeLinkCodec<double>(options, shape, 1);
    for (int message = 0; message < 3; ++message) {
      auto values = RandomValues<double>(shape.size(), random);
      const std::string bytes = sender->Encode(values);
      std::vector<BlockTraffic> by_block(shape.blocks.size());
      sender->AddTraffic(by_block);
      ASSERT_THAT(receiver->Decode(bytes), IsOk());
      BlockTraffic sum;
      for (const BlockTraffic& block : by_block) sum += block;
      constexpr size_t kHeader = 7;
      EXPECT_EQ(sum.bytes + kHeader, bytes.size());
      EXPECT_LE(sum.squared_error, sum.squared_norm * 2);
      for (size_t k = 0; k < values.size(); ++k) values[k] -= receiver->Believed()[k];
      const double left = testing::Norm(values) * testing::Norm(values);
      EXPECT_NEAR(sum.squared_error, left, 1e-9 * (1 + left));
    }
  }
}

TEST_P(CompressorTest, DamagedMessagesAreRefusedAndChangeNothing) {
  Random random(1);
  const FlatShape shape = RandomShape(random);
  const compress::CompressorOptions options = Options(random);
  auto sender = *compress::MakeLinkCodec<float>(options, shape, 1);
  auto receiver = *compress::MakeLinkCodec<float>(options, shape, 1);
  const std::string whole = sender->Encode(RandomValues<float>(shape.size(), random));
  const std::vector<float> before = receiver->State();
  for (size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(receiver->Decode(whole.substr(0, size)).ok());
  }
  EXPECT_FALSE(receiver->Decode(whole + '\0').ok());
  for (size_t byte = 0; byte < 7; ++byte) {  // the header
    std::string bad = whole;
    bad[byte] = static_cast<char>(bad[byte] + 1);
    EXPECT_FALSE(receiver->Decode(bad).ok()) << byte;
  }
  // Anywhere: taken or refused, but never a number that is not finite.
  for (int damage = 0; damage < 300; ++damage) {
    auto victim = *compress::MakeLinkCodec<float>(options, shape, 1);
    std::string bad = whole;
    for (int k = 0; k < 3; ++k) bad[7 + random.Below(bad.size() - 7)] = '\xff';
    if (!victim->Decode(bad).ok()) {
      EXPECT_EQ(victim->State(), before);
    }
    for (const float value : victim->Believed()) ASSERT_TRUE(std::isfinite(value));
  }
  EXPECT_EQ(receiver->State(), before);
  EXPECT_THAT(receiver->Decode(whole), IsOk());
}

TEST_P(CompressorTest, ALinkOfAnotherShapeOrCompressorIsRefused) {
  const FlatShape shape = ShapeOf({{{20, 10}}}), other = ShapeOf({{{20, 11}}});
  compress::CompressorOptions options = {.kind = GetParam()};
  options.min_compression = 0;
  Random random(2);
  const std::string message = (*compress::MakeLinkCodec<float>(options, shape, 1))
                                  ->Encode(RandomValues<float>(200, random));
  EXPECT_FALSE((*compress::MakeLinkCodec<float>(options, other, 1))->Decode(message).ok());
  EXPECT_FALSE((*compress::MakeLinkCodec<double>(options, shape, 1))->Decode(message).ok());
  for (const compress::CompressorRow* another : compress::AllCompressors()) {
    if (another == GetParam()) continue;
    EXPECT_FALSE(
        (*compress::MakeLinkCodec<float>({.kind = another}, shape, 1))->Decode(message).ok());
  }
}

INSTANTIATE_TEST_SUITE_P(All, CompressorTest, ::testing::ValuesIn([] {
                           const auto all = compress::AllCompressors();
                           return std::vector<const compress::CompressorRow*>(all.begin(),
                                                                              all.end());
                         }()),
                         [](const auto& named) { return std::string(named.param->name); });

}  // namespace
}  // namespace consilium
