// The part of the objective that trains feature decoders and asks questions twice.
#include <algorithm>
#include <cmath>

#include "gmock/gmock.h"
#include "modules/modn/evaluation.h"
#include "modules/modn/feature_decoding.h"
#include "modules/modn/objective.h"
#include "modules/modn/training.h"
#include "tests/modules/modn/small_case.h"
#include "tests/support/gradient_check.h"

namespace consilium::modn {
namespace {

using ::consilium::testing::ExpectGradient;
using ::consilium::testing::RandomExamples;
using ::consilium::testing::RandomParameters;
using ::consilium::testing::SmallArchitecture;

const std::vector<int> kOrder = {2, 0, 3, 1};
const std::vector<int> kAskedTwice = {2, 0, 3, 1, 3};

Architecture WithFeatureDecoders(int state = 5, int hidden = 7) {
  Architecture architecture = SmallArchitecture(state, hidden);
  architecture.feature_decoder_hidden = 3;
  return architecture;
}

class FeatureLossTest : public ::testing::TestWithParam<StepWeights> {
 protected:
  LossOptions Options(FeatureLossOptions features) const { return {GetParam(), 0.7, features}; }

  const Architecture architecture_ = WithFeatureDecoders();
  const BasicExamples<double> examples_ = RandomExamples<double>(architecture_, 9, 1);
  const std::vector<double> parameters_ = RandomParameters<double>(architecture_, 2);
  const std::vector<int> patients_ = {0, 8, 3, 4, 5, 7, 1};
};

TEST_P(FeatureLossTest, HasTheGradientOfItsLossWithEveryRowDecodedAndAQuestionAskedTwice) {
  std::vector<uint8_t> hidden(4 * patients_.size());
  hidden[0] = hidden[9] = hidden[15] = 1;
  const Batch batch{patients_, kAskedTwice, hidden, 1, 0};
  Objective<double> objective(
      architecture_, Options({.decoding = 0.8, .asked = 0.5, .decoded_rows = 0, .idempotence = 2}));
  const auto loss = [&](std::span<const double> at) {
    std::vector<double> ignored(at.size());
    return objective.AddGradient(at, examples_, batch, ignored).Total();
  };
  std::vector<double> gradient(parameters_.size());
  const Loss parts = objective.AddGradient(parameters_, examples_, batch, gradient);
  EXPECT_GT(parts.features, 0);
  ExpectGradient(loss, parameters_, gradient);
}

TEST_P(FeatureLossTest, DecodesDrawnRowsWithTheExpectationOfAll) {
  const auto loss = [&](int rows, uint64_t sample) {
    Objective<double> objective(architecture_, Options({.decoding = 1, .decoded_rows = rows}));
    std::vector<double> ignored(parameters_.size());
    return objective
        .AddGradient(parameters_, examples_, {patients_, kOrder, {}, 0, sample}, ignored)
        .features;
  };
  for (const int rows : {1, 2}) {
    double mean = 0;
    constexpr int kDraws = 4000;
    for (int draw = 0; draw < kDraws; ++draw) {
      mean += loss(rows, 1000 * static_cast<uint64_t>(draw)) / kDraws;
    }
    EXPECT_NEAR(mean, loss(0, 0), 0.01) << rows << " of each patient's rows";
  }
}

TEST_P(FeatureLossTest, LeavesTheOutcomesLossAsItIs) {
  std::vector<double> ignored(parameters_.size());
  const Loss without = Objective<double>(architecture_, Options({}))
                           .AddGradient(parameters_, examples_, {patients_, kOrder}, ignored);
  const Loss with =
      Objective<double>(architecture_, Options({.decoding = 1, .idempotence = 1}))
          .AddGradient(parameters_, examples_, {patients_, kAskedTwice, {}, 1, 3}, ignored);
  EXPECT_EQ(without.features, 0);
  EXPECT_GT(with.features, 0);
  EXPECT_DOUBLE_EQ(with.nll, without.nll);
  EXPECT_GT(with.state_change, without.state_change) << "asked twice, the state changes again";
}

TEST_P(FeatureLossTest, IsTheSameInFloatWithEveryKernel) {
  const Architecture architecture = WithFeatureDecoders(30, 32);
  const auto examples = RandomExamples<float>(architecture, 70, 1);
  const auto exact_examples = RandomExamples<double>(architecture, 70, 1);
  const std::vector<float> parameters = RandomParameters<float>(architecture, 2);
  const std::vector<double> exact_parameters(parameters.begin(), parameters.end());
  const std::vector<int> patients = AllOf(70);
  const Batch batch{patients, kAskedTwice, {}, 1, 5};
  const LossOptions options = Options({.decoding = 1, .decoded_rows = 2, .idempotence = 1});
  std::vector<double> exact(parameters.size());
  Objective<double>(architecture, options)
      .AddGradient(exact_parameters, exact_examples, batch, exact);
  for (const nn::Kernels<float>* kernels : nn::AvailableKernels()) {
    SCOPED_TRACE(kernels->name);
    std::vector<float> gradient(parameters.size());
    Objective<float>(architecture, options, *kernels)
        .AddGradient(parameters, examples, batch, gradient);
    for (size_t i = 0; i < exact.size(); ++i) ASSERT_NEAR(gradient[i], exact[i], 5e-6) << i;
  }
}

TEST_P(FeatureLossTest, IsFiniteWithoutAnyAnswer) {
  const auto nothing = NoAnswers<double>(architecture_, 3);
  std::vector<double> gradient(parameters_.size());
  const std::vector<int> patients = AllOf(3);
  Objective<double> objective(architecture_, Options({.decoding = 1, .idempotence = 1}));
  EXPECT_EQ(objective.AddGradient(parameters_, nothing, {patients, kAskedTwice, {}, 1, 0}, gradient)
                .Total(),
            0);
  EXPECT_THAT(gradient, ::testing::Each(0));
}

INSTANTIATE_TEST_SUITE_P(Weights, FeatureLossTest,
                         ::testing::Values(StepWeights::kEveryStep, StepWeights::kOwnSteps),
                         [](const auto& test) {
                           return test.param == StepWeights::kOwnSteps ? "OwnSteps" : "EveryStep";
                         });

// x0 is the mean of x1, with little noise; x1 is at random. The outcome is x0 > 0.
Examples Correlated(const Architecture& architecture, int patients) {
  Random random(7);
  Examples examples = NoAnswers<float>(architecture, patients);
  for (size_t i = 0; i < static_cast<size_t>(patients); ++i) {
    const double x = random.Normal();
    examples.values[0][i] = static_cast<float>(x);
    examples.values[1][i] = static_cast<float>(0.9 * x + 0.3 * random.Normal());
    examples.labels[0][i] = x > 0 ? 1 : 0;
  }
  return examples;
}

class FeatureTrainingTest : public ::testing::Test {
 protected:
  FeatureTrainingTest() {
    architecture_.state = 12;
    architecture_.hidden = 16;
    architecture_.feature_decoder_hidden = 10;
    architecture_.features = {{"x0", 1}, {"x1", 1}};
    architecture_.outcomes = {{"positive", 2}};
    examples_ = Correlated(architecture_, 300);
  }

