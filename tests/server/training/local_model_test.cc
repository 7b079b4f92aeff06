// The baseline `local`: what a hospital would have without the others.
#include <algorithm>
#include <atomic>

#include "base/random.h"
#include "gmock/gmock.h"
#include "server/data/normalisation.h"
#include "server/training/site_learner.h"
#include "server/training/without_exchange.h"
#include "tests/support/matchers.h"

namespace consilium::training {
namespace {

using testing::IsOk;

const std::atomic<bool> kNever = false;

data::Schema OneNumber() {
  data::Schema schema;
  schema.name = "test";
  schema.version = 1;
  data::Feature feature;
  feature.key = "a";
  feature.unit = "1";
  feature.range = {-100, 100};
  schema.features.push_back(feature);
  data::Outcome outcome;
  outcome.key = "ill";
  outcome.classes = {{"no", "", {}}, {"yes", "", {}}};
  schema.outcomes.push_back(outcome);
  return schema;
}

data::Cohort CohortOf(const data::Schema& schema, double level, uint64_t seed) {
  Random random(seed);
  data::Cohort cohort = data::EmptyCohort(schema);
  cohort.patients = 60;
  for (int i = 0; i < cohort.patients; ++i) {
    cohort.labels[0].push_back(static_cast<int>(random.Below(2)));
    cohort.values[0].push_back(level + cohort.labels[0].back() + random.Normal());
  }
  return cohort;
}

std::unique_ptr<Learner> LearnerOf(const data::Schema& schema) {
  TrainingOptions options;
  options.state = 4;
  options.hidden = 5;
  options.baselines = {"local"};
  auto learner =
      MakeSiteLearner(schema, options, 1, 3, CohortOf(schema, 0, 2), CohortOf(schema, 0, 3));
  EXPECT_THAT(learner, IsOk());
  return *std::move(learner);
}

TEST(LocalModelTest, NormalisesAsTheHospitalAloneWouldInTrainingAndOnHeldOutPatients) {
  const data::Schema schema = OneNumber();
  const auto alone = LearnerOf(schema), among_others = LearnerOf(schema);
  const auto parameters = TrainWithoutExchange(*alone, 3, kNever);
  ASSERT_THAT(parameters, IsOk());
  const auto expected = alone->Parts().evaluation->Predict(*parameters, kNever);
  ASSERT_THAT(expected, IsOk());

  // The others measure far higher, and so the federation normalises otherwise.
  ASSERT_THAT(among_others->UseStatistics(data::StatisticsOf(schema, CohortOf(schema, 50, 4))),
              IsOk());
  const auto predicted = among_others->Parts().evaluation->Predict(*parameters, kNever);
  ASSERT_THAT(predicted, IsOk());
  const auto local = std::ranges::find(*predicted, "local", &HeldOutPredictions::model);
  ASSERT_NE(local, predicted->end());
  EXPECT_EQ(local->probabilities, expected->front().probabilities);
  EXPECT_NE(predicted->front().probabilities, local->probabilities);
}

}  // namespace
}  // namespace consilium::training
