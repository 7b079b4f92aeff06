#include "server/consultation/explain.h"

#include <cmath>
#include <numeric>

#include "gtest/gtest.h"
#include "server/consultation/recommend.h"
#include "server/consultation/session.h"
#include "tests/server/consultation/release_of.h"
#include "tests/support/matchers.h"

namespace consilium::consultation {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::ModelOf;
using ::testing::SizeIs;

std::shared_ptr<const Release> Released(const training::Model& model) {
  const auto release = Release::Create(model, std::string(64, 'a'));
  EXPECT_THAT(release, testing::IsOk());
  return release.ok() ? *release : nullptr;
}

double LogOdds(const Release& release, const std::vector<EncodedAnswer>& answers) {
  modn::PatientState patient = release.predictor().Begin();
  for (const EncodedAnswer& answer : answers) {
    release.predictor().Observe(answer.feature, answer.value, patient);
  }
  const double p = static_cast<double>(release.predictor().Probabilities(patient, 0)[1]);
  return std::log(p / (1 - p));
}

TEST(ContributionsTest, TellWhatEachAnswerChangedWhenGivenAndWhatItChangesNow) {
  const auto release = testing::ReleaseOf(1);
  const EncodedAnswer a{0, 0.5F}, b{2, 1}, c{1, -1.0F};
  const std::vector<EncodedAnswer> given = {a, b, c};
  const auto contributions = ContributionsOf(*release, given);
  ASSERT_THAT(contributions, SizeIs(3));
  EXPECT_EQ(contributions[1].feature, 2);
  EXPECT_NEAR(contributions[1].log_odds_change[0],
              LogOdds(*release, {a, b}) - LogOdds(*release, {a}), 1e-4);
  EXPECT_NEAR(contributions[1].left_out[0],
              LogOdds(*release, {a, b, c}) - LogOdds(*release, {a, c}), 1e-4);
  const double sum = contributions[0].log_odds_change[0] + contributions[1].log_odds_change[0] +
                     contributions[2].log_odds_change[0];
  EXPECT_NEAR(sum, LogOdds(*release, given) - LogOdds(*release, {}), 1e-4)
      << "in the order of answering they add up to the whole";
}

TEST(ExpectAnswersTest, TellsMeanAndDeviationInTheUnitAndTheChanceOfEachCategory) {
  const auto release = Released(ModelOf(1, 3, 1, 4));
  const std::vector<int> features = {0, 2};
  const auto expected = ExpectAnswers(*release, release->predictor().Begin(), features);
  ASSERT_THAT(expected, SizeIs(2));
  EXPECT_GE(expected[0].mean, 0);
  EXPECT_LE(expected[0].mean, 100);
  EXPECT_GT(expected[0].deviation, 0);
  modn::FeatureReading reading;
  release->feature_predictor()->Read(release->predictor().Begin(), reading);
  EXPECT_NEAR(expected[0].deviation, static_cast<double>(reading.outputs[1]) * 25, 1e-3)
      << "the range's quarter is the scale";
  ASSERT_THAT(expected[1].probabilities, SizeIs(3));
  EXPECT_NEAR(
      std::accumulate(expected[1].probabilities.begin(), expected[1].probabilities.end(), 0.0), 1,
      1e-5);
}

TEST(ExpectAnswersTest, ExpectsNothingWithoutFeatureDecoders) {
  const auto release = testing::ReleaseOf(1);
  const std::vector<int> features = {0, 2};
  EXPECT_THAT(ExpectAnswers(*release, release->predictor().Begin(), features), IsEmpty());
}

TEST(ExplainedSessionTest, TellsContributionsOfTheAnswersThatCountAndExpectsTheMissingOnes) {
  Session session(Released(ModelOf(2, 6, 2, 4)), 2, true);
  Step step;
  session.Take(Observe{{"f0", 70.0, ""}}, step);
  session.Take(Observe{{"f2", std::string("b"), ""}}, step);
  ASSERT_THAT(step.contributions, SizeIs(2));
  EXPECT_THAT(step.contributions[0].log_odds_change, SizeIs(2));
  EXPECT_THAT(step.expected, SizeIs(4));
  session.Take(Withdraw{"f0"}, step);
  ASSERT_THAT(step.contributions, SizeIs(1));
  EXPECT_EQ(step.contributions[0].feature, 2);
  EXPECT_THAT(step.expected, SizeIs(5));
}

double Entropy(std::span<const float> probabilities) {
  double bits = 0;
  for (const float p : probabilities) bits -= static_cast<double>(p) * std::log2(p);
  return bits;
}

TEST(ExpectedGainTest, OfACategoryIsExactOverWhatItsDecoderExpects) {
  const auto release = Released(ModelOf(1, 3, 2, 4));
  const modn::Predictor& predictor = release->predictor();
  const modn::PatientState begin = predictor.Begin();
  modn::FeatureReading reading;
  release->feature_predictor()->Read(begin, reading);
  const int first = release->feature_predictor()->stack().places[2].first_output;
  double gain = Entropy(begin.probabilities());
  for (int c = 0; c < 3; ++c) {
    modn::PatientState asked = begin;
    predictor.Observe(2, static_cast<float>(c), asked);
    gain -= static_cast<double>(reading.outputs[static_cast<size_t>(first + c)]) *
            Entropy(asked.probabilities());
  }
  const std::vector<int> candidates = {2};
  const auto ranked = RankQuestions(*release, begin, candidates, 1);
  ASSERT_THAT(ranked, SizeIs(1));
  EXPECT_NEAR(ranked[0].information_gain, std::max(0.0, gain), 1e-5);
}

TEST(ExpectedGainTest, IsNeverToldBelowZero) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    const auto release = Released(ModelOf(seed, 9, 2, seed % 2 == 0 ? 4 : 0));
    std::vector<int> candidates(9);
    std::iota(candidates.begin(), candidates.end(), 0);
    for (const Suggestion& suggestion :
         RankQuestions(*release, release->predictor().Begin(), candidates, 9)) {
      EXPECT_GE(suggestion.information_gain, 0) << "seed " << seed;
    }
  }
}

TEST(GroupsInTurnTest, AQuestionOfALaterGroupIsNotSuggestedBeforeItsTurn) {
  training::Model model = ModelOf(3, 6, 1);
  model.schema.groups_in_turn = true;
  Session session(Released(model), 6);
  const auto suggested = [](const Step& step) {
    std::vector<int> features;
    for (const Suggestion& suggestion : step.suggestions) features.push_back(suggestion.feature);
    std::ranges::sort(features);
    return features;
  };
  Step step;
  session.Describe(step);
  EXPECT_THAT(suggested(step), ElementsAre(0, 2, 4)) << "the first group";
  session.Take(Observe{{"f0", 70.0, ""}}, step);
  session.Take(MarkUnknown{"f2"}, step);
  EXPECT_THAT(suggested(step), ElementsAre(4));
  session.Take(Observe{{"f4", 70.0, ""}}, step);
  EXPECT_THAT(suggested(step), ElementsAre(1, 3, 5)) << "now the second";
}

TEST(GroupsInTurnTest, AreFreeUnlessTheSchemaSaysSo) {
  Session session(testing::ReleaseOf(3, 6, 1), 6);
  Step step;
  session.Describe(step);
  EXPECT_THAT(step.suggestions, SizeIs(6));
}

}  // namespace
}  // namespace consilium::consultation