  std::vector<float> Train(FeatureLossOptions features) {
    const LossOptions options{.features = features};
    Objective<float> objective(architecture_, options);
    const auto optimiser = optim::NewAdam({}, objective.layout().size());
    std::vector<float> parameters(objective.layout().size());
    Initialise<float>(architecture_, objective.layout(), 1, parameters);
    TrainingPass pass(architecture_, examples_, objective, *optimiser,
                      {.repeat_question = features.idempotence > 0});
    const std::vector<int> patients = AllOf(examples_.patients);
    for (uint64_t epoch = 0; epoch < 80; ++epoch) {
      pass.Run(patients, 1, epoch, 5e-3, {}, parameters);
    }
    return parameters;
  }

  // What the decoder of feature `f` says after the answers of `order` of patient `i`.
  std::pair<double, double> Decode(const std::vector<float>& parameters, int f,
                                   const std::vector<int>& order, int i) {
    const std::vector<int> patients = {i};
    const auto reading = ReadAtEnd<float>(architecture_, parameters, examples_, {patients, order});
    PackedFeatureDecoders<float> decoders(architecture_);
    decoders.Load(MakeLayout(architecture_), parameters);
    FeatureDecoding<float> decoding(architecture_, nn::BestKernels<float>());
    decoding.PrepareStates(1);
    std::copy(reading.states.begin(), reading.states.end(), decoding.State(0));
    decoding.State(0)[architecture_.state] = 1;
    decoding.Forward(decoders);
    return {decoding.outputs(2 * f)[0], std::exp(decoding.outputs(2 * f + 1)[0])};
  }

  Architecture architecture_;
  Examples examples_;
};

TEST_F(FeatureTrainingTest, LearnsWhatOneAnswerSaysOfAnother) {
  const std::vector<float> parameters = Train({.decoding = 1});
  double error = 0, sigma = 0;
  for (int i = 0; i < 100; ++i) {
    const auto [mean, deviation] = Decode(parameters, 1, {0}, i);
    const double x0 = static_cast<double>(examples_.values[0][static_cast<size_t>(i)]);
    error += std::abs(mean - 0.9 * x0) / 100;
    sigma += deviation / 100;
  }
  EXPECT_LT(error, 0.15) << "the mean follows the other answer";
  EXPECT_NEAR(sigma, 0.3, 0.1) << "and the deviation is that of the noise";
  const auto [mean, deviation] = Decode(parameters, 1, {}, 0);
  EXPECT_NEAR(mean, 0, 0.25) << "before any answer it is that of all patients";
  EXPECT_NEAR(deviation, 0.95, 0.25);
}

TEST_F(FeatureTrainingTest, IdempotenceMakesTheSameAnswerTwiceSayNothingNew) {
  const auto change = [&](const std::vector<float>& parameters) {
    const std::vector<int> patients = AllOf(100), once = {0, 1}, twice = {0, 1, 0};
    const auto a = ReadAtEnd<float>(architecture_, parameters, examples_, {patients, once});
    const auto b = ReadAtEnd<float>(architecture_, parameters, examples_, {patients, twice});
    double sum = 0;
    for (size_t i = 0; i < a.states.size(); ++i) {
      sum += std::pow(static_cast<double>(b.states[i] - a.states[i]), 2);
    }
    return sum;
  };
  EXPECT_LT(change(Train({.idempotence = 5})), 0.5 * change(Train({})));
}

}  // namespace
}  // namespace consilium::modn
