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

class CompressorTest : public ::testing::TestWithParam<NamedCompressor> {
 protected:
  CompressorOptions Options(Random& random) const {
    CompressorOptions options = GetParam().options;
    options.rank = 1 + static_cast<int>(random.Below(5));
    options.iterations = 1 + static_cast<int>(random.Below(3));
    return options;
  }
};

TEST_P(CompressorTest, BothEndsOfALinkHoldTheSameBits) {
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    const FlatShape shape = RandomShape(random);
    const CompressorOptions options = Options(random);
    auto sender = *MakeLinkCodec<float>(options, shape, seed);
    auto receiver = *MakeLinkCodec<float>(options, shape, seed);
    auto values = RandomValues<float>(shape.size(), random);
    for (int message = 0; message < 8; ++message) {
      for (float& value : values) value += static_cast<float>(0.1 * random.Normal());
      ASSERT_THAT(receiver->Decode(sender->Encode(values)), IsOk());
      ASSERT_EQ(receiver->Believed().size(), shape.size());
      if (options.kind == CompressorKind::kIdentity) {
        EXPECT_EQ(LargestDifference(receiver->Believed(), std::span<const float>(values)), 0);
      } else {
        EXPECT_EQ(sender->State(), receiver->State());
      }
    }
  }
}

TEST_P(CompressorTest, OutputsAndErrorsOfAllSitesSumToTheInputs) {
  if (GetParam().links_only) return;
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    const FlatShape shape = RandomShape(random);
    CompressorOptions options = Options(random);
    options.min_compression = static_cast<double>(random.Below(3));
    std::vector<std::unique_ptr<MeanCodec<double>>> sites;
    for (int i = 0; i < 3; ++i) sites.push_back(*MakeMeanCodec<double>(options, shape, seed));
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
  if (GetParam().links_only) return;
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    const FlatShape shape = RandomShape(random);
    CompressorOptions options = GetParam().options;
    options.rank = 40;
    auto codec = *MakeMeanCodec<double>(options, shape, seed);
    for (int round = 0; round < 3; ++round) {
      const auto values = RandomValues<double>(shape.size(), random);
      codec->Begin(values);
      codec->Absorb(0, codec->Contribution(0), true);
      std::vector<double> output(shape.size());
      codec->End(output);
      EXPECT_LT(LargestDifference(output, values), 1e-10);
    }
  }
}

TEST_P(CompressorTest, EdgeDifferencesAreOppositeAndNoLargerThanTheTruth) {
  if (GetParam().links_only) return;
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    const FlatShape shape = RandomShape(random);
    const CompressorOptions options = Options(random);
    auto low = *MakeEdgeCodec<double>(options, shape, seed, EdgeEnd::kLow);
    auto high = *MakeEdgeCodec<double>(options, shape, seed, EdgeEnd::kHigh);
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
      EXPECT_LE(testing::Norm(at_low), testing::Norm(truth) * (1 + 1e-12));
    }
  }
}

TEST_P(CompressorTest, MessagesCutShortAreRefused) {
  Random random(1);
  const FlatShape shape = RandomShape(random);
  const CompressorOptions options = Options(random);
  auto sender = *MakeLinkCodec<float>(options, shape, 1);
  auto receiver = *MakeLinkCodec<float>(options, shape, 1);
  const std::string whole = sender->Encode(RandomValues<float>(shape.size(), random));
  for (size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(receiver->Decode(whole.substr(0, size)).ok());
  }
  EXPECT_THAT(receiver->Decode(whole), IsOk());
}

INSTANTIATE_TEST_SUITE_P(All, CompressorTest, ::testing::ValuesIn([] {
                           const auto all = AllCompressors();
                           return std::vector<NamedCompressor>(all.begin(), all.end());
                         }()),
                         [](const auto& named) { return std::string(named.param.name); });

}  // namespace
}  // namespace consilium
