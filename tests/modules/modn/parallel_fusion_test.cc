#include "modules/modn/parallel_fusion.h"

#include <algorithm>

#include "gmock/gmock.h"
#include "modules/metrics/scores.h"
#include "modules/modn/class_shares.h"
#include "modules/modn/fusion_network.h"
#include "modules/modn/logistic_regression.h"
#include "tests/modules/modn/small_case.h"
#include "tests/support/gradient_check.h"
#include "tests/support/matchers.h"

namespace consilium::modn {
namespace {

using ::consilium::testing::ExpectGradient;
using ::consilium::testing::IsOk;
using ::consilium::testing::RandomExamples;
using ::consilium::testing::SmallArchitecture;
using ::consilium::testing::StatusIs;

class FusionNetworkTest : public ::testing::TestWithParam<std::vector<int>> {};

// Rows of random inputs, the constant 1 and zeros behind them.
template <typename Scalar>
AlignedVector<Scalar> RandomRows(const FusionNetwork<Scalar>& network, int inputs, int n) {
  Random random(4);
  AlignedVector<Scalar> x(static_cast<size_t>(n) * static_cast<size_t>(network.input_row()));
  for (int i = 0; i < n; ++i) {
    Scalar* row = &x[static_cast<size_t>(i * network.input_row())];
    for (int j = 0; j < inputs; ++j) row[j] = static_cast<Scalar>(random.Normal());
    row[inputs] = 1;
  }
  return x;
}

TEST_P(FusionNetworkTest, HasTheGradientOfItsLoss) {
  FusionNetwork<double> network(6, GetParam(), {2, 3});
  const AlignedVector<double> x = RandomRows(network, 6, 7);
  std::vector<double> parameters(network.size());
  network.Initialise(1, parameters);
  const std::vector<int32_t> labels = {0, 1, 1, -1, 0, 1, 0, 2, -1, 0, 1, -1, 2, 2};
  const auto loss = [&](std::span<const double> at) {
    std::vector<double> ignored(at.size());
    return network.AddGradient(at, 7, x.data(), labels, ignored);
  };
  std::vector<double> gradient(parameters.size());
  network.AddGradient(parameters, 7, x.data(), labels, gradient);
  ExpectGradient(loss, parameters, gradient);
}

TEST_P(FusionNetworkTest, IsTheSameInFloatWithEveryKernel) {
  FusionNetwork<double> exact(20, GetParam(), {2, 3});
  std::vector<double> exact_parameters(exact.size()), exact_gradient(exact.size());
  exact.Initialise(1, exact_parameters);
  std::vector<int32_t> labels;
  for (int i = 0; i < 80; ++i) labels.push_back(i % 4 == 3 ? -1 : i % 2);
  exact.AddGradient(exact_parameters, 40, RandomRows(exact, 20, 40).data(), labels, exact_gradient);
  for (const nn::Kernels<float>* kernels : nn::AvailableKernels()) {
    SCOPED_TRACE(kernels->name);
    FusionNetwork<float> network(20, GetParam(), {2, 3}, *kernels);
    std::vector<float> parameters(network.size()), gradient(network.size());
    network.Initialise(1, parameters);
    network.AddGradient(parameters, 40, RandomRows(network, 20, 40).data(), labels, gradient);
    for (size_t i = 0; i < gradient.size(); ++i) {
      ASSERT_NEAR(gradient[i], exact_gradient[i], 5e-6) << i;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Hidden, FusionNetworkTest,
                         ::testing::Values(std::vector<int>{}, std::vector<int>{5},
                                           std::vector<int>{17, 9}));

TEST(ParallelFusionTest, LearnsWhatALineCannot) {
  Architecture architecture;
  architecture.features = {{"x", 1}, {"y", 1}};
  architecture.outcomes = {{"same_sign", 2}};
  Examples examples = NoAnswers<float>(architecture, 600);
  Random random(3);
  for (size_t i = 0; i < 600; ++i) {
    for (auto& row : examples.values) row[i] = static_cast<float>(random.Normal());
    examples.labels[0][i] = examples.values[0][i] * examples.values[1][i] > 0 ? 1 : 0;
  }
  const auto model = ParallelFusion::Fit(architecture, examples, AllOf(600), {.seed = 2});
  ASSERT_THAT(model, IsOk());
  const auto p = model->Predict(examples, AllOf(600));
  EXPECT_GT(*metrics::Auroc({2, p[0], examples.labels[0]}), 0.97);
}

TEST(ParallelFusionTest, AgreesWithRegressionWhereThereIsNoHiddenLayer) {
  const Architecture architecture = SmallArchitecture();
  Examples examples = RandomExamples<float>(architecture, 200, 1);
  for (auto& labels : examples.labels) std::ranges::replace(labels, kUnknownLabel, 1);
  const auto network =
      ParallelFusion::Fit(architecture, examples, AllOf(200),
                          {.hidden = {}, .passes = 400, .learning_rate = 0.02, .batch = 200});
  ASSERT_THAT(network, IsOk());
  const auto p = network->Predict(examples, AllOf(200));
  for (size_t o = 0; o < 2; ++o) {
    const auto line = LogisticRegression::Fit(architecture, examples, AllOf(200),
                                              static_cast<int>(o), {.l2 = 1e-3});
    ASSERT_THAT(line, IsOk());
    const std::vector<float> expected = line->Predict(examples, AllOf(200));
    ASSERT_EQ(p[o].size(), expected.size());
    for (size_t i = 0; i < expected.size(); ++i) ASSERT_NEAR(p[o][i], expected[i], 0.02);
  }
}

TEST(ParallelFusionTest, ToldByIndicatorsSeesWhatIsMissing) {
  Architecture architecture;
  architecture.features = {{"x", 1}};
  architecture.outcomes = {{"y", 2}};
  Examples examples = NoAnswers<float>(architecture, 200);
  Random random(3);
  for (size_t i = 0; i < 200; ++i) {
    examples.labels[0][i] = static_cast<int>(i % 2);
    // The mean stands for what is missing, and it is 0: only an indicator tells.
    if (i % 2 == 0) examples.values[0][i] = i % 4 == 0 ? 1e-3f : -1e-3f;
  }
  const auto auroc = [&](bool indicators) {
    const auto model = ParallelFusion::Fit(
        architecture, examples, AllOf(200),
        {.hidden = {}, .indicators = indicators, .passes = 60, .learning_rate = 0.05});
    const auto p = model->Predict(examples, AllOf(200));
    return *metrics::Auroc({2, p[0], examples.labels[0]});
  };
  EXPECT_EQ(auroc(true), 1);
  EXPECT_NEAR(auroc(false), 0.5, 0.1);
}

TEST(ParallelFusionTest, TakesVectorsSeriesAndImages) {
  Architecture architecture;
  architecture.features = {{"vector", 3, Modality::kVector},
                           {"series", 2, Modality::kSeries},
                           {"image", 5, Modality::kImage, 4}};
  architecture.outcomes = {{"y", 2}};
  Examples examples = NoAnswers<float>(architecture, 200);
  examples.payloads.assign(3, {});
  Random random(3);
  for (size_t i = 0; i < 200; ++i) {
    examples.labels[0][i] = static_cast<int>(i % 2);
    const size_t steps = 1 + random.Below(4);
    const size_t sizes[] = {3, 2 * steps, 20};
    for (size_t f = 0; f < 3; ++f) {
      std::vector<float> numbers;
      for (size_t k = 0; k < sizes[f]; ++k) {
        numbers.push_back(static_cast<float>(random.Normal() + (i % 2 == 0 ? -0.8 : 0.8)));
      }
      if (i % 7 == f) numbers.clear();
      if (!numbers.empty()) examples.values[f][i] = f == 1 ? static_cast<float>(steps) : 1.0f;
      examples.payloads[f].Append(numbers);
    }
  }
  ASSERT_THAT(Validate(architecture, examples), IsOk());
  const StandardisedInputs inputs(architecture, examples, AllOf(200), true);
  EXPECT_EQ(inputs.size(), 3u + 4 + 20 + 3);
  const auto model = ParallelFusion::Fit(architecture, examples, AllOf(200), {});
  ASSERT_THAT(model, IsOk());
  const auto p = model->Predict(examples, AllOf(200));
  EXPECT_GT(*metrics::Auroc({2, p[0], examples.labels[0]}), 0.95);
}

TEST(ParallelFusionTest, GivesTheSameBitsAgain) {
  const Architecture architecture = SmallArchitecture();
  const Examples examples = RandomExamples<float>(architecture, 100, 1);
  const ParallelFusionOptions options{
      .passes = 3, .answer_dropout = 0.2, .masking = Masking::kClassEqualised};
  const auto once = ParallelFusion::Fit(architecture, examples, AllOf(100), options);
  const auto again = ParallelFusion::Fit(architecture, examples, AllOf(100), options);
  EXPECT_EQ(once->Predict(examples, AllOf(100)), again->Predict(examples, AllOf(100)));
}

TEST(ParallelFusionTest, NeedsALabelAndStopsWhenTold) {
  const Architecture architecture = SmallArchitecture();
  EXPECT_THAT(ParallelFusion::Fit(architecture, NoAnswers<float>(architecture, 3), AllOf(3), {}),
              StatusIs(StatusCode::kFailedPrecondition));
  EXPECT_THAT(ParallelFusion::Fit(architecture, RandomExamples<float>(architecture, 20, 1),
                                  AllOf(20), {}, [] { return true; }),
              StatusIs(StatusCode::kCancelled));
}

TEST(ParallelFusionTest, SaysWhenTrainingLeavesTheFiniteNumbers) {
  const Architecture architecture = SmallArchitecture();
  const Examples examples = RandomExamples<float>(architecture, 40, 1);
  EXPECT_THAT(
      ParallelFusion::Fit(architecture, examples, AllOf(40), {.passes = 30, .learning_rate = 1e30}),
      StatusIs(StatusCode::kInternal));
}

TEST(ClassSharesTest, AreTheFrequenciesOfTheClassesAndNeverZero) {
  const Architecture architecture = SmallArchitecture();
  Examples examples = NoAnswers<float>(architecture, 4);
  examples.labels[0] = {0, 0, 0, -1};
  EXPECT_EQ(ClassShares(architecture, examples, AllOf(4), 0),
            (std::vector<float>{3.5f / 4, 0.5f / 4}));
  EXPECT_THAT(ClassShares(architecture, examples, AllOf(4), 1),
              ::testing::Each(::testing::FloatEq(1.0f / 3)));
}

}  // namespace
}  // namespace consilium::modn
