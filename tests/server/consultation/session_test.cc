#include "server/consultation/session.h"

#include <cmath>

#include "gtest/gtest.h"
#include "server/consultation/sessions.h"
#include "tests/server/consultation/release_of.h"
#include "tests/support/matchers.h"

namespace consilium::consultation {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::ReleaseOf;
using testing::StatusIs;

// What a session says to one action.
Step After(Session& session, const ConsultationAction& action) {
  Step step;
  session.Take(action, step);
  return step;
}

Step Standing(const Session& session) {
  Step step;
  session.Describe(step);
  return step;
}

Observe ObserveOf(const std::string& feature, double value) { return {{feature, value, ""}}; }
Observe ObserveOf(const std::string& feature, const std::string& value) {
  return {{feature, value, ""}};
}

TEST(SessionTest, BeginsWithWhatTheInitialStatePredictsAndEverythingMissing) {
  const auto release = ReleaseOf(1);
  Session session(release, 0);
  const Step step = Standing(session);
  EXPECT_EQ(step.answers, 0);
  const modn::PatientState begin = release->predictor().Begin();
  EXPECT_EQ(step.probabilities,
            std::vector<float>(begin.probabilities().begin(), begin.probabilities().end()));
  EXPECT_THAT(step.missing, ElementsAre(0, 2, 4, 1, 3, 5)) << "in asking order: first group first";
  EXPECT_THAT(step.change, ElementsAre(0, 0, 0));
}

TEST(SessionTest, AnObservationChangesThePredictionAndSaysByHowMuch) {
  Session session(ReleaseOf(1), 0);
  const Step before = Standing(session);
  const Step after = After(session, ObserveOf("f0", 70));
  EXPECT_FALSE(after.refusal.has_value());
  EXPECT_EQ(after.answers, 1);
  EXPECT_NE(after.probabilities, before.probabilities);
  EXPECT_NEAR(after.change[0], after.probabilities[1] - before.probabilities[1], 1e-6);
  const auto log_odds = [](double p) { return std::log(p / (1 - p)); };
  EXPECT_NEAR(after.log_odds_change[0],
              log_odds(after.probabilities[1]) - log_odds(before.probabilities[1]), 1e-4);
  EXPECT_THAT(after.missing, ElementsAre(2, 4, 1, 3, 5));
}

TEST(SessionTest, TheChangeOfAnOutcomeOfThreeClassesIsOfTheLast) {
  Session session(ReleaseOf(1), 0);
  const Step before = Standing(session);
  const Step after = After(session, ObserveOf("f0", 70));
  EXPECT_NEAR(after.change[1], after.probabilities[4] - before.probabilities[4], 1e-6);
}

// The model of ReleaseOf(1) with another calibration for two answers and more; of the third outcome
// none.
std::shared_ptr<const Release> Calibrated() {
  training::Model model = ReleaseOf(1)->model();
  const training::CalibrationBand of_two{0, 50, {{1, 1}}, {-9, -9}};
  training::CalibrationBand later = of_two;
  later.from = 2;
  later.patients = 40;
  later.recalibrations = {{0.5, -1}};
  later.floors = {-9, 9};
  const training::CalibrationBand of_three{0, 50, {{1, 0}, {1, 1}, {2, 0}}, {std::nullopt, 9, 9}};
  model.calibration.outcomes = {{of_two, later}, {of_three}, {}};
  return *Release::Create(std::move(model), std::string(64, 'c'));
}

TEST(SessionTest, CalibratesByTheNumberOfAnswers) {
  Session session(Calibrated(), 0);
  Session plain(ReleaseOf(1), 0);
  const auto log_odds = [](double p) { return std::log(p / (1 - p)); };
  Step step = Standing(session);
  EXPECT_EQ(step.uncalibrated, Standing(plain).probabilities);
  EXPECT_THAT(step.calibrated_on, ElementsAre(50, 50, 0));
  EXPECT_NEAR(log_odds(step.probabilities[1]), log_odds(step.uncalibrated[1]) + 1, 1e-4);
  EXPECT_EQ(step.probabilities[5], step.uncalibrated[5]) << "the third outcome is not calibrated";
  EXPECT_NEAR(step.probabilities[2] + step.probabilities[3] + step.probabilities[4], 1, 1e-6);
  EXPECT_GT(step.probabilities[3], step.uncalibrated[3]);
  After(session, ObserveOf("f0", 70));
  step = After(session, ObserveOf("f1", 30));
  EXPECT_THAT(step.calibrated_on, ElementsAre(40, 50, 0));
  EXPECT_NEAR(log_odds(step.probabilities[1]), log_odds(step.uncalibrated[1]) / 2 - 1, 1e-4);
}

TEST(SessionTest, SaysWhichClassesAreStillPossible) {
  Session session(Calibrated(), 0);
  EXPECT_THAT(Standing(session).possible, ElementsAre(1, 1, 1, 0, 0, 0, 0));
  After(session, ObserveOf("f0", 70));
  EXPECT_THAT(After(session, ObserveOf("f1", 30)).possible, ElementsAre(1, 0, 1, 0, 0, 0, 0));
}

TEST(SessionTest, CountsTheChangeOfWhatIsShown) {
  Session session(Calibrated(), 0);
  const Step before = After(session, ObserveOf("f0", 70));
  const Step after = After(session, ObserveOf("f1", 30));  // into another band
  EXPECT_NEAR(after.change[0], after.probabilities[1] - before.probabilities[1], 1e-6);
}

TEST(SessionTest, AReleaseRefusesACalibrationThatDoesNotFit) {
  training::Model model = ReleaseOf(1)->model();
  model.calibration.outcomes = {{{0, 50, {{-1, 0}}, {-9, -9}}}, {}, {}};
  EXPECT_THAT(Release::Create(std::move(model), std::string(64, 'c')),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("calibration of o0")));
}

