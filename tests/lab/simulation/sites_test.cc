#include "lab/simulation/sites.h"

#include <cmath>
#include <fstream>
#include <map>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "lab/simulation/reference.h"
#include "lab/simulation/simulate.h"
#include "tests/support/matchers.h"
#include "tests/support/temporary_folder.h"

namespace consilium::simulation {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::IsOk;
using ::testing::SizeIs;
using testing::StatusIs;

constexpr char kSchema[] = R"(
schema = "stays"
version = 1
[[features]]
key = "x"
kind = "continuous"
unit = "1"
range = { min = -10, max = 10 }
[[outcomes]]
key = "death"
classes = [{ value = "no" }, { value = "yes" }]
)";

constexpr char kMapping[] =
    "schema = 'stays'\npatient_id = 'who'\n[features]\nx = 'x'\n"
    "[outcomes]\ndeath = { column = 'died', values = { 0 = 'no', 1 = 'yes' } }\n";

// Patient p7 was in two hospitals; hospital c has one stay, d nobody who died.
constexpr char kStays[] =
    "hospital,who,x,died,apache\n"
    "b,p1,1,0,0.1\nb,p2,2,1,0.9\nb,p3,1.5,0,\nb,p7,3,1,0.6\n"
    "a,p4,-1,0,0.2\na,p5,0,1,\na,p6,2,0,0.3\na,p7,3,1,0.7\n"
    "c,p8,1,0,0.4\n"
    "d,p9,1,0,0.1\nd,p10,2,0,0.2\nd,p11,3,0,0.3\n";

class SitesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto parsed = data::ParseSchema(kSchema, "schema");
    ASSERT_THAT(parsed, IsOk());
    schema_ = *std::move(parsed);
    Write("schema.toml", kSchema);
    Write("mapping.toml", kMapping);
    Write("stays.csv", kStays);
  }

  void Write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
  }

  static std::string PlanText(const std::string& run = "",
                              const std::string& site_column = "hospital") {
    return "[run]\nrounds = 3\n" + run +
           "[data]\nschema = 'schema.toml'\ntrain = 'stays.csv'\nmapping = 'mapping.toml'\n"
           "reference = 'apache'\nsite_column = '" +
           site_column +
           "'\n[schedule]\nkind = 'all_reduce'\naggregator = 'coordinator'\n"
           "[compression]\nkind = 'identity'\n"
           "[evaluation]\nfolds = 5\nbaselines = ['local', 'logistic_regression', 'pooled']\n";
  }

  StatusOr<std::vector<SimulatedSite>> Load(const std::string& plan_text) const {
    ASSIGN_OR_RETURN(const federation::Plan plan, federation::ParsePlan(plan_text, "plan"));
    return LoadSites(schema_, plan, folder_.path());
  }

  testing::TemporaryFolder folder_;
  data::Schema schema_;
};

TEST_F(SitesTest, WhatIsRefusedInASitesOwnFileIsCounted) {
  Write("own.csv", "who,x,died\np1,nan,0\np2,inf,1\np3,3,2\np4,11,0\np5,1,1\n");
  const auto sites = Load(
      "[run]\nrounds = 1\n[data]\nschema = 'schema.toml'\n"
      "[[site]]\nname = 'a'\ntrain = 'own.csv'\nmapping = 'mapping.toml'\n");
  ASSERT_THAT(sites, IsOk());
  EXPECT_EQ(sites->front().findings, 4);
  EXPECT_EQ(sites->front().train.patients, 5);
}

TEST_F(SitesTest, OneFileBecomesASiteForEachNameInItsColumn) {
  const auto sites = Load(PlanText());
  ASSERT_THAT(sites, IsOk());
  ASSERT_THAT(*sites, SizeIs(4));
  EXPECT_EQ((*sites)[0].name, "b");
  EXPECT_EQ((*sites)[1].name, "a");
  EXPECT_THAT((*sites)[1].train.values[0], ElementsAre(-1, 0, 2, 3));
  EXPECT_THAT((*sites)[1].train.patient_ids, ElementsAre("p4", "p5", "p6", "p7"));
  EXPECT_THAT((*sites)[1].reference,
              ElementsAre(std::pair(6, 0.2), std::pair(8, 0.3), std::pair(9, 0.7)));
}

TEST_F(SitesTest, APlanThatNamesSitesTakesTheseInItsOrder) {
  const auto sites = Load(PlanText("sites = ['a', 'd']\n"));
  ASSERT_THAT(sites, IsOk());
  ASSERT_THAT(*sites, SizeIs(2));
  EXPECT_EQ((*sites)[1].name, "d");
  EXPECT_THAT(Load(PlanText("sites = ['a', 'e']\n")),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("no row of site 'e'")));
}

