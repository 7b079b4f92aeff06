#include "lab/air/channel.h"

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "tests/support/matchers.h"

namespace consilium::air {
namespace {

using ::testing::HasSubstr;
using testing::IsOk;
using testing::IsOkAndHolds;
using testing::StatusIs;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

ChannelOptions Gaussian(double power, double noise) {
  return {.kind = ChannelKind::kGaussian, .power = power, .noise = noise};
}

TEST(ChannelTest, RefusesPowerThatIsNotAboveZero) {
  for (const double power : {0.0, -1.0, kNan, kInfinity}) {
    EXPECT_THAT(MakeChannel(Gaussian(power, 1), 1),
                StatusIs(StatusCode::kInvalidArgument, HasSubstr("take the kind \"ideal\"")))
        << power;
  }
}

TEST(ChannelTest, RefusesNoiseThatIsNegativeOrNotFinite) {
  for (const double noise : {-1e-9, kNan, kInfinity}) {
    EXPECT_THAT(MakeChannel(Gaussian(1, noise), 1), StatusIs(StatusCode::kInvalidArgument))
        << noise;
  }
  EXPECT_THAT(MakeChannel(Gaussian(1, 0), 1), IsOk());
}

TEST(ChannelTest, RefusesLossOutsideZeroToOne) {
  for (const double loss : {-0.1, 1.0, kNan}) {
    EXPECT_THAT(MakeChannel({.kind = ChannelKind::kErasure, .loss = loss}, 1),
                StatusIs(StatusCode::kInvalidArgument))
        << loss;
  }
}

TEST(ChannelTest, IdealChannelNeedsNoPowerAndAddsNothing) {
  const auto channel = *MakeChannel({}, 1);
  std::vector<double> sum = {1, -2, 3};
  channel->Disturb(0, sum);
  EXPECT_THAT(sum, ::testing::ElementsAre(1, -2, 3));
  EXPECT_TRUE(channel->Arrives(0, 7));
}

TEST(ChannelTest, GaussianNoiseHasItsDeviationAndRepeatsWithTheUse) {
  const auto channel = *MakeChannel(Gaussian(1, 3), 11);
  std::vector<double> first(40000), again(40000), other(40000);
  channel->Disturb(5, first);
  channel->Disturb(5, again);
  channel->Disturb(6, other);
  EXPECT_EQ(first, again);
  EXPECT_NE(first, other);
  double sum = 0, squares = 0;
  for (const double value : first) {
    sum += value;
    squares += value * value;
  }
  EXPECT_NEAR(sum / 40000, 0, 0.06);
  EXPECT_NEAR(std::sqrt(squares / 40000), 3, 0.05);
}

TEST(ChannelTest, ErasuresComeAtTheirRateForEachSiteAlone) {
  const auto channel = *MakeChannel({.kind = ChannelKind::kErasure, .loss = 0.25}, 3);
  int lost = 0, both = 0;
  for (uint64_t use = 0; use < 8000; ++use) {
    const bool one = !channel->Arrives(use, 0), other = !channel->Arrives(use, 1);
    lost += one ? 1 : 0;
    both += one && other ? 1 : 0;
    EXPECT_EQ(one, !channel->Arrives(use, 0));
  }
  EXPECT_NEAR(lost / 8000.0, 0.25, 0.02);
  EXPECT_NEAR(both / 8000.0, 0.0625, 0.015);
}

TEST(ChannelTest, EveryChannelIsFoundByItsName) {
  for (const NamedChannel& channel : AllChannels()) {
    EXPECT_THAT(ParseChannel(channel.name), IsOkAndHolds(channel.kind));
  }
  EXPECT_THAT(ParseChannel("rayleigh"),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("choose one of ideal, gaussian")));
}

}  // namespace
}  // namespace consilium::air
