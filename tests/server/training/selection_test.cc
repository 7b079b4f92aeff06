#include "server/training/selection.h"

#include <cmath>

#include "gmock/gmock.h"
#include "tests/server/data/fixtures.h"
#include "tests/support/matchers.h"

namespace consilium::training {
namespace {

using ::consilium::testing::IsOkAndHolds;
using ::consilium::testing::StatusIs;

std::vector<double> SumsOf(const std::vector<float>& probabilities,
                           const std::vector<int32_t>& labels) {
  return SelectionSumsOf(data::SmallSchema(), {"model", {probabilities}, {labels}});
}

std::vector<double> Together(std::initializer_list<std::vector<double>> parts) {
  std::vector<double> all;
  for (const std::vector<double>& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

const std::vector<float> kGood = {0.9f, 0.1f, 0.2f, 0.8f};
const std::vector<float> kUnsure = {0.55f, 0.45f, 0.45f, 0.55f};
const std::vector<float> kWrong = {0.4f, 0.6f, 0.6f, 0.4f};
const std::vector<int32_t> kLabels = {0, 1};

TEST(SelectionTest, SumsOfSitesAreTheSumsOfTheirPatientsTogether) {
  std::vector<double> sums = SumsOf(kGood, kLabels);
  ASSERT_EQ(sums.size(), SelectionSizeOfOne(data::SmallSchema()));
  const std::vector<double> other = SumsOf(kWrong, kLabels);
  for (size_t i = 0; i < sums.size(); ++i) sums[i] += other[i];
  std::vector<float> both = kGood;
  both.insert(both.end(), kWrong.begin(), kWrong.end());
  const std::vector<double> together = SumsOf(both, {0, 1, 0, 1});
  for (size_t i = 0; i < sums.size(); ++i) EXPECT_NEAR(sums[i], together[i], 1e-12) << i;
}

TEST(SelectionTest, ScoresAreMeansWhateverMultipleOfTheSumsIsGiven) {
  std::vector<double> sums = SumsOf(kGood, kLabels);
  for (double& sum : sums) sum /= 3;
  const auto scores = SelectionScoresOf(data::SmallSchema(), sums);
  ASSERT_TRUE(scores.has_value());
  EXPECT_NEAR(scores->loss, -(std::log(0.9) + std::log(0.8)) / 2, 1e-6);
  EXPECT_NEAR(scores->macro_f1, 1, 1e-12);
}

TEST(SelectionTest, TakesTheLeastLossOrTheLargestScoreAndOfEqualsTheFirst) {
  const data::Schema schema = data::SmallSchema();
  const std::vector<double> sums =
      Together({SumsOf(kWrong, kLabels), SumsOf(kUnsure, kLabels), SumsOf(kGood, kLabels)});
  EXPECT_THAT(BestOf(schema, sums, SelectBy::kLoss), IsOkAndHolds(2));
  EXPECT_THAT(BestOf(schema, sums, SelectBy::kScore), IsOkAndHolds(1));
}

TEST(SelectionTest, WithoutAKnownOutcomeKeepsTheFirst) {
  const std::vector<double> none = SumsOf(kGood, {-1, -1});
  EXPECT_FALSE(SelectionScoresOf(data::SmallSchema(), none).has_value());
  EXPECT_THAT(BestOf(data::SmallSchema(), Together({none, none}), SelectBy::kLoss),
              IsOkAndHolds(0));
}

TEST(SelectionTest, AModelThatSaysNothingSensibleIsWorstNotAbsent) {
  const float nan = std::nanf("");
  const std::vector<double> broken = SumsOf({nan, nan, nan, nan}, kLabels);
  for (const double sum : broken) EXPECT_TRUE(std::isfinite(sum));
  EXPECT_THAT(
      BestOf(data::SmallSchema(), Together({broken, SumsOf(kWrong, kLabels)}), SelectBy::kLoss),
      IsOkAndHolds(1));
}

TEST(SelectionTest, RefusesSumsOfAnotherSchema) {
  EXPECT_THAT(BestOf(data::SmallSchema(), std::vector<double>(7), SelectBy::kLoss),
              StatusIs(StatusCode::kInvalidArgument));
  EXPECT_THAT(BestOf(data::SmallSchema(), {}, SelectBy::kLoss),
              StatusIs(StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace consilium::training
