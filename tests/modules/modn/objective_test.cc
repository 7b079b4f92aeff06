#include "modules/modn/objective.h"

#include <thread>

#include "gmock/gmock.h"
#include "tests/modules/modn/small_case.h"
#include "tests/support/gradient_check.h"

namespace consilium::modn {
namespace {

using ::consilium::testing::ExpectGradient;
using ::consilium::testing::RandomExamples;
using ::consilium::testing::RandomParameters;
using ::consilium::testing::SmallArchitecture;

const std::vector<int> kOrder = {2, 0, 3, 1};

class ObjectiveTest : public ::testing::TestWithParam<StepWeights> {};

TEST_P(ObjectiveTest, HasTheGradientOfItsLoss) {
  const Architecture architecture = SmallArchitecture();
  const auto examples = RandomExamples<double>(architecture, 9, 1);
  const std::vector<double> parameters = RandomParameters<double>(architecture, 2);
  const std::vector<int> patients = {0, 8, 3, 4, 5, 7, 1};
  Objective<double> objective(architecture, {GetParam(), 0.7});
  const auto loss = [&](std::span<const double> at) {
    std::vector<double> ignored(at.size());
    return objective.AddGradient(at, examples, {patients, kOrder}, ignored).Total();
  };
  std::vector<double> gradient(parameters.size());
  objective.AddGradient(parameters, examples, {patients, kOrder}, gradient);
  ExpectGradient(loss, parameters, gradient);
}

TEST_P(ObjectiveTest, IsTheSameInFloatWithEveryKernel) {
  const Architecture architecture = SmallArchitecture(30, 32);
  const auto examples = RandomExamples<float>(architecture, 70, 1);
  const auto exact_examples = RandomExamples<double>(architecture, 70, 1);
  const std::vector<float> parameters = RandomParameters<float>(architecture, 2);
  const std::vector<double> exact_parameters(parameters.begin(), parameters.end());
  const std::vector<int> patients = AllOf(70);
  std::vector<double> exact(parameters.size());
  const Loss exact_loss =
      Objective<double>(architecture, {GetParam(), 0.7})
          .AddGradient(exact_parameters, exact_examples, {patients, kOrder}, exact);
  for (const nn::Kernels<float>* kernels : nn::AvailableKernels()) {
    SCOPED_TRACE(kernels->name);
    std::vector<float> gradient(parameters.size());
    const Loss loss = Objective<float>(architecture, {GetParam(), 0.7}, *kernels)
                          .AddGradient(parameters, examples, {patients, kOrder}, gradient);
    EXPECT_NEAR(loss.Total(), exact_loss.Total(), 1e-5);
    for (size_t i = 0; i < exact.size(); ++i) ASSERT_NEAR(gradient[i], exact[i], 2e-6) << i;
  }
}

TEST_P(ObjectiveTest, GivesTheSameBitsWhateverTheNumberOfThreads) {
  const Architecture architecture = SmallArchitecture(30, 32);
  const auto examples = RandomExamples<float>(architecture, 500, 1);
  const std::vector<float> parameters = RandomParameters<float>(architecture, 2);
  const std::vector<int> patients = AllOf(500);
  std::vector<float> serial(parameters.size());
  Objective<float> objective(architecture, {GetParam(), 0.7});
  const Loss loss = objective.AddGradient(parameters, examples, {patients, kOrder}, serial);
  for (const int width : {2, 3, 8}) {
    nn::Parallel parallel{width, [](int count, const std::function<void(int)>& task) {
                            std::vector<std::jthread> threads;
                            for (int i = 0; i < count; ++i) threads.emplace_back(task, i);
                          }};
    std::vector<float> gradient(parameters.size());
    const Loss same =
        objective.AddGradient(parameters, examples, {patients, kOrder}, gradient, parallel);
    EXPECT_EQ(gradient, serial) << width;
    EXPECT_EQ(same.Total(), loss.Total()) << width;
  }
}

TEST_P(ObjectiveTest, AddsToTheGradientItIsGiven) {
  const Architecture architecture = SmallArchitecture();
  const auto examples = RandomExamples<double>(architecture, 5, 1);
  const std::vector<double> parameters = RandomParameters<double>(architecture, 2);
  const std::vector<int> patients = AllOf(5);
  Objective<double> objective(architecture, {GetParam(), 0.7});
  std::vector<double> once(parameters.size()), twice(parameters.size());
  objective.AddGradient(parameters, examples, {patients, kOrder}, once);
  objective.AddGradient(parameters, examples, {patients, kOrder}, twice);
  objective.AddGradient(parameters, examples, {patients, kOrder}, twice);
  for (size_t i = 0; i < once.size(); ++i) ASSERT_DOUBLE_EQ(twice[i], 2 * once[i]);
}

TEST_P(ObjectiveTest, TreatsAHiddenAnswerAsMissing) {
  const Architecture architecture = SmallArchitecture();
  auto examples = RandomExamples<double>(architecture, 5, 1);
  const std::vector<double> parameters = RandomParameters<double>(architecture, 2);
  const std::vector<int> patients = {4, 2, 0};
  std::vector<uint8_t> hidden(4 * 3);
  hidden[0 * 3 + 1] = hidden[3 * 3 + 2] = 1;  // age of patient 2, chol of patient 0
  std::vector<double> gradient(parameters.size()), expected(parameters.size());
  Objective<double> objective(architecture, {GetParam(), 0.7});
  objective.AddGradient(parameters, examples, {patients, kOrder, hidden}, gradient);
  examples.values[0][2] = examples.values[3][0] = NAN;
  objective.AddGradient(parameters, examples, {patients, kOrder}, expected);
  EXPECT_EQ(gradient, expected);
}

TEST_P(ObjectiveTest, IsFiniteWithoutAnyAnswerOrLabel) {
  const Architecture architecture = SmallArchitecture();
  const auto examples = NoAnswers<double>(architecture, 3);
  const std::vector<double> parameters = RandomParameters<double>(architecture, 2);
  std::vector<double> gradient(parameters.size());
  Objective<double> objective(architecture, {GetParam(), 0.7});
  const std::vector<int> patients = AllOf(3);
  EXPECT_EQ(objective.AddGradient(parameters, examples, {patients, kOrder}, gradient).Total(), 0);
  EXPECT_THAT(gradient, ::testing::Each(0));
  EXPECT_EQ(objective.AddGradient(parameters, examples, {{}, kOrder}, gradient).Total(), 0);
}

INSTANTIATE_TEST_SUITE_P(Weights, ObjectiveTest,
                         ::testing::Values(StepWeights::kEveryStep, StepWeights::kOwnSteps),
                         [](const auto& test) {
                           return test.param == StepWeights::kOwnSteps ? "OwnSteps" : "EveryStep";
                         });

TEST(OwnStepsTest, WeighEveryPatientTheSameWhateverTheNumberOfAnswers) {
  const Architecture architecture = SmallArchitecture();
  auto examples = NoAnswers<double>(architecture, 2);
  examples.labels[0] = {0, 1};
  for (size_t f = 0; f < 4; ++f) examples.values[f][0] = 0;
  // With decoders at zero every reading has the NLL log 2, so the mean over patients has too.
  std::vector<double> parameters = RandomParameters<double>(architecture, 2);
  const nn::Layout layout = MakeLayout(architecture);
  for (double& p :
       nn::Slice<double>(parameters, layout.module_block(DecoderModule(architecture, 0)))) {
    p = 0;
  }
  std::vector<double> gradient(parameters.size());
  const std::vector<int> patients = {0, 1};
  Objective<double> objective(architecture, {StepWeights::kOwnSteps, 0});
  EXPECT_NEAR(objective.AddGradient(parameters, examples, {patients, kOrder}, gradient).nll,
              std::log(2), 1e-12);
}

}  // namespace
}  // namespace consilium::modn
