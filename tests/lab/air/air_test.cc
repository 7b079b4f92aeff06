#include "lab/air/air.h"

#include <cmath>
#include <limits>
#include <span>
#include <vector>

#include "gmock/gmock.h"
#include "tests/support/matchers.h"

namespace consilium::air {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;
using testing::IsOk;
using testing::StatusIs;

using Vector = std::vector<double>;
using Signals = std::vector<std::span<const double>>;

const std::vector<Segment> kTwoTensors = {{0, 2, 0, 0}, {2, 1, 1, 1}};
const ChannelOptions kGaussian = {.kind = ChannelKind::kGaussian, .power = 8, .noise = 0};

StatusOr<AirMean<double>> Average(const std::vector<Vector>& signals,
                                  const std::vector<Vector>& weights,
                                  const ChannelOptions& options) {
  const Signals spans(signals.begin(), signals.end());
  ASSIGN_OR_RETURN(const auto channel, MakeChannel(options, 1));
  return AverageOverTheAir<double>(spans, kTwoTensors, weights, {}, options, *channel, 0);
}

TEST(AirTest, WithoutNoiseTheMeanIsTheWeightedMean) {
  for (const ChannelOptions& options : {ChannelOptions{}, kGaussian}) {
    const auto result = Average({{1, 2, 3}, {5, -2, 7}}, {{1, 2}, {3, 0}}, options);
    ASSERT_THAT(result, IsOk());
    EXPECT_THAT(result->mean,
                ElementsAre(DoubleNear(4, 1e-11), DoubleNear(-1, 1e-11), DoubleNear(3, 1e-11)));
  }
}

TEST(AirTest, TheLouderSiteSpendsItsPowerAndTheOtherLess) {
  const auto result = Average({{3, 4, 0}, {0.3, 0.4, 0}}, {{1, 1}, {1, 1}}, kGaussian);
  ASSERT_THAT(result, IsOk());
  EXPECT_THAT(result->scales[0].largest, DoubleNear(5, 1e-12));
  EXPECT_THAT(result->scales[0].power, DoubleNear(8, 1e-12));
  EXPECT_THAT(std::hypot(result->sent[0][0], result->sent[0][1]), DoubleNear(std::sqrt(8), 1e-9));
  EXPECT_THAT(std::hypot(result->sent[1][0], result->sent[1][1]),
              DoubleNear(std::sqrt(8) / 10, 1e-9));
}

TEST(AirTest, WhereNobodySendsTheMeanIsZeroAndNotNoise) {
  const ChannelOptions noisy = {.kind = ChannelKind::kGaussian, .power = 1, .noise = 100};
  const auto result = Average({{0, 0, 1}, {0, 0, 2}}, {{1, 1}, {1, 1}}, noisy);
  ASSERT_THAT(result, IsOk());
  EXPECT_EQ(result->mean[0], 0);
  EXPECT_EQ(result->mean[1], 0);
  EXPECT_NE(result->mean[2], 1.5);
  EXPECT_EQ(NoiseDeviation(result->scales[0], noisy, 2), 0);
}

TEST(AirTest, AnErasedSiteIsNotInTheMean) {
  const ChannelOptions options = {.kind = ChannelKind::kErasure, .loss = 0.5};
  const auto channel = *MakeChannel(options, 1);
  const Vector one = {1, 1, 1}, other = {3, 3, 3};
  const std::vector<Vector> weights = {{1, 1}, {1, 1}};
  bool lost[2] = {false, false};
  for (uint64_t use = 0; use < 64; ++use) {
    const auto result = AverageOverTheAir<double>(Signals{one, other}, kTwoTensors, weights, {},
                                                  options, *channel, use);
    ASSERT_THAT(result, IsOk());
    const bool first = result->counted[0], second = result->counted[1];
    EXPECT_EQ(result->mean[0], first && second ? 2 : first ? 1 : second ? 3 : 0);
    lost[0] |= !first;
    lost[1] |= !second;
  }
  EXPECT_TRUE(lost[0] && lost[1]);
}

TEST(AirTest, TheNormsAreCountedOnTheSideChannel) {
  const AirCost noisy = CostOf(kTwoTensors, kGaussian);
  EXPECT_EQ(noisy.uses, 3U);
  EXPECT_EQ(noisy.side_sent, 2U);
  EXPECT_EQ(noisy.side_heard, 2U);
  EXPECT_EQ(CostOf(kTwoTensors, {}).side_sent, 0U);
}

TEST(AirTest, RefusesWhatDoesNotMatchOrIsNotFinite) {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  const std::vector<Vector> weights = {{1, 1}, {1, 1}};
  const Vector good = {1, 2, 3};
  for (const std::vector<Vector>& signals :
       {std::vector<Vector>{}, {good}, {good, {1, 2}}, {good, {1, kNan, 3}}}) {
    EXPECT_THAT(Average(signals, weights, kGaussian), StatusIs(StatusCode::kInvalidArgument));
  }
  EXPECT_THAT(Average({good, good}, {{1, 1}, {1}}, kGaussian),
              StatusIs(StatusCode::kInvalidArgument));
  EXPECT_THAT(Average({good, good}, {{1, 1}, {1, -1}}, kGaussian),
              StatusIs(StatusCode::kInvalidArgument));
  EXPECT_THAT(Average({good, good}, {{1}, {1}}, kGaussian), StatusIs(StatusCode::kInvalidArgument))
      << "segments of two modules with weights for one";
  EXPECT_THAT(Average({good, {1e300, 1e300, 1}}, weights, kGaussian),
              StatusIs(StatusCode::kInvalidArgument))
      << "a norm that is not finite";
}

TEST(AirTest, RefusesPowerThatIsNotAboveZero) {
  for (const double power : {0.0, -1.0, std::numeric_limits<double>::quiet_NaN()}) {
    const std::vector<Vector> norms = {{1, 1}};
    EXPECT_THAT(MakeScales<double>(kTwoTensors, norms, {},
                                   {.kind = ChannelKind::kGaussian, .power = power}),
                StatusIs(StatusCode::kInvalidArgument));
  }
}

}  // namespace
}  // namespace consilium::air
