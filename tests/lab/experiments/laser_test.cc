#include <string>

#include "gmock/gmock.h"
#include "lab/experiments/air_sweep.h"
#include "lab/experiments/experiments.h"
#include "lab/experiments/single_shot.h"
#include "tests/support/matchers.h"

namespace consilium::experiments {
namespace {

using ::consilium::testing::IsOk;
using ::consilium::testing::StatusIs;

constexpr char kTiny[] = R"(
seeds = [1, 2]
shot_size = 20
shot_rank = 2
shot_power = 100.0
shot_trials = 2
sites = 3
inputs = 12
classes = 10
sharpness = 1000.0
train = 60
validation = 20
test = 20
batch = 2
steps = 3
momentum = 0.9
rates = [0.1, 0.4]
sign_rates = [0.001]
powers = [1, 100]
ranks = [1, 4]
tiny_inputs = 8
tiny_classes = 3
tiny_power = 1.0
)";

TEST(LaserTest, MeasuresEveryClaimAlikeOnAnyNumberOfThreads) {
  const Experiment& laser = **FindExperiment("laser");
  std::vector<std::string> jsons;
  for (const int threads : {1, 3}) {
    auto record = RunExperiment(laser, {.quick = true, .plan_text = kTiny, .threads = threads});
    ASSERT_THAT(record, IsOk());
    EXPECT_EQ(record->result.claims.size(), 16U);
    for (const Claim& claim : record->result.claims) {
      EXPECT_TRUE(claim.measured.mean.has_value()) << claim.id;
    }
    record->seconds = 0;
    jsons.push_back(ToJson(*record));
  }
  EXPECT_EQ(jsons[0], jsons[1]);
}

TEST(LaserTest, LearnsWithoutNoiseAndNotWithNothingButNoise) {
  const ClassificationTask task = TaughtTask({20, 0, 4, 1000}, 400, 100, 400, 1);
  AirTraining how;
  how.scheme.kind = air::AirSchemeKind::kZSgd;
  how.sites = 4;
  how.steps = 60;
  const auto clean = TrainOverTheAir(task, how, 1);
  how.channel = {.kind = air::ChannelKind::kGaussian, .power = 1e-6};
  const auto noisy = TrainOverTheAir(task, how, 1);
  ASSERT_THAT(clean, IsOk());
  ASSERT_THAT(noisy, IsOk());
  EXPECT_GT(clean->test, 0.7);
  EXPECT_LT(noisy->test, 0.5);
}

TEST(LaserTest, RefusesATrainingThatCannotBe) {
  const ClassificationTask task = TaughtTask({4, 0, 2, 1}, 3, 2, 2, 1);
  EXPECT_THAT(TrainOverTheAir(task, {}, 1), StatusIs(StatusCode::kInvalidArgument));
  AirTraining how;
  how.sites = 2;
  how.channel.kind = air::ChannelKind::kGaussian;
  EXPECT_THAT(TrainOverTheAir(task, how, 1), StatusIs(StatusCode::kInvalidArgument));
  EXPECT_THAT(RelativeNoise({.scheme = {}, .trials = 0}, 1),
              StatusIs(StatusCode::kInvalidArgument));
}

TEST(LaserTest, PowerToReachIsReadBetweenPowersByTheirLogarithm) {
  AirSweep sweep{{{"a", {}}}, {1, 100}, {}};
  for (const double accuracy : {0.2, 0.6, 0.9}) {
    sweep.cells.emplace_back(AirTraining{}, air::AirSchemeOptions{}, 1, std::vector<double>{1}, 1);
    sweep.cells.back().test = {accuracy};
  }
  EXPECT_NEAR(sweep.PowerToReach("a", 0.4, 0), 10, 1e-9);
  EXPECT_EQ(sweep.PowerToReach("a", 0.1, 0), 1);
  EXPECT_EQ(sweep.PowerToReach("a", 0.7, 0), 100);
}

}  // namespace
}  // namespace consilium::experiments
