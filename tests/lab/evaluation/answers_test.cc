#include "lab/evaluation/answers.h"

#include <cmath>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace consilium::evaluation {
namespace {

using ::testing::ElementsAre;

data::Schema TwoFeatures() {
  data::Schema schema;
  schema.features.resize(2);
  schema.features[0].key = "a";
  schema.features[1].key = "b";
  schema.outcomes.resize(1);
  schema.outcomes[0].classes.resize(2);
  return schema;
}

// Feature b tells the classes apart; a does not.
data::Cohort TenPatients() {
  data::Cohort cohort;
  cohort.patients = 10;
  cohort.values = {{5, 5, 5, 5, 5, 5, 5, 5, 5, NAN}, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}};
  cohort.labels = {{0, 0, 0, 0, 0, 1, 1, 1, 1, 1}};
  return cohort;
}

int Missing(const data::Cohort& cohort, int feature, int label) {
  int missing = 0;
  for (int i = 0; i < cohort.patients; ++i) {
    if (cohort.labels[0][static_cast<size_t>(i)] == label && !cohort.Observed(feature, i))
      ++missing;
  }
  return missing;
}

TEST(AnswersTest, KeepsTheFirstAnswersInTheOrderOfAsking) {
  const data::Cohort cohort = TenPatients();
  const std::vector<int> order = {1, 0};
  EXPECT_THAT(AnswersOf(FirstAnswers(cohort, order, 0)), ::testing::Each(0));
  const data::Cohort one = FirstAnswers(cohort, order, 1);
  EXPECT_TRUE(one.Observed(1, 0));
  EXPECT_FALSE(one.Observed(0, 0));
  EXPECT_THAT(AnswersOf(FirstAnswers(cohort, order, 2)), ElementsAre(2, 2, 2, 2, 2, 2, 2, 2, 2, 1));
}

TEST(AnswersTest, CountsOnTheGridFromNoneToAll) {
  EXPECT_THAT(AnswerGrid(13), ElementsAre(0, 1, 2, 4, 7, 12, 13));
  EXPECT_THAT(AnswerGrid(1), ElementsAre(0, 1));
}

TEST(AnswersTest, TakesTheAnswersOfOneClassOnly) {
  const data::Cohort cohort = TenPatients();
  const data::Cohort positives = Remove(cohort, {1, 0, true, 0.6}, 3);
  EXPECT_EQ(Missing(positives, 1, 1), 3);
  EXPECT_EQ(Missing(positives, 1, 0), 0);
  const data::Cohort negatives = Remove(cohort, {1, 0, false, 1}, 3);
  EXPECT_EQ(Missing(negatives, 1, 1), 0);
  EXPECT_EQ(Missing(negatives, 1, 0), 5);
}

TEST(AnswersTest, CountsWhoNeverHadTheAnswerTowardsTheShare) {
  EXPECT_EQ(Missing(Remove(TenPatients(), {0, 0, true, 0.2}, 1), 0, 1), 1);
}

TEST(AnswersTest, FindsTheFeatureThatTellsMost) {
  EXPECT_EQ(MostTelling(TwoFeatures(), TenPatients(), 0), 1);
}

}  // namespace
}  // namespace consilium::evaluation