TEST(SessionTest, WithdrawingEqualsNeverHavingAnsweredBitForBit) {
  const auto release = ReleaseOf(2);
  Session with(release, 3);
  After(with, ObserveOf("f0", 12));
  After(with, ObserveOf("f2", "b"));
  After(with, ObserveOf("f1", 88));
  const Step withdrawn = After(with, Withdraw{"f2"});
  Session without(release, 3);
  After(without, ObserveOf("f0", 12));
  After(without, ObserveOf("f1", 88));
  const Step never = Standing(without);
  EXPECT_EQ(withdrawn.probabilities, never.probabilities);
  EXPECT_EQ(withdrawn.missing, never.missing);
  EXPECT_EQ(withdrawn.suggestions[0].information_gain, never.suggestions[0].information_gain);
}

TEST(SessionTest, RevisingEqualsHavingGivenTheNewAnswerInItsPlaceBitForBit) {
  const auto release = ReleaseOf(3);
  Session revised(release, 0);
  After(revised, ObserveOf("f0", 12));
  After(revised, ObserveOf("f1", 88));
  const Step changed = After(revised, Revise{{"f0", 34.0, ""}});
  Session direct(release, 0);
  After(direct, ObserveOf("f0", 34));
  After(direct, ObserveOf("f1", 88));
  EXPECT_EQ(changed.probabilities, Standing(direct).probabilities);
  EXPECT_EQ(changed.answers, 2);
}

TEST(SessionTest, WhatIfSaysWhatWouldComeAndChangesNothing) {
  const auto release = ReleaseOf(4);
  Session session(release, 2);
  After(session, ObserveOf("f0", 12));
  const Step before = Standing(session);
  const Step wondered = After(session, WhatIf{{"f1", 50.0, ""}});
  const Step revised = After(session, WhatIf{{"f0", 50.0, ""}});
  EXPECT_EQ(Standing(session).probabilities, before.probabilities);
  EXPECT_EQ(Standing(session).missing, before.missing);
  EXPECT_EQ(revised.answers, 1);
  const Step taken = After(session, ObserveOf("f1", 50));
  EXPECT_EQ(wondered.probabilities, taken.probabilities);
  EXPECT_EQ(wondered.change, taken.change);
  EXPECT_EQ(wondered.missing, taken.missing);
}

TEST(SessionTest, WhatIsUnknownIsMissingButNotAskedAgain) {
  Session session(ReleaseOf(5), 6);
  const Step step = After(session, MarkUnknown{"f2"});
  EXPECT_EQ(step.answers, 0);
  EXPECT_THAT(step.missing, ElementsAre(0, 2, 4, 1, 3, 5));
  EXPECT_EQ(step.suggestions.size(), 5U);
  for (const Suggestion& suggestion : step.suggestions) EXPECT_NE(suggestion.feature, 2);
  EXPECT_EQ(After(session, Withdraw{"f2"}).suggestions.size(), 6U) << "no longer unknown";
}

TEST(SessionTest, WhatWasUnknownCanBeAnsweredLater) {
  Session session(ReleaseOf(5), 0);
  After(session, MarkUnknown{"f2"});
  EXPECT_EQ(After(session, ObserveOf("f2", "c")).answers, 1);
}

struct RefusalCase {
  ConsultationAction action;
  data::RefusalReason reason;
};

