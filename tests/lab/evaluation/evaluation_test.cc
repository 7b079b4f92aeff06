#include "lab/evaluation/evaluation.h"

#include <nlohmann/json.hpp>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "lab/evaluation/collect.h"
#include "server/data/synthetic.h"
#include "tests/support/matchers.h"

namespace consilium::evaluation {
namespace {

using ::consilium::testing::IsOk;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kPlan =
    "[run]\nsites = ['cleveland', 'va']\nseed = 3\nrounds = 3\n"
    "[evaluation]\nfolds = 2\nbaselines = ['logistic_regression']\n";

simulation::LoadedPlan TwoHospitals(int patients) {
  simulation::LoadedPlan loaded;
  loaded.text = kPlan;
  loaded.plan = *federation::ParsePlan(kPlan, "plan");
  loaded.schema = *data::LoadSchema("examples/heart/schema.toml");
  for (const std::string name : {"cleveland", "va"}) {
    data::SyntheticSite site = *data::SyntheticHeartSite(name);
    site.patients = patients;
    loaded.sites.push_back(
        {name, data::Synthesise(loaded.schema, site, 1), data::EmptyCohort(loaded.schema)});
  }
  return loaded;
}

EvaluationOptions Small() {
  EvaluationOptions options;
  options.resamples = 40;
  options.baselines = {"prior"};
  options.by = {"sex", "age"};
  return options;
}

const GroupScores& All(const Evaluation& evaluation) {
  return evaluation.outcomes.front().groupings.front().groups.front();
}

TEST(CollectTest, VariantsOfTheTestChangeNothingElse) {
  const simulation::LoadedPlan loaded = TwoHospitals(40);
  const auto plain = Collect(loaded, {.plan = loaded.plan});
  ASSERT_THAT(plain, IsOk());
  const auto same = Collect(
      loaded, {.plan = loaded.plan, .variants = {[](const data::Cohort& test) { return test; }}});
  ASSERT_THAT(same, IsOk());
  for (size_t s = 0; s < plain->size(); ++s) {
    EXPECT_EQ((*plain)[s].held_out.patients, 40);
    EXPECT_EQ((*plain)[s].predictions[0][0].probabilities,
              (*same)[s].predictions[0][0].probabilities);
    EXPECT_EQ((*same)[s].predictions[0][0].probabilities,
              (*same)[s].predictions[1][0].probabilities);
  }
}

TEST(EvaluationTest, ScoresEveryModelForEveryGroup) {
  const auto evaluation = Evaluate(TwoHospitals(60), Small());
  ASSERT_THAT(evaluation, IsOk());
  const GroupScores& all = All(*evaluation);
  EXPECT_EQ(all.patients, 120);
  ASSERT_EQ(all.models.size(), 3U);
  EXPECT_EQ(all.models[0].model, "federated");
  EXPECT_EQ(all.models[1].model, "logistic_regression");
  EXPECT_EQ(all.models[2].model, "prior");
  const Measurement& auroc = all.models[1].metrics.front();
  ASSERT_TRUE(auroc.value && auroc.low && auroc.high);
  EXPECT_LT(*auroc.low, *auroc.value);
  EXPECT_GT(*auroc.high, *auroc.value);
  EXPECT_FALSE(auroc.deviation) << "of one seed";
  const OutcomeEvaluation& outcome = evaluation->outcomes.front();
  EXPECT_EQ(outcome.groupings.size(), 6U);
  const std::vector<GroupScores>& sites = outcome.groupings[1].groups;
  EXPECT_NEAR(*outcome.mean_of_sites[1].metrics[0].value,
              (*sites[0].models[1].metrics[0].value + *sites[1].models[1].metrics[0].value) / 2,
              1e-12);
  EXPECT_EQ(outcome.by_answers.groups.front().label, "0");
  EXPECT_EQ(outcome.reliability.size(), 3U);
}

TEST(EvaluationTest, MorePatientsKnowMoreAfterMoreAnswers) {
  const auto evaluation = Evaluate(TwoHospitals(150), Small());
  ASSERT_THAT(evaluation, IsOk());
  const GroupingScores& answers = evaluation->outcomes.front().by_answers;
  const auto auroc = [&](const GroupScores& group) { return *group.models[1].metrics[0].value; };
  EXPECT_GT(auroc(answers.groups.back()), auroc(answers.groups.front()) + 0.1);
  EXPECT_DOUBLE_EQ(auroc(answers.groups.back()), *All(*evaluation).models[1].metrics[0].value);
}

TEST(EvaluationTest, TellsNoCountBelowFive) {
  EvaluationOptions options = Small();
  options.resamples = 0;
  options.missingness = false;
  const auto evaluation = Evaluate(TwoHospitals(14), options);
  ASSERT_THAT(evaluation, IsOk());
  for (const GroupingScores& grouping : evaluation->outcomes.front().groupings) {
    for (const GroupScores& group : grouping.groups) {
      EXPECT_EQ(group.models.empty(), !group.patients.has_value());
      EXPECT_GE(group.patients.value_or(kFewest), kFewest);
      for (const std::optional<int>& count : group.by_class) {
        EXPECT_TRUE(!count || *count == 0 || *count >= kFewest);
      }
    }
  }
}

TEST(EvaluationTest, GivesTheSameOnAnyNumberOfThreads) {
  std::vector<std::string> jsons;
  for (const int threads : {1, 3}) {
    EvaluationOptions options = Small();
    options.threads = threads;
    options.seeds = {1, 2};
    auto evaluation = Evaluate(TwoHospitals(30), options);
    ASSERT_THAT(evaluation, IsOk());
    evaluation->seconds = 0;
    jsons.push_back(ToJson(*evaluation));
  }
  EXPECT_EQ(jsons[0], jsons[1]);
}

TEST(EvaluationTest, AuditsMissingnessAndTestsPairs) {
  EvaluationOptions options = Small();
  options.missingness = true;
  options.five_by_two = true;
  options.resamples = 0;
  const auto evaluation = Evaluate(TwoHospitals(60), options);
  ASSERT_THAT(evaluation, IsOk());
  ASSERT_TRUE(evaluation->missingness);
  EXPECT_EQ(evaluation->missingness->modules.size(), 13U);
  ASSERT_EQ(evaluation->missingness->flips.size(), 1U);
  EXPECT_EQ(evaluation->missingness->flips.front().scores.size(), 6U)
      << "three models, two maskings";
  EXPECT_EQ(evaluation->outcomes.front().paired.size(), 4U) << "two baselines, two scores";
  const auto json = nlohmann::json::parse(ToJson(*evaluation));
  EXPECT_EQ(json["format"], "consilium.evaluation/1");
  EXPECT_EQ(json["missingness"]["flips"][0]["auroc"].size(), 6U);
  const std::string html = page::ToHtml(ToPage(*evaluation));
  EXPECT_THAT(html, HasSubstr("What is missing"));
  EXPECT_THAT(html, HasSubstr("5x2 cv paired"));
  EXPECT_THAT(html, Not(HasSubstr("nan")));
}

TEST(EvaluationTest, RefusesASubgroupThatIsNoFeature) {
  EvaluationOptions options = Small();
  options.by = {"ag"};
  EXPECT_THAT(Evaluate(TwoHospitals(20), options),
              consilium::testing::StatusIs(StatusCode::kNotFound, HasSubstr("did you mean 'age'")));
}

}  // namespace
}  // namespace consilium::evaluation
