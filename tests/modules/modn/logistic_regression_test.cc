#include "modules/modn/logistic_regression.h"

#include <cmath>

#include "gmock/gmock.h"
#include "tests/modules/modn/small_case.h"
#include "tests/support/matchers.h"

namespace consilium::modn {
namespace {

using ::consilium::testing::IsOk;
using ::consilium::testing::RandomExamples;
using ::consilium::testing::SmallArchitecture;
using ::consilium::testing::StatusIs;

TEST(LogisticRegressionTest, PredictsTheSharesWhereNothingIsKnown) {
  const Architecture architecture = SmallArchitecture();
  Examples examples = NoAnswers<float>(architecture, 8);
  examples.labels[1] = {0, 0, 0, 0, 1, 1, 2, -1};
  const auto model = LogisticRegression::Fit(architecture, examples, AllOf(8), 1);
  ASSERT_THAT(model, IsOk());
  const std::vector<float> p = model->Predict(examples, std::vector<int>{7});
  EXPECT_NEAR(p[0], 4.0 / 7, 1e-4);
  EXPECT_NEAR(p[1], 2.0 / 7, 1e-4);
  EXPECT_NEAR(p[2], 1.0 / 7, 1e-4);
}

TEST(LogisticRegressionTest, FindsTheOptimumOfOneInput) {
  Architecture architecture;
  architecture.features = {{"x", 1}};
  architecture.outcomes = {{"y", 2}};
  Examples examples = NoAnswers<float>(architecture, 4);
  examples.values[0] = {-1, -1, 1, 1};
  examples.labels[0] = {0, 0, 1, 1};
  // Already standardised. By symmetry the intercept is 0; w solves 4 sigma(-w) = l2 w.
  const auto model = LogisticRegression::Fit(architecture, examples, AllOf(4), 0, {.l2 = 0.5});
  ASSERT_THAT(model, IsOk());
  const double p = model->Predict(examples, std::vector<int>{2})[1];
  const double w = std::log(p / (1 - p));
  EXPECT_NEAR(4 / (1 + std::exp(w)), 0.5 * w, 1e-4);
}

TEST(LogisticRegressionTest, PutsTheMeanWhereAValueIsMissing) {
  Architecture architecture;
  architecture.features = {{"x", 1}};
  architecture.outcomes = {{"y", 2}};
  Examples examples = NoAnswers<float>(architecture, 5);
  examples.values[0] = {0, 2, 4, 6, NAN};
  examples.labels[0] = {0, 0, 1, 1, -1};
  const auto model = LogisticRegression::Fit(architecture, examples, AllOf(5), 0);
  ASSERT_THAT(model, IsOk());
  EXPECT_NEAR(model->Predict(examples, std::vector<int>{4})[1], 0.5, 1e-4);
}

TEST(LogisticRegressionTest, GivesProbabilitiesOfEveryClass) {
  const Architecture architecture = SmallArchitecture();
  const Examples examples = RandomExamples<float>(architecture, 60, 1);
  const auto model = LogisticRegression::Fit(architecture, examples, AllOf(60), 1);
  ASSERT_THAT(model, IsOk());
  const std::vector<float> p = model->Predict(examples, AllOf(60));
  ASSERT_EQ(p.size(), 180u);
  for (size_t i = 0; i < p.size(); i += 3) EXPECT_NEAR(p[i] + p[i + 1] + p[i + 2], 1, 1e-5);
}

TEST(LogisticRegressionTest, StaysFiniteWithOneClassOnly) {
  const Architecture architecture = SmallArchitecture();
  Examples examples = RandomExamples<float>(architecture, 20, 1);
  examples.labels[0].assign(20, 1);
  const auto model = LogisticRegression::Fit(architecture, examples, AllOf(20), 0);
  ASSERT_THAT(model, IsOk());
  for (const float p : model->Predict(examples, AllOf(20))) EXPECT_TRUE(std::isfinite(p));
}

TEST(LogisticRegressionTest, NeedsALabel) {
  const Architecture architecture = SmallArchitecture();
  EXPECT_THAT(LogisticRegression::Fit(architecture, NoAnswers<float>(architecture, 3), AllOf(3), 0),
              StatusIs(StatusCode::kFailedPrecondition));
}

}  // namespace
}  // namespace consilium::modn
