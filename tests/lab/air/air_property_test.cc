#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "lab/air/air.h"
#include "lab/air/air_scheme.h"
#include "modules/compress/compressor.h"
#include "tests/support/matchers.h"
#include "tests/support/random_values.h"

// Every scheme over the air, and the identities of docs/papers.md, LASER.
namespace consilium::air {
namespace {

using testing::IsOk;
using testing::LargestDifference;
using testing::RandomValues;
using testing::ShapeOf;
using testing::StatusIs;

constexpr uint64_t kSeeds = 8;

FlatShape RandomShape(Random& random) {
  std::vector<std::vector<std::pair<int, int>>> blocks(1 + random.Below(3));
  for (auto& block : blocks) {
    block.resize(1 + random.Below(3));
    for (auto& [rows, cols] : block) {
      rows = 1 + static_cast<int>(random.Below(30));
      cols = random.Below(3) == 0 ? 1 : 1 + static_cast<int>(random.Below(30));
    }
  }
  return ShapeOf(blocks);
}

// Sites that average over one channel.
template <typename Scalar>
struct Sites {
  FlatShape shape;
  AllocationOptions allocation;
  ChannelOptions options;
  std::unique_ptr<Channel> channel;
  std::vector<std::unique_ptr<AirScheme<Scalar>>> schemes;
  std::vector<std::vector<double>> weights;
  uint64_t use = 0;

  // results[site]
  StatusOr<AirMean<Scalar>> Round(const std::vector<std::vector<Scalar>>& values,
                                  std::vector<std::vector<Scalar>>& results) {
    std::vector<std::span<const Scalar>> signals;
    for (size_t i = 0; i < schemes.size(); ++i) signals.push_back(schemes[i]->Begin(values[i]));
    ASSIGN_OR_RETURN(AirMean<Scalar> mean,
                     AverageOverTheAir<Scalar>(signals, schemes[0]->Segments(), weights, allocation,
                                               options, *channel, use++));
    results.assign(schemes.size(), std::vector<Scalar>(shape.size()));
    for (size_t i = 0; i < schemes.size(); ++i) {
      schemes[i]->End(mean.mean, mean.counted[i], results[i]);
    }
    return mean;
  }
};

template <typename Scalar>
Sites<Scalar> MakeSites(int count, const AirSchemeOptions& scheme, const ChannelOptions& options,
                        const FlatShape& shape, uint64_t seed) {
  Sites<Scalar> sites{.shape = shape,
                      .allocation = {},
                      .options = options,
                      .channel = {},
                      .schemes = {},
                      .weights = {}};
  sites.channel = *MakeChannel(options, seed);
  for (int i = 0; i < count; ++i) {
    sites.schemes.push_back(*MakeAirScheme<Scalar>(scheme, shape, seed));
    sites.weights.emplace_back(shape.blocks.size(), 1.0);
  }
  return sites;
}

template <typename Scalar>
std::vector<std::vector<Scalar>> RandomUpdates(size_t sites, size_t size, Random& random) {
  std::vector<std::vector<Scalar>> values;
  for (size_t i = 0; i < sites; ++i) values.push_back(RandomValues<Scalar>(size, random));
  return values;
}

ChannelOptions GaussianOf(double power, double noise = 1) {
  return {.kind = ChannelKind::kGaussian, .power = power, .noise = noise};
}

class AirSchemePropertyTest : public ::testing::TestWithParam<NamedAirScheme> {
 protected:
  AirSchemeOptions Options(Random& random) const {
    return {.kind = GetParam().kind,
            .rank = 1 + static_cast<int>(random.Below(4)),
            .min_compression = static_cast<double>(random.Below(3)),
            .columns = random.Below(2) == 0,
            .ratio = 0.1 + 0.3 * random.Uniform(),
            .magnitudes = random.Below(2) == 0};
  }
};

TEST_P(AirSchemePropertyTest, NoSiteSpendsMoreThanItsPower) {
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    const double power = std::pow(10.0, static_cast<double>(random.Below(7)) - 3);
    auto sites = MakeSites<float>(1 + static_cast<int>(random.Below(5)), Options(random),
                                  GaussianOf(power), RandomShape(random), seed);
    sites.allocation.exponent = static_cast<double>(random.Below(3));
    sites.allocation.column_exponent = static_cast<double>(random.Below(3));
    for (auto& row : sites.weights) {
      for (double& weight : row) weight = random.Below(4) == 0 ? 0 : random.Uniform();
    }
    std::vector<std::vector<float>> results;
    for (int round = 0; round < 4; ++round) {
      auto values = RandomUpdates<float>(sites.schemes.size(), sites.shape.size(), random);
      for (float& value : values[0]) value *= 1e4F;  // one much louder than the others
      const auto mean = sites.Round(values, results);
      ASSERT_THAT(mean, IsOk());
      for (const auto& sent : mean->sent) {
        double spent = 0;
        for (const float x : sent) spent += static_cast<double>(x) * static_cast<double>(x);
        EXPECT_LE(spent, power);
      }
    }
  }
}

TEST_P(AirSchemePropertyTest, AllSitesHoldTheSameFiniteBits) {
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    auto sites = MakeSites<float>(3, Options(random), GaussianOf(10), RandomShape(random), seed);
    std::vector<std::vector<float>> results;
    for (int round = 0; round < 5; ++round) {
      ASSERT_THAT(sites.Round(RandomUpdates<float>(3, sites.shape.size(), random), results),
                  IsOk());
      EXPECT_EQ(results[0], results[1]);
      EXPECT_EQ(results[0], results[2]);
      for (const float value : results[0]) EXPECT_TRUE(std::isfinite(value));
    }
  }
}

