#include "modules/modn/levels.h"

#include <limits>

#include "gmock/gmock.h"
#include "modules/modn/training.h"

namespace consilium::modn {
namespace {

using ::testing::ElementsAre;

constexpr float kNone = std::numeric_limits<float>::quiet_NaN();

TEST(LevelsTest, AFeatureWaitsForThoseThatAllItsPatientsAnswered) {
  Examples examples;
  examples.patients = 4;
  examples.values = {
      {1, 1, 1, 1},                  // everybody
      {1, 1, 1, kNone},              // within the first
      {kNone, 1, kNone, kNone},      // within both
      {kNone, kNone, kNone, 1},      // within the first only
      {2, 2, 2, 2},                  // the same patients as the first: neither waits
      {kNone, kNone, kNone, kNone},  // nobody
  };
  EXPECT_THAT(LevelsFromMissingness(examples), ElementsAre(0, 1, 2, 1, 0, 0));
}

TEST(LevelsTest, OverlapAloneIsNoReasonToWait) {
  Examples examples;
  examples.patients = 3;
  examples.values = {{1, 1, kNone}, {kNone, 1, 1}};
  EXPECT_THAT(LevelsFromMissingness(examples), ElementsAre(0, 0));
}

}  // namespace
}  // namespace consilium::modn