TEST(SessionTest, ARefusalNamesTheReasonAndChangesNothing) {
  Session session(ReleaseOf(6), 2);
  After(session, ObserveOf("f0", 10));
  const Step before = Standing(session);
  const std::vector<RefusalCase> cases = {
      {ObserveOf("pulse", 1), data::RefusalReason::kUnknownFeature},
      {Withdraw{"pulse"}, data::RefusalReason::kUnknownFeature},
      {ObserveOf("f1", "high"), data::RefusalReason::kNotANumber},
      {ObserveOf("f1", std::nan("")), data::RefusalReason::kNotANumber},
      {ObserveOf("f1", 101), data::RefusalReason::kOutOfRange},
      {ObserveOf("f2", "d"), data::RefusalReason::kUnknownCategory},
      {Observe{{"f1", 5.0, "kPa"}}, data::RefusalReason::kWrongUnit},
      {ObserveOf("f0", 11), data::RefusalReason::kAlreadyAnswered},
      {MarkUnknown{"f0"}, data::RefusalReason::kAlreadyAnswered},
      {Revise{{"f1", 11.0, ""}}, data::RefusalReason::kNotAnswered},
      {Withdraw{"f1"}, data::RefusalReason::kNotAnswered},
      {WhatIf{{"f1", 1e9, ""}}, data::RefusalReason::kOutOfRange},
      {std::monostate(), data::RefusalReason::kNoAction},
  };
  for (const RefusalCase& refused : cases) {
    const Step step = After(session, refused.action);
    ASSERT_TRUE(step.refusal.has_value()) << static_cast<int>(refused.reason);
    EXPECT_EQ(step.refusal->reason, refused.reason) << step.refusal->message;
    EXPECT_NE(step.refusal->message, "");
    EXPECT_EQ(step.probabilities, before.probabilities);
    EXPECT_EQ(step.missing, before.missing);
    EXPECT_THAT(step.change, ElementsAre(0, 0, 0));
  }
  EXPECT_EQ(Standing(session).probabilities, before.probabilities);
}

TEST(SessionTest, AFeatureNoSiteCouldLearnIsRefused) {
  training::Model model = testing::ModelOf(7, 3, 1);
  model.statistics = {5, 0, 1, 0, 0, 0, 0, 0, 0};  // f0 was observed, f1 nowhere
  const auto release = Release::Create(model, "abc");
  ASSERT_TRUE(release.ok());
  Session session(*release, 3);
  EXPECT_EQ(After(session, ObserveOf("f1", 5)).refusal->reason,
            data::RefusalReason::kFeatureNotInModel);
  for (const Suggestion& suggestion : Standing(session).suggestions) {
    EXPECT_NE(suggestion.feature, 1);
  }
}

TEST(SessionTest, ACategoricalFeatureNobodyHoldsIsNotLearnt) {
  training::Model model = testing::ModelOf(7, 6, 1);
  model.statistics.assign(18, 0);
  for (const size_t f : {0U, 1U, 3U, 4U, 5U}) model.statistics[3 * f] = 4;  // f2 nowhere
  const auto release = Release::Create(model, "abc");
  ASSERT_TRUE(release.ok());
  Session session(*release, 6);
  EXPECT_EQ(After(session, ObserveOf("f2", "b")).refusal->reason,
            data::RefusalReason::kFeatureNotInModel);
  EXPECT_FALSE(After(session, ObserveOf("f5", "b")).refusal.has_value());
  for (const Suggestion& suggestion : Standing(session).suggestions) {
    EXPECT_NE(suggestion.feature, 2);
  }
}

TEST(SessionTest, CategoriesOfAModelFromBeforeTheyWereCountedAreLearnt) {
  training::Model model = testing::ModelOf(7, 3, 1);
  model.statistics = {5, 0, 1, 5, 0, 1, 0, 0, 0};
  const auto release = Release::Create(model, "abc");
  ASSERT_TRUE(release.ok());
  Session session(*release, 3);
  EXPECT_FALSE(After(session, ObserveOf("f2", "b")).refusal.has_value());
}

TEST(SessionsTest, AConsultationKeepsItsReleaseWhenANewOneIsPublished) {
  Releases releases;
  Sessions sessions(releases, {});
  EXPECT_THAT(sessions.Begin(0), StatusIs(StatusCode::kFailedPrecondition));
  releases.Publish(ReleaseOf(8));
  auto running = sessions.Begin(0);
  ASSERT_TRUE(running.ok());
  releases.Publish(ReleaseOf(9));
  auto later = sessions.Begin(0);
  EXPECT_EQ((*running)->release().name(), "run8@aaaaaaaa");
  EXPECT_EQ((*later)->release().name(), "run9@aaaaaaaa");
  Session reference(ReleaseOf(8), 0);
  EXPECT_EQ(After(**running, ObserveOf("f0", 3)).probabilities,
            After(reference, ObserveOf("f0", 3)).probabilities);
}

TEST(SessionsTest, RefusesMoreConsultationsThanTheLimitUntilOneEnds) {
  Releases releases;
  releases.Publish(ReleaseOf(8));
  Sessions sessions(releases, {.open = 1});
  auto first = sessions.Begin(0);
  EXPECT_THAT(sessions.Begin(0), StatusIs(StatusCode::kResourceExhausted, HasSubstr("1 ")));
  first->reset();
  EXPECT_EQ(sessions.open(), 0);
  EXPECT_TRUE(sessions.Begin(0).ok());
}

TEST(SessionTest, HoldsLessThanFourKilobytes) {
  Session session(ReleaseOf(10, 40, 8), 3);
  for (int f = 0; f < 40; ++f) {
    const std::string key = "f" + std::to_string(f);
    After(session, f % 3 == 2 ? ObserveOf(key, "a") : ObserveOf(key, 50));
  }
  EXPECT_EQ(Standing(session).answers, 40);
  EXPECT_LT(session.MemoryUse(), 4096U);
}

}  // namespace
}  // namespace consilium::consultation
