#include <cmath>

#include "gmock/gmock.h"
#include "server/consultation/session.h"
#include "server/data/image.h"
#include "tests/server/consultation/release_of.h"
#include "tests/server/data/modalities.h"
#include "tests/support/matchers.h"

namespace consilium::consultation {
namespace {

using ::testing::HasSubstr;
using testing::IsOk;
using testing::ModelOf;
using ::testing::Not;

std::shared_ptr<const Release> ReleaseOfModalities() {
  auto release = Release::Create(ModelOf(3, data::ModalitiesSchema()), std::string(64, 'a'));
  EXPECT_THAT(release, IsOk());
  return *release;
}

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

Observe ObserveRows(const std::string& feature, std::vector<std::vector<double>> rows) {
  return {{feature, GivenRows{std::move(rows)}, ""}};
}

Observe ObserveImage(const std::vector<float>& grey) {
  return {{"scan", GivenImage{data::EncodePgm(grey, 4, 3)}, ""}};
}

const std::vector<std::vector<double>> kVitals = {{80, 16}, {90, 18}, {100, 20}};

TEST(SessionModalityTest, TakesAVectorASeriesAndAnImage) {
  Session session(ReleaseOfModalities(), 0);
  Step before = Standing(session);
  const std::vector<ConsultationAction> actions = {ObserveRows("labs", {{140, 1.5, 7.3}}),
                                                   ObserveRows("vitals", kVitals),
                                                   ObserveImage(std::vector<float>(12, 0.5f))};
  for (size_t i = 0; i < actions.size(); ++i) {
    const Step after = After(session, actions[i]);
    ASSERT_FALSE(after.refusal.has_value()) << after.refusal->message;
    EXPECT_EQ(after.answers, static_cast<int>(i) + 1);
    EXPECT_NE(after.probabilities, before.probabilities);
    for (const float p : after.probabilities) EXPECT_TRUE(std::isfinite(p));
    before = after;
  }
}

TEST(SessionModalityTest, ASeriesWithdrawnEqualsOneNeverGiven) {
  Session session(ReleaseOfModalities(), 0);
  const Step before = Standing(session);
  After(session, ObserveRows("vitals", kVitals));
  const Step after = After(session, Withdraw{"vitals"});
  EXPECT_EQ(after.probabilities, before.probabilities);
  EXPECT_EQ(after.missing, before.missing);
}

TEST(SessionModalityTest, ASeriesRevisedEqualsTheNewOneGivenAtOnce) {
  Session revised(ReleaseOfModalities(), 0), at_once(ReleaseOfModalities(), 0);
  After(revised, ObserveRows("vitals", {{80, 16}}));
  After(revised, ObserveRows("labs", {{140, 1.5, 7.3}}));
  const Step step = After(revised, Revise{ObserveRows("vitals", kVitals).answer});
  After(at_once, ObserveRows("vitals", kVitals));
  EXPECT_EQ(step.probabilities,
            After(at_once, ObserveRows("labs", {{140, 1.5, 7.3}})).probabilities);
}

TEST(SessionModalityTest, AWhatIfOfAnImageKeepsNothing) {
  Session session(ReleaseOfModalities(), 0);
  const Step before = Standing(session);
  const Step wondered = After(session, WhatIf{ObserveImage(std::vector<float>(12, 1)).answer});
  EXPECT_NE(wondered.probabilities, before.probabilities);
  EXPECT_EQ(Standing(session).probabilities, before.probabilities);
}

TEST(SessionModalityTest, ASeriesCountsByItsLatestVectors) {
  Session whole(ReleaseOfModalities(), 0), latest(ReleaseOfModalities(), 0);
  EXPECT_EQ(
      After(whole, ObserveRows("vitals", {{9, 9}, {1, 1}, {2, 2}, {3, 3}, {4, 4}})).probabilities,
      After(latest, ObserveRows("vitals", {{1, 1}, {2, 2}, {3, 3}, {4, 4}})).probabilities);
}

TEST(SessionModalityTest, RefusesWhatDoesNotFitWithoutRepeatingIt) {
  Session session(ReleaseOfModalities(), 0);
  const Step before = Standing(session);
  const auto refused = [&](const Observe& action, data::RefusalReason reason) {
    const Step step = After(session, action);
    ASSERT_TRUE(step.refusal.has_value());
    EXPECT_EQ(step.refusal->reason, reason) << step.refusal->message;
    EXPECT_THAT(step.refusal->message, Not(HasSubstr("777")));
    EXPECT_EQ(step.probabilities, before.probabilities);
  };
  refused(ObserveRows("labs", {{140, 1.5}}), data::RefusalReason::kWrongLength);
  refused(ObserveRows("labs", {}), data::RefusalReason::kWrongLength);
  refused(ObserveRows("labs", {{140, 1.5, NAN}}), data::RefusalReason::kNotANumber);
  refused(ObserveRows("labs", {{140, 777, 7}}), data::RefusalReason::kOutOfRange);
  refused(ObserveRows("vitals", {{80, 16}, {777}}), data::RefusalReason::kWrongLength);
  refused(ObserveRows("vitals", {{80, INFINITY}}), data::RefusalReason::kNotANumber);
  refused({{"vitals", GivenRows{kVitals}, "furlongs"}}, data::RefusalReason::kWrongUnit);
  refused({{"labs", 777.0, ""}}, data::RefusalReason::kWrongLength);
  refused({{"labs", "777", ""}}, data::RefusalReason::kWrongLength);
  refused({{"labs", GivenImage{"P5"}, ""}}, data::RefusalReason::kNoImage);
  refused({{"scan", GivenImage{"P5 777"}, ""}}, data::RefusalReason::kNoImage);
  refused({{"scan", GivenImage{""}, ""}}, data::RefusalReason::kNoImage);
  refused(ObserveRows("age", {{50}}), data::RefusalReason::kWrongLength);
  refused({{"age", GivenImage{"P5"}, ""}}, data::RefusalReason::kWrongLength);
}

TEST(SessionModalityTest, ANumberIsPredictedInItsUnitAndChangesByItsMean) {
  const auto release = ReleaseOfModalities();
  Session session(release, 0);
  const Estimate before = release->EstimateOf(1, Standing(session).probabilities);
  const Step step = After(session, ObserveRows("vitals", kVitals));
  const Estimate after = release->EstimateOf(1, step.probabilities);
  EXPECT_GT(after.deviation, 0);
  EXPECT_NEAR(step.change[1], after.mean - before.mean, 1e-4);
  EXPECT_EQ(step.log_odds_change[1], 0);
}

TEST(SessionModalityTest, NextQuestionsAreRankedAmongAnswersOnly) {
  Session session(ReleaseOfModalities(), 5);
  for (const Suggestion& suggestion : Standing(session).suggestions) {
    EXPECT_LT(suggestion.feature, 2);
    EXPECT_TRUE(std::isfinite(suggestion.information_gain));
  }
}

}  // namespace
}  // namespace consilium::consultation
