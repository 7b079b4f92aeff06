#include <algorithm>
#include <cmath>

#include "base/random.h"
#include "gmock/gmock.h"
#include "lab/experiments/clinical_run.h"
#include "modules/compress/compressor.h"
#include "modules/schedule/make_exchange.h"
#include "server/federation/plan.h"
#include "tests/support/matchers.h"

namespace consilium::experiments {
namespace {

using ::consilium::testing::IsOk;
using ::consilium::testing::StatusIs;
using ::testing::HasSubstr;

// Two noisy signs of an illness at four sites.
ClinicalSet TinySet() {
  ClinicalSet set;
  set.name = "tiny";
  set.tables = "[model]\nstate = 6\nhidden = 8\n";
  set.training = "learning_rate = 0.02\n";
  set.schema.name = "tiny";
  set.schema.version = 1;
  for (const char* key : {"a", "b"}) {
    data::Feature feature;
    feature.key = key;
    feature.unit = "1";
    feature.range = {-10, 10};
    set.schema.features.push_back(feature);
  }
  data::Outcome outcome;
  outcome.key = "ill";
  outcome.classes = {{"no", "", {}}, {"yes", "", {}}};
  set.schema.outcomes.push_back(outcome);
  Random random(4);
  for (const char* name : {"north", "east", "south", "west"}) {
    data::Cohort cohort = data::EmptyCohort(set.schema);
    cohort.patients = 40;
    for (int i = 0; i < cohort.patients; ++i) {
      const int ill = static_cast<int>(random.Below(2));
      cohort.labels[0].push_back(ill);
      for (auto& column : cohort.values) {
        column.push_back(std::clamp(2 * ill + random.Normal(), -10.0, 10.0));
      }
    }
    simulation::SimulatedSite& site = set.sites.emplace_back();
    site.name = name;
    site.train = std::move(cohort);
    site.test = data::EmptyCohort(set.schema);
  }
  return set;
}

TEST(ClinicalTest, ARunGivesAurocsAndBytesAndTheSameAgain) {
  const ClinicalSet set = TinySet();
  ClinicalSetting setting;
  setting.baselines = {"local", "pooled"};
  setting.rounds = 8;
  const auto reference = RunClinical(set, setting, 3);
  ASSERT_THAT(reference, IsOk());
  EXPECT_GT(reference->auroc, 0.8);
  EXPECT_GT(reference->local.value_or(0), 0.5);
  EXPECT_GT(reference->pooled.value_or(0), 0.8);
  setting.compressor = "sign";
  setting.baselines = {};
  const auto once = RunClinical(set, setting, 3), again = RunClinical(set, setting, 3);
  ASSERT_THAT(once, IsOk());
  ASSERT_THAT(again, IsOk());
  EXPECT_LT(2 * once->bytes, reference->bytes);
  EXPECT_EQ(once->auroc, again->auroc);
  EXPECT_EQ(once->bytes, again->bytes);
  EXPECT_FALSE(once->local);
}

TEST(ClinicalTest, EveryScheduleAndCompressorThatAPlanAdmitsRuns) {
  const ClinicalSet set = TinySet();
  int admitted = 0;
  for (const schedule::NamedSchedule& schedule : schedule::AllSchedules()) {
    for (const compress::CompressorRow* compressor : compress::AllCompressors()) {
      ClinicalSetting setting;
      setting.schedule = schedule.name;
      setting.compressor = compressor->name;
      setting.rounds = 2;
      setting.all_folds = false;
      if (!federation::ParsePlan(PlanText(set, setting, 1), "plan").ok()) continue;
      ++admitted;
      const auto score = RunClinical(set, setting, 1);
      EXPECT_THAT(score, IsOk()) << Describe(setting);
    }
  }
  EXPECT_GT(admitted, 10);
}

TEST(ClinicalTest, RefusesDataSetsItDoesNotKnowOrFind) {
  EXPECT_THAT(LoadClinicalSet(".", "hart"), StatusIs(StatusCode::kNotFound, HasSubstr("heart")));
  for (const char* name : {"heart", "icu2012", "eicu-regions", "eicu-hospitals"}) {
    EXPECT_THAT(LoadClinicalSet("/nowhere", name),
                StatusIs(StatusCode::kNotFound, HasSubstr("/nowhere")));
  }
}

}  // namespace
}  // namespace consilium::experiments
