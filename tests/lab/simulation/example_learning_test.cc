// Do the examples' plans reach on real data what docs/results.md says? One seed each, with a margin
// for its luck; skipped without the data.
#include <filesystem>
#include <iostream>
#include <map>

#include "fmt/format.h"
#include "gtest/gtest.h"
#include "lab/simulation/simulate.h"

namespace consilium::simulation {
namespace {

namespace fs = std::filesystem;

const fs::path kSource = CONSILIUM_SOURCE_DIR;

std::map<std::string, training::Scores> ByModel(
    const std::vector<training::OutcomeScores>& outcomes) {
  std::map<std::string, training::Scores> scores;
  for (const training::ModelReport& model : outcomes.front().models) {
    scores[model.model] = model.scores;
    std::cout << fmt::format("{:<28} AUROC {:.4f}  macro-F1 {:.4f}  ECE {:.4f}\n", model.model,
                             model.scores.auroc.value(), model.scores.macro_f1.value(),
                             model.scores.ece.value());
  }
  return scores;
}

TEST(ExampleLearningTest, OnFourUnitsTheFederatedModelBeatsRegressionOnPooledData) {
  if (!fs::exists(kSource / "../shared/data/icu2012")) GTEST_SKIP() << "no data";
  const auto result = SimulatePlanFile(kSource / "examples/icu/simulation.toml", 2);
  ASSERT_TRUE(result.ok()) << result.status();
  auto mean = ByModel(result->mean);
  EXPECT_GE(mean["federated"].auroc.value(),
            mean["pooled_logistic_regression"].auroc.value() + 0.01);
  EXPECT_GE(mean["federated"].auroc.value(), mean["local"].auroc.value() + 0.01);
}

TEST(ExampleLearningTest, On186HospitalsTheFederatedModelBeatsTheirOwn) {
  if (!fs::exists(kSource / "../shared/data/eicu")) GTEST_SKIP() << "no data";
  const auto result = SimulatePlanFile(kSource / "examples/eicu/simulation.toml", 2);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->sites.size(), 186u);
  auto all = ByModel(result->pooled);
  EXPECT_GE(all["federated"].auroc.value(), all["local"].auroc.value() + 0.05);
  EXPECT_GE(all["federated"].auroc.value(), all["logistic_regression"].auroc.value() + 0.05);
  auto beside = ByModel(result->beside_reference);
  EXPECT_GT(beside["reference"].auroc.value(), 0.8);
}

TEST(ExampleLearningTest, AtFourHospitalsAnOwnInterceptGivesBetterDecisions) {
  if (!fs::exists(kSource / "../shared/data/heart")) GTEST_SKIP() << "no data";
  const auto result = SimulatePlanFile(kSource / "examples/heart/simulation.toml", 2);
  ASSERT_TRUE(result.ok()) << result.status();
  auto mean = ByModel(result->mean);
  EXPECT_GE(mean["federated"].auroc.value(), 0.81);
  EXPECT_GE(mean["own_intercept"].macro_f1.value(), mean["federated"].macro_f1.value());
}

}  // namespace
}  // namespace consilium::simulation
