#include "modules/metrics/bootstrap.h"

#include <cmath>

#include "gmock/gmock.h"
#include "tests/modules/metrics/binary.h"

namespace consilium::metrics {
namespace {

TEST(BootstrapTest, GivesTheSameIntervalForTheSameSeed) {
  const Binary patients = Miscalibrated(200, 1, 0, -1, Random::Named(3, "patients"));
  const Interval a = *BootstrapInterval(patients, Auroc, {.resamples = 100, .seed = 5});
  const Interval b = *BootstrapInterval(patients, Auroc, {.resamples = 100, .seed = 5});
  EXPECT_EQ(a.low, b.low);
  EXPECT_EQ(a.high, b.high);
  EXPECT_LT(a.low, *Auroc(patients));
  EXPECT_GT(a.high, *Auroc(patients));
}

TEST(BootstrapTest, KeepsTheShareOfEachClass) {
  const Binary patients({.9f, .2f, .3f, .4f, .5f}, {1, 0, 0, 0, -1});
  const auto share = [](const Predictions& drawn) -> std::optional<double> {
    double ones = 0;
    for (const int32_t label : drawn.labels) ones += label;
    return ones / static_cast<double>(drawn.labels.size());
  };
  const auto known = [&share](const Predictions& drawn) -> std::optional<double> {
    return drawn.labels.size() == 4 ? share(drawn) : 0.25;
  };
  const Interval interval = *BootstrapInterval(patients, known);
  EXPECT_EQ(interval.low, 0.25);
  EXPECT_EQ(interval.high, 0.25);
}

TEST(BootstrapTest, CoversTheTruthAboutAsOftenAsItSays) {
  // Accuracy of a coin that is right with probability .7.
  int covered = 0;
  constexpr int kTimes = 200;
  for (uint64_t seed = 0; seed < kTimes; ++seed) {
    Random random = Random::Named(seed, "coin");
    std::vector<float> ones(100, .9f);
    std::vector<int32_t> labels;
    for (size_t i = 0; i < ones.size(); ++i) {
      labels.push_back(i % 2 == 0 ? 1 : 0);
      const bool right = random.Uniform() < .7;
      ones[i] = right == (labels[i] == 1) ? .9f : .1f;
    }
    const Interval interval =
        *BootstrapInterval(Binary(ones, labels), Accuracy, {.resamples = 200, .seed = seed});
    covered += interval.low <= .7 && .7 <= interval.high ? 1 : 0;
  }
  EXPECT_NEAR(static_cast<double>(covered) / kTimes, .95, .05);
}

TEST(BootstrapTest, IsUndefinedWhereTheScoreIs) {
  EXPECT_FALSE(BootstrapInterval(Binary({.5f, .6f}, {1, 1}), Auroc).has_value());
  EXPECT_FALSE(BootstrapInterval(Binary({.5f}, {1}), Accuracy, {.resamples = 0}).has_value());
  EXPECT_FALSE(BootstrapInterval(Binary({.5f}, {1}), Accuracy, {.level = 1}).has_value());
}

}  // namespace
}  // namespace consilium::metrics
