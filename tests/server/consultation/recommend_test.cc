#include "server/consultation/recommend.h"

#include <cmath>
#include <numeric>

#include "gtest/gtest.h"
#include "server/consultation/answer_shares.h"
#include "server/data/cohort.h"
#include "tests/server/consultation/release_of.h"
#include "tests/support/matchers.h"

namespace consilium::consultation {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::StatusIs;

std::vector<int> AllOfFeatures(const Release& release) {
  std::vector<int> features(release.schema().features.size());
  std::iota(features.begin(), features.end(), 0);
  return features;
}

double Entropy(std::span<const float> probabilities) {
  double bits = 0;
  for (const float p : probabilities) bits -= static_cast<double>(p) * std::log2(p);
  return bits;
}

TEST(RecommendTest, TheGainIsTheExpectedFallOfEntropyOverTheSitesAnswers) {
  training::Model model = testing::ModelOf(1, 3, 2);
  model.answer_shares[2] = {0.25F, 0, 0.75F};
  const auto release = Release::Create(model, "abc");
  ASSERT_TRUE(release.ok());
  const modn::Predictor& predictor = (*release)->predictor();
  modn::PatientState a = predictor.Begin();
  modn::PatientState c = predictor.Begin();
  predictor.Observe(2, 0, a);
  predictor.Observe(2, 2, c);
  const double expected = Entropy(predictor.Begin().probabilities()) -
                          0.25 * Entropy(a.probabilities()) - 0.75 * Entropy(c.probabilities());
  const std::vector<int> candidates = {2};
  const auto ranked = RankQuestions(**release, predictor.Begin(), candidates, 5);
  ASSERT_EQ(ranked.size(), 1U);
  EXPECT_NEAR(ranked[0].information_gain, std::max(0.0, expected), 1e-5);
}

TEST(RecommendTest, GivesTheBestFirstAndNoMoreThanAskedFor) {
  const auto release = testing::ReleaseOf(2, 12, 3);
  const modn::PatientState begin = release->predictor().Begin();
  const auto all = RankQuestions(*release, begin, AllOfFeatures(*release), 100);
  const auto best = RankQuestions(*release, begin, AllOfFeatures(*release), 3);
  ASSERT_EQ(all.size(), 12U);
  ASSERT_EQ(best.size(), 3U);
  for (size_t i = 0; i + 1 < all.size(); ++i) {
    EXPECT_GE(all[i].information_gain, all[i + 1].information_gain);
  }
  EXPECT_EQ(best[0].feature, all[0].feature);
  EXPECT_THAT(RankQuestions(*release, begin, AllOfFeatures(*release), 0), IsEmpty());
}

TEST(RecommendTest, LeavesOutWhatThisSiteNeverObserved) {
  training::Model model = testing::ModelOf(3, 3, 1);
  model.answer_shares[0] = {};
  const auto release = Release::Create(model, "abc");
  ASSERT_TRUE(release.ok());
  for (const Suggestion& suggestion :
       RankQuestions(**release, (*release)->predictor().Begin(), AllOfFeatures(**release), 5)) {
    EXPECT_NE(suggestion.feature, 0);
  }
}

TEST(AnswerSharesTest, CountsThoseWhoAnsweredByCategoryOrTenthOfTheRange) {
  const data::Schema schema = testing::ModelOf(4, 3, 1).schema;
  const double missing = std::nan("");
  data::Cohort cohort = data::EmptyCohort(schema);
  cohort.patients = 4;
  cohort.values = {{0, 5, 100, missing}, {missing, missing, missing, missing}, {0, 2, 2, 2}};
  cohort.labels = {{0, 1, 0, 1}};
  const auto shares = AnswerShares(schema, cohort);
  const float third = 1.0F / 3;
  EXPECT_THAT(shares[0], ElementsAre(2 * third, 0, 0, 0, 0, 0, 0, 0, 0, third));
  EXPECT_THAT(shares[1], IsEmpty());
  EXPECT_THAT(shares[2], ElementsAre(0.25F, 0, 0.75F));
}

TEST(ReleaseTest, RefusesPartsThatDoNotFitTogether) {
  training::Model model = testing::ModelOf(5, 3, 1);
  model.parameters.pop_back();
  EXPECT_THAT(Release::Create(model, "abc"),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("parameters")));
  model = testing::ModelOf(5, 3, 1);
  model.statistics = {1, 2};
  EXPECT_FALSE(Release::Create(model, "abc").ok());
  model = testing::ModelOf(5, 3, 1);
  model.answer_shares.pop_back();
  EXPECT_FALSE(Release::Create(model, "abc").ok());
}

TEST(ReleaseTest, RefusesNumbersThatAreNotFinite) {
  training::Model model = testing::ModelOf(6, 3, 1);
  model.parameters[7] = INFINITY;
  EXPECT_THAT(Release::Create(model, "abc"),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("finite")));
}

TEST(ReleaseTest, NormalisesWithWhatTheFederationAgreedOn) {
  training::Model model = testing::ModelOf(7, 1, 1);
  const auto by_schema = Release::Create(model, "abc");
  ASSERT_TRUE(by_schema.ok());
  EXPECT_FLOAT_EQ((*by_schema)->Encode(0, 50), 0) << "the middle of the range";
  data::Cohort cohort = data::EmptyCohort(model.schema);
  cohort.patients = 2;
  cohort.values = {{20, 40}};
  cohort.labels = {{0, 1}};
  model.statistics = data::StatisticsOf(model.schema, cohort);
  const auto agreed = Release::Create(model, "abc");
  ASSERT_TRUE(agreed.ok());
  EXPECT_NEAR((*agreed)->Encode(0, 30), 0, 1e-6) << "the mean of the patients";
  EXPECT_GT((*agreed)->Encode(0, 40), 0.5);
}

}  // namespace
}  // namespace consilium::consultation
