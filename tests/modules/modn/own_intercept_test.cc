#include "modules/modn/own_intercept.h"

#include <cmath>
#include <numeric>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace consilium::modn {
namespace {

using ::testing::ElementsAre;
using ::testing::FloatNear;

TEST(OwnInterceptTest, WithoutPullTheMeanPredictionBecomesTheShareSeen) {
  const std::vector<float> probabilities = {.5f, .5f, .7f, .3f, .4f, .6f, .9f, .1f};
  const std::vector<int32_t> labels = {1, 1, 1, 0};
  const std::vector<float> intercept = FitOwnIntercept(probabilities, labels, 2, 0);
  std::vector<float> shifted = probabilities;
  AddIntercept(intercept, shifted);
  EXPECT_NEAR(shifted[1] + shifted[3] + shifted[5] + shifted[7], 3, 1e-4);
}

TEST(OwnInterceptTest, OfThreeClassesTheGradientVanishesAtTheFit) {
  const std::vector<float> probabilities = {.2f, .3f, .5f, .6f, .3f, .1f, .1f, .8f, .1f};
  const std::vector<int32_t> labels = {2, 2, 0};
  const double pull = 2;
  const std::vector<float> intercept = FitOwnIntercept(probabilities, labels, 3, pull);
  std::vector<float> shifted = probabilities;
  AddIntercept(intercept, shifted);
  const double seen[3] = {1, 0, 2};
  for (size_t c = 0; c < 3; ++c) {
    const double predicted = shifted[c] + shifted[3 + c] + shifted[6 + c];
    EXPECT_NEAR(seen[c] - predicted - pull * intercept[c], 0, 1e-4);
  }
}

TEST(OwnInterceptTest, AFewPatientsMoveLittleAndNobodyNothing) {
  const std::vector<float> probabilities = {.9f, .1f};
  const std::vector<int32_t> one = {1}, unknown = {-1};
  const std::vector<float> intercept = FitOwnIntercept(probabilities, one, 2);
  EXPECT_GT(intercept[1], 0);
  EXPECT_LT(intercept[1], 0.1);
  EXPECT_THAT(FitOwnIntercept(probabilities, unknown, 2), ElementsAre(0, 0));
  EXPECT_THAT(FitOwnIntercept({}, {}, 2), ElementsAre(0, 0));
}

TEST(OwnInterceptTest, OneClassOnlyStaysFinite) {
  const std::vector<float> probabilities = {0, 1, 1, 0};
  const std::vector<int32_t> labels = {0, 0};
  for (const float number : FitOwnIntercept(probabilities, labels, 2)) {
    EXPECT_TRUE(std::isfinite(number));
  }
}

TEST(OwnInterceptTest, TheOrderOfPatientsWithinASiteStays) {
  std::vector<float> probabilities = {.8f, .2f, .4f, .6f};
  AddIntercept(std::vector<float>{0, 2}, probabilities);
  EXPECT_LT(probabilities[1], probabilities[3]);
  EXPECT_THAT(probabilities[0] + probabilities[1], FloatNear(1, 1e-6f));
}

}  // namespace
}  // namespace consilium::modn