TEST_F(SitesTest, WhatIsWrongWithTheFileIsNamed) {
  EXPECT_THAT(Load(PlanText("", "hospitl")),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("did you mean 'hospital'")));
  Write("stays.csv", "hospital,who,x,died,apache\n,p1,1,0,0.5\n");
  EXPECT_THAT(Load(PlanText()), StatusIs(StatusCode::kInvalidArgument, HasSubstr("stays.csv:2")));
  Write("stays.csv", "hospital,who,x,died,apache\na,p1,1,0,7\n");
  EXPECT_THAT(Load(PlanText()), StatusIs(StatusCode::kInvalidArgument, HasSubstr("reference '7'")));
}

TEST_F(SitesTest, EveryoneIsHeldOutOnceAndNobodyIsTrainedOnWhileHeldOutAnywhere) {
  const auto sites = Load(PlanText());
  ASSERT_THAT(sites, IsOk());
  auto plan = federation::ParsePlan(PlanText(), "plan");
  ASSERT_THAT(plan, IsOk());
  std::map<std::string, int> held_out;
  for (plan->training.fold = 0; plan->training.fold < 5; ++plan->training.fold) {
    const auto fold = HoldOut(schema_, *plan, *sites);
    ASSERT_THAT(fold, IsOk());
    for (const SimulatedSite& site : *fold) {
      for (const std::string& id : site.test.patient_ids) {
        ++held_out[id];
        for (const SimulatedSite& other : *fold) {
          EXPECT_THAT(other.train.patient_ids, ::testing::Not(::testing::Contains(id)));
        }
      }
    }
  }
  EXPECT_THAT(held_out, SizeIs(10));  // all but p8: nobody else is at hospital c
  for (const auto& [id, times] : held_out) EXPECT_EQ(times, id == "p7" ? 2 : 1) << id;
}

TEST_F(SitesTest, HospitalsOfOnePatientOrOneClassTakePart) {
  Write("plan.toml", PlanText());
  const auto result = SimulatePlanFile(folder_ / "plan.toml", 2);
  ASSERT_THAT(result, IsOk());
  ASSERT_THAT(result->sites, SizeIs(4));
  EXPECT_EQ(result->sites[2].held_out_patients, 0);
  EXPECT_EQ(result->sites[3].held_out_patients, 3);
  EXPECT_FALSE(result->sites[3].outcomes[0].models[0].scores.auroc.has_value());
  for (const training::ModelReport& model : result->pooled[0].models) {
    EXPECT_TRUE(std::isfinite(model.scores.nll.value())) << model.model;
  }
  EXPECT_EQ(result->patients_with_reference, 9);
  ASSERT_THAT(result->beside_reference, SizeIs(1));
  EXPECT_EQ(result->beside_reference[0].models.back().model, "reference");
  EXPECT_GT(result->beside_reference[0].models.back().scores.auroc.value(), 0.9);
  EXPECT_THAT(ToJson(*result), HasSubstr("\"beside_reference\""));
}

TEST_F(SitesTest, ASiteWithNobodyToTrainOnReceivesTheModelAndEvaluatesIt) {
  // In the fold that holds out p7 at a, hospital e has nobody left.
  Write("stays.csv", std::string(kStays) + "e,p7,2,1,0.5\ne,p7,3,1,0.5\n");
  Write("plan.toml", PlanText());
  const auto result = SimulatePlanFile(folder_ / "plan.toml", 1);
  ASSERT_THAT(result, IsOk());
  EXPECT_EQ(result->model_digests.size(), 5u);
}

TEST_F(SitesTest, AnOutcomeThatNobodyHasIsNoReasonToFail) {
  Write("stays.csv",
        "hospital,who,x,died,apache\na,p1,1,,\na,p2,2,,\na,p3,3,,\nb,p4,1,,\nb,p5,1,,\n");
  Write("plan.toml", PlanText());
  const auto result = SimulatePlanFile(folder_ / "plan.toml", 1);
  ASSERT_THAT(result, IsOk());
  EXPECT_FALSE(result->pooled[0].models[0].scores.auroc.has_value());
  EXPECT_THAT(result->beside_reference, SizeIs(0));
}

TEST(ReferenceTest, ModelsAreComparedOverThePatientsTheReferenceSpeaksOf) {
  const auto schema = data::ParseSchema(kSchema, "schema");
  ASSERT_THAT(schema, IsOk());
  const std::vector<training::HeldOutPredictions> models = {
      {"federated", {{.9f, .1f, .2f, .8f, .3f, .7f}}, {{0, 0, 1}}}};
  const std::vector<float> reference = {.2f, NAN, .4f};
  const auto scores = ScoresBesideReference(*schema, models, reference);
  ASSERT_THAT(scores, SizeIs(1));
  ASSERT_THAT(scores[0].models, SizeIs(2));
  EXPECT_DOUBLE_EQ(scores[0].models[0].scores.auroc.value(), 1);
  EXPECT_DOUBLE_EQ(scores[0].models[1].scores.auroc.value(), 1);
  const std::vector<float> none = {NAN, NAN, NAN};
  EXPECT_THAT(ScoresBesideReference(*schema, models, none), SizeIs(0));
}

}  // namespace
}  // namespace consilium::simulation