TEST_P(AirSchemePropertyTest, OutputsAndErrorsSumToTheInputsWhereThereIsErrorFeedback) {
  if (!GetParam().feeds_back) return;
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    auto sites = MakeSites<double>(3, Options(random), {}, RandomShape(random), seed);
    std::vector<double> open(sites.shape.size());  // given less got, less what is in the errors
    std::vector<std::vector<double>> results;
    for (int round = 0; round < 6; ++round) {
      const auto values = RandomUpdates<double>(3, open.size(), random);
      ASSERT_THAT(sites.Round(values, results), IsOk());
      std::vector<double> left = open;
      for (size_t k = 0; k < open.size(); ++k) {
        open[k] += (values[0][k] + values[1][k] + values[2][k]) / 3 - results[0][k];
        left[k] = open[k];
      }
      for (const auto& scheme : sites.schemes) {
        const std::vector<double> error = scheme->Owed();
        ASSERT_EQ(error.size(), left.size());
        for (size_t k = 0; k < left.size(); ++k) left[k] -= error[k] / 3;
      }
      for (const double value : left) EXPECT_NEAR(value, 0, 1e-11);
    }
  }
}

TEST_P(AirSchemePropertyTest, TheChannelsNoiseIsNotFedBack) {
  Random random(5);
  const AirSchemeOptions options = Options(random);
  const FlatShape shape = RandomShape(random);
  auto noisy = MakeSites<double>(2, options, GaussianOf(1, 10), shape, 5);
  auto clean = MakeSites<double>(2, options, {}, shape, 5);
  const auto values = RandomUpdates<double>(2, shape.size(), random);
  std::vector<std::vector<double>> with, without;
  ASSERT_THAT(noisy.Round(values, with), IsOk());
  ASSERT_THAT(clean.Round(values, without), IsOk());
  EXPECT_NE(with[0], without[0]);
  for (size_t i = 0; i < 2; ++i) EXPECT_EQ(noisy.schemes[i]->Owed(), clean.schemes[i]->Owed());
}

TEST_P(AirSchemePropertyTest, WhatIsNotCountedStaysInTheError) {
  if (!GetParam().feeds_back) return;
  Random random(6);
  const FlatShape shape = ShapeOf({{{12, 9}, {9, 1}}});
  auto scheme = *MakeAirScheme<double>(Options(random), shape, 6);
  const auto values = RandomValues<double>(shape.size(), random);
  const auto signal = scheme->Begin(values);
  std::vector<double> result(shape.size());
  scheme->End(std::vector<double>(signal.size(), 0.5), /*counted=*/false, result);
  const std::vector<double> error = scheme->Owed();
  EXPECT_LT(LargestDifference(std::span<const double>(error), std::span<const double>(values)),
            1e-12);
}

TEST_P(AirSchemePropertyTest, AnotherSchemeOfTheShapeTakesOverWhatIsOwed) {
  Random random(7);
  const FlatShape shape = RandomShape(random);
  const AirSchemeOptions options = Options(random);
  auto one = *MakeAirScheme<double>(options, shape, 7),
       other = *MakeAirScheme<double>(options, shape, 8);
  const auto signal = one->Begin(RandomValues<double>(shape.size(), random));
  std::vector<double> result(shape.size());
  one->End(std::vector<double>(signal.begin(), signal.end()), true, result);
  const std::vector<double> owed = one->Owed();
  ASSERT_THAT(other->Owe(owed), IsOk());
  EXPECT_EQ(other->Owed(), owed);
  EXPECT_THAT(other->Owe(std::vector<double>(shape.size() + 1)),
              StatusIs(StatusCode::kInvalidArgument));
}

INSTANTIATE_TEST_SUITE_P(AllSchemes, AirSchemePropertyTest, ::testing::ValuesIn(AllAirSchemes()),
                         [](const auto& each) { return std::string(each.param.name); });

// ---- the identities ----

// rows x cols of exactly `rank`.
std::vector<double> MatrixOfRank(int rows, int cols, int rank, Random& random) {
  std::vector<double> matrix(static_cast<size_t>(rows) * static_cast<size_t>(cols));
  for (int r = 0; r < rank; ++r) {
    const auto u = RandomValues<double>(static_cast<size_t>(rows), random);
    const auto v = RandomValues<double>(static_cast<size_t>(cols), random);
    for (size_t i = 0; i < matrix.size(); ++i) {
      matrix[i] += u[i / v.size()] * v[i % v.size()];
    }
  }
  return matrix;
}

