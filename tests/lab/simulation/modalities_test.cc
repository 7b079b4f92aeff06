#include "tests/server/data/modalities.h"

#include <cmath>

#include "gmock/gmock.h"
#include "lab/simulation/simulate.h"
#include "server/data/synthetic.h"
#include "tests/support/matchers.h"

namespace consilium::simulation {
namespace {

using testing::IsOk;

std::vector<SimulatedSite> SyntheticSites(const data::Schema& schema) {
  std::vector<SimulatedSite> sites;
  sites.push_back({"a", data::Synthesise(schema, {"a", 60, 0.5, {{"labs", 0.3}}}, 1),
                   data::EmptyCohort(schema)});
  sites.push_back({"b", data::Synthesise(schema, {"b", 50, 0.4, {{"vitals", 1}, {"age", 0.5}}}, 1),
                   data::EmptyCohort(schema)});
  sites.push_back(
      {"c", data::Synthesise(schema, {"c", 8, 0.5, {{"scan", 1}}}, 1), data::EmptyCohort(schema)});
  return sites;
}

constexpr char kPlan[] =
    "[run]\nsites = ['a', 'b', 'c']\nrounds = 4\n[schedule]\nkind = 'relay_sum'\n"
    "[training]\nlearning_rate = 0.01\n[evaluation]\n"
    "baselines = ['local', 'logistic_regression', 'pooled']\n";

// Site b has no series, site c no image: each learns what it holds.
TEST(SimulateModalitiesTest, TrainsOnVectorsSeriesImagesAndNumbersTogether) {
  const data::Schema schema = data::ModalitiesSchema();
  const auto result = Simulate(schema, kPlan, SyntheticSites(schema), 2);
  ASSERT_THAT(result, IsOk());
  ASSERT_EQ(result->sites.size(), 3u);
  for (const auto& site : result->sites) {
    for (const training::ModelReport& model : site.outcomes[0].models) {
      EXPECT_TRUE(std::isfinite(model.scores.nll.value_or(0))) << model.model;
    }
  }
}

TEST(SimulateModalitiesTest, TheResultDoesNotDependOnTheNumberOfThreads) {
  const data::Schema schema = data::ModalitiesSchema();
  const auto one = Simulate(schema, kPlan, SyntheticSites(schema), 1);
  const auto three = Simulate(schema, kPlan, SyntheticSites(schema), 3);
  ASSERT_THAT(one, IsOk());
  ASSERT_THAT(three, IsOk());
  EXPECT_EQ(one->model_digests, three->model_digests);
}

TEST(SimulateModalitiesTest, CrossValidatesAndPools) {
  const data::Schema schema = data::ModalitiesSchema();
  const std::string plan = std::string(kPlan) + "folds = 2\n";
  const auto result = Simulate(schema, plan, SyntheticSites(schema), 2);
  ASSERT_THAT(result, IsOk());
  EXPECT_EQ(result->sites[0].held_out_patients, 60);
}

}  // namespace
}  // namespace consilium::simulation
