// What a round adds to a site's own steps: the plan's proximal term, the exchange's correction.
#include <algorithm>
#include <cmath>

#include "base/random.h"
#include "gmock/gmock.h"
#include "server/training/site_learner.h"
#include "tests/support/matchers.h"

namespace consilium::training {
namespace {

using ::testing::HasSubstr;
using testing::IsOk;
using testing::StatusIs;

const std::atomic<bool> kNever = false;

data::Schema SchemaOfTwo() {
  data::Schema schema;
  schema.name = "test";
  schema.version = 1;
  for (const char* key : {"a", "b"}) {
    data::Feature feature;
    feature.key = key;
    feature.unit = "1";
    feature.range = {-10, 10};
    schema.features.push_back(feature);
  }
  data::Outcome outcome;
  outcome.key = "ill";
  outcome.classes = {{"no", "", {}}, {"yes", "", {}}};
  schema.outcomes.push_back(outcome);
  return schema;
}

// Nobody has b.
std::unique_ptr<Learner> MakeLearner(double proximal, const std::string& optimiser = "sgd") {
  const data::Schema schema = SchemaOfTwo();
  Random random(3);
  data::Cohort cohort = data::EmptyCohort(schema);
  cohort.patients = 90;
  for (int i = 0; i < cohort.patients; ++i) {
    cohort.labels[0].push_back(static_cast<int>(random.Below(2)));
    cohort.values[0].push_back(std::clamp(cohort.labels[0].back() + random.Normal(), -10.0, 10.0));
    cohort.values[1].push_back(NAN);
  }
  TrainingOptions options;
  options.state = 4;
  options.hidden = 5;
  options.optimiser = optimiser;
  options.momentum = 0;
  options.learning_rate = 0.05;
  options.rate = optim::RateShape::kConstant;
  options.batch = 10;
  options.local_epochs = 2;
  options.baselines = {};
  options.proximal = proximal;
  data::Cohort held_out = cohort;
  auto learner = MakeSiteLearner(schema, options, 1, 3, std::move(cohort), std::move(held_out));
  EXPECT_THAT(learner, IsOk());
  EXPECT_THAT((*learner)->UseStatistics((*learner)->Facts().statistics), IsOk());
  return *std::move(learner);
}

std::vector<float> AfterARound(Learner& learner, std::span<const float> correction = {}) {
  std::vector<float> parameters = learner.Facts().initial_parameters;
  EXPECT_THAT(learner.TrainRound({.round = 1, .correction = correction}, parameters, kNever),
              IsOk());
  return parameters;
}

double Distance(const std::vector<float>& a, const std::vector<float>& b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += std::pow(a[i] - b[i], 2);
  return std::sqrt(sum);
}

TEST(LocalTermsTest, TheProximalTermPullsBackToTheStartOfTheRound) {
  for (const char* optimiser : {"sgd", "adam", "adagrad"}) {
    SCOPED_TRACE(optimiser);
    const auto free = MakeLearner(0, optimiser), held = MakeLearner(10, optimiser);
    const std::vector<float> start = free->Facts().initial_parameters;
    EXPECT_LT(Distance(AfterARound(*held), start), 0.7 * Distance(AfterARound(*free), start));
  }
}

TEST(LocalTermsTest, ACorrectionOfZeroChangesNoBit) {
  const auto plain = MakeLearner(0), corrected = MakeLearner(0);
  const std::vector<float> zero(plain->Facts().layout.size(), 0);
  EXPECT_EQ(AfterARound(*corrected, zero), AfterARound(*plain));
}

TEST(LocalTermsTest, ACorrectionIsAddedUpOverTheRoundInModulesTheSiteHolds) {
  const auto learner = MakeLearner(0);
  const LearnerFacts facts = learner->Facts();
  const std::vector<float>& start = facts.initial_parameters;
  const std::vector<float> correction(start.size(), 0.01f);
  std::vector<float> moved = start;
  // A rate of 0 leaves nothing but the correction.
  ASSERT_THAT(
      learner->TrainRound({.round = 1, .rate_factor = 0, .correction = correction}, moved, kNever),
      IsOk());
  for (size_t m = 0; m < facts.weights.size(); ++m) {
    const Block block = facts.layout.module_block(static_cast<int>(m));
    for (size_t i = block.offset; i < block.offset + block.size; ++i) {
      EXPECT_NEAR(moved[i] - start[i], facts.weights[m] > 0 ? 0.01 : 0, 1e-6);
    }
  }
}

TEST(LocalTermsTest, ACorrectionOfAnotherSizeIsRefused) {
  const auto learner = MakeLearner(0);
  std::vector<float> parameters = learner->Facts().initial_parameters;
  const std::vector<float> correction(3, 0);
  EXPECT_THAT(learner->TrainRound({.round = 1, .correction = correction}, parameters, kNever),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("3 numbers")));
}

}  // namespace
}  // namespace consilium::training