double SquaredNorm(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value * value;
  return sum;
}

// E ||D - D without noise||^2 / ||M||^2 after a first round that brings the direction into the
// column space of M.
double RelativeNoise(const AirSchemeOptions& scheme, double power, int sites_count, int trials) {
  const FlatShape shape = ShapeOf({{{60, 40}}});
  double sum = 0;
  for (int trial = 0; trial < trials; ++trial) {
    Random random(static_cast<uint64_t>(trial) + 1);
    const auto matrix = MatrixOfRank(60, 40, 3, random);
    const std::vector<std::vector<double>> values(static_cast<size_t>(sites_count), matrix);
    auto sites = MakeSites<double>(sites_count, scheme, {}, shape, random.Bits());
    std::vector<std::vector<double>> results;
    EXPECT_THAT(sites.Round(values, results), IsOk());  // Q spans the rows of M
    std::vector<std::vector<double>> fresh = values;
    const std::vector<double> error = sites.schemes[0]->Owed();
    for (auto& own : fresh) {
      for (size_t i = 0; i < error.size(); ++i) own[i] -= error[i];
    }
    sites.options = GaussianOf(power);
    sites.channel = *MakeChannel(sites.options, random.Bits());
    EXPECT_THAT(sites.Round(fresh, results), IsOk());
    std::vector<double> difference = matrix;
    for (size_t i = 0; i < matrix.size(); ++i) difference[i] -= results[0][i];
    sum += SquaredNorm(difference) / SquaredNorm(matrix) / trials;
  }
  return sum;
}

TEST(LaserPropertyTest, RelativeNoiseOfASingleShotIsRankTimesSideOverPower) {
  const AirSchemeOptions laser = {.kind = AirSchemeKind::kLaser, .rank = 3, .columns = false};
  // The left factor, 60 x 3, is on the air.
  EXPECT_NEAR(RelativeNoise(laser, 1000, 1, 200), 60 * 3 / 1000.0, 0.1 * 60 * 3 / 1000.0);
  EXPECT_NEAR(RelativeNoise({.kind = AirSchemeKind::kZSgd}, 1000, 1, 200), 60 * 40 / 1000.0,
              0.1 * 60 * 40 / 1000.0);
}

TEST(LaserPropertyTest, AColumnsOwnPowerIsNeverNoisierThanOneScaleForTheFactor) {
  AirSchemeOptions laser = {.kind = AirSchemeKind::kLaser, .rank = 3, .columns = false};
  const double whole = RelativeNoise(laser, 1000, 1, 100);
  laser.columns = true;
  EXPECT_LT(RelativeNoise(laser, 1000, 1, 100), whole * 1.02);
}

TEST(LaserPropertyTest, NoiseFallsWithTheNumberOfSites) {
  const AirSchemeOptions laser = {.kind = AirSchemeKind::kLaser, .rank = 3, .columns = false};
  const double one = std::sqrt(RelativeNoise(laser, 1000, 1, 100));
  const double eight = std::sqrt(RelativeNoise(laser, 1000, 8, 100));
  EXPECT_NEAR(one / eight, 8, 0.8);
}

TEST(LaserPropertyTest, WithoutNoiseItIsPowerSgd) {
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    const FlatShape shape = RandomShape(random);
    const AirSchemeOptions laser = {.kind = AirSchemeKind::kLaser, .rank = 2};
    const compress::CompressorOptions low_rank = {.kind = &compress::kLowRank, .rank = 2};
    auto ideal = MakeSites<double>(3, laser, {}, shape, seed);
    auto silent = MakeSites<double>(3, laser, GaussianOf(7, 0), shape, seed);
    std::vector<std::unique_ptr<compress::MeanCodec<double>>> codecs;
    for (int i = 0; i < 3; ++i)
      codecs.push_back(*compress::MakeMeanCodec<double>(low_rank, shape, seed));
    std::vector<std::vector<double>> results;
    std::vector<double> expected(shape.size());
    for (int round = 0; round < 6; ++round) {
      const auto values = RandomUpdates<double>(3, shape.size(), random);
      std::vector<double> mean;
      for (size_t i = 0; i < 3; ++i) {
        codecs[i]->Begin(values[i]);
        const auto part = codecs[i]->Contribution(0);
        mean.resize(part.size());
        for (size_t k = 0; k < mean.size(); ++k) mean[k] += part[k] / 3;
      }
      for (auto& codec : codecs) codec->Absorb(0, mean, true);
      for (auto& codec : codecs) codec->End(expected);
      for (auto* sites : {&ideal, &silent}) {
        ASSERT_THAT(sites->Round(values, results), IsOk());
        EXPECT_LT(LargestDifference(std::span<const double>(results[0]),
                                    std::span<const double>(expected)),
                  1e-9);
      }
    }
  }
}

}  // namespace
}  // namespace consilium::air
