#include <cmath>
#include <ostream>

#include "gmock/gmock.h"
#include "modules/modn/evaluation.h"
#include "modules/modn/objective.h"
#include "modules/modn/predictor.h"
#include "tests/modules/modn/small_case.h"
#include "tests/support/gradient_check.h"

namespace consilium::modn {
namespace {

using ::consilium::testing::ExpectGradient;
using ::consilium::testing::RandomExamples;
using ::consilium::testing::RandomParameters;

struct Kind {
  const char* name;
  FeatureShape feature;
};

void PrintTo(const Kind& kind, std::ostream* out) { *out << kind.name; }

FeatureShape Shape(Modality modality, int width, EncoderShape encoder, int height = 0) {
  return {"x", width, modality, height, std::move(encoder)};
}

// Every kind of encoder with the state at the last and, where it can, the first layer.
std::vector<Kind> AllKinds() {
  using enum EncoderKind;
  const auto series = [](EncoderKind kind, bool first, bool residual) {
    return Shape(Modality::kSeries, 3, {kind, {4}, first, residual});
  };
  return {
      {"MlpLast", Shape(Modality::kVector, 3, {kMlp, {6}, false, true})},
      {"MlpFirst", Shape(Modality::kVector, 3, {kMlp, {6}, true, true})},
      {"MlpDeepLastPlain", Shape(Modality::kVector, 2, {kMlp, {6, 5, 4}, false, false})},
      {"MlpWithoutHidden", Shape(Modality::kVector, 3, {kMlp, {0}, false, true})},
      {"MlpDeepFirstPlain", Shape(Modality::kVector, 2, {kMlp, {6, 5}, true, false})},
      {"ElmanLast", series(kElman, false, true)},
      {"ElmanFirst", series(kElman, true, true)},
      {"GruLast", series(kGru, false, true)},
      {"GruFirstPlain", series(kGru, true, false)},
      {"LstmLastPlain", series(kLstm, false, false)},
      {"LstmFirst", series(kLstm, true, true)},
      {"Convolution", Shape(Modality::kImage, 4, {kConvolution, {3}, false, true}, 5)},
      {"ConvolutionPlain", Shape(Modality::kImage, 5, {kConvolution, {2}, false, false}, 2)},
  };
}

// Two features of the kind among answers, outcomes of classes and of numbers, linear and deep.
Architecture MixedArchitecture(const FeatureShape& feature, int state = 5) {
  Architecture architecture;
  architecture.state = state;
  architecture.hidden = 7;
  architecture.features = {{"age", 1}, feature, {"pain", 3}, feature};
  architecture.features[3].key = "y";
  architecture.outcomes = {{"disease", 2}, {"stay", 0, 4}, {"severity", 3, 6}, {"cost", 0}};
  return architecture;
}

const std::vector<int> kOrder = {1, 2, 3, 0};

class EncodersTest : public ::testing::TestWithParam<Kind> {
 protected:
  const Architecture architecture_ = MixedArchitecture(GetParam().feature);
};

TEST_P(EncodersTest, HaveTheGradientOfTheLoss) {
  ASSERT_TRUE(Validate(architecture_).ok()) << Validate(architecture_);
  const auto examples = RandomExamples<double>(architecture_, 6, 1);
  ASSERT_TRUE(Validate(architecture_, examples).ok()) << Validate(architecture_, examples);
  const std::vector<double> parameters = RandomParameters<double>(architecture_, 2);
  const std::vector<int> patients = {0, 3, 4, 5, 1};
  for (const StepWeights steps :
       {StepWeights::kEveryStep, StepWeights::kOwnSteps, StepWeights::kFixedShare}) {
    Objective<double> objective(architecture_, {steps, 0.7, {}, 1.3});
    const auto loss = [&](std::span<const double> at) {
      std::vector<double> ignored(at.size());
      return objective.AddGradient(at, examples, {patients, kOrder}, ignored).Total();
    };
    std::vector<double> gradient(parameters.size());
    objective.AddGradient(parameters, examples, {patients, kOrder}, gradient);
    ExpectGradient(loss, parameters, gradient);
  }
}

TEST_P(EncodersTest, HaveTheGradientWhenPatientsHaveTheirOwnOrders) {
  const auto examples = RandomExamples<double>(architecture_, 5, 3);
  const std::vector<double> parameters = RandomParameters<double>(architecture_, 2);
  const std::vector<int> patients = {0, 3, 4, 1};
  const std::vector<int> own = {1, 2, 3, 0, 0, 1, 2, 3, 3, -1, 1, 0, 1, 0, 3, 2};
  Objective<double> objective(architecture_, {StepWeights::kOwnSteps, 0.7});
  const Batch batch = {.patients = patients, .order = kOrder, .own_orders = own};
  const auto loss = [&](std::span<const double> at) {
    std::vector<double> ignored(at.size());
    return objective.AddGradient(at, examples, batch, ignored).Total();
  };
  std::vector<double> gradient(parameters.size());
  objective.AddGradient(parameters, examples, batch, gradient);
  ExpectGradient(loss, parameters, gradient);
}

// Bit for bit: what others in the batch have, and in which order they are asked, does not matter.
TEST_P(EncodersTest, GiveAPatientTheSameWhoeverElseIsInTheBatch) {
  const auto examples = RandomExamples<float>(architecture_, 40, 1);
  const std::vector<float> parameters = RandomParameters<float>(architecture_, 2);
  const std::vector<int> all = AllOf(40);
  std::vector<int> own;
  for (int i = 0; i < 40; ++i) {
    std::vector<int> order = kOrder;
    std::rotate(order.begin(), order.begin() + i % 4, order.end());
    own.insert(own.end(), order.begin(), order.end());
  }
  const auto together = ReadEveryStep<float>(architecture_, parameters, examples,
                                             {.patients = all, .order = kOrder, .own_orders = own});
  for (int i = 0; i < 40; ++i) {
    const std::vector<int> one = {i};
    const std::vector<int> order(own.begin() + 4 * i, own.begin() + 4 * i + 4);
    const auto alone = ReadEveryStep<float>(architecture_, parameters, examples, {one, order});
    for (size_t t = 0; t < alone.size(); ++t) {
      const auto state = static_cast<size_t>(architecture_.state);
      const std::span<const float> with_others =
          std::span(together[t].states).subspan(static_cast<size_t>(i) * state, state);
      ASSERT_THAT(with_others, ::testing::ElementsAreArray(alone[t].states)) << i << " " << t;
    }
  }
}

// A copy of the network without feature `dropped`, with the same parameters.
std::vector<float> Without(const Architecture& architecture, int dropped,
                           const std::vector<float>& parameters, Architecture& rest) {
  rest = architecture;
  rest.features.erase(rest.features.begin() + dropped);
  const nn::Layout from = MakeLayout(architecture), to = MakeLayout(rest);
  std::vector<float> kept(to.size());
  for (size_t m = 0; m < to.modules().size(); ++m) {
    const auto part =
        nn::Slice<const float>(parameters, from.module_block(from.Find(to.modules()[m].id)));
    std::copy(part.begin(), part.end(),
              kept.begin() + static_cast<ptrdiff_t>(to.module_block(static_cast<int>(m)).offset));
  }
  return kept;
}

// docs/papers.md, MultiModN: for every patient of a batch by itself, of whom some have it.
TEST_P(EncodersTest, SkippingOneEqualsANetworkWithoutIt) {
  const auto examples = RandomExamples<float>(architecture_, 30, 4);
  const std::vector<float> parameters = RandomParameters<float>(architecture_, 2);
  Architecture rest;
  const std::vector<float> kept = Without(architecture_, 3, parameters, rest);
  BasicExamples<float> seen = examples;
  seen.values.erase(seen.values.begin() + 3);
  seen.payloads.erase(seen.payloads.begin() + 3);
  const std::vector<int> all = AllOf(30), order = {1, 2, 0};
  const auto whole = ReadAtEnd<float>(architecture_, parameters, examples, {all, kOrder});
  const auto less = ReadAtEnd<float>(rest, kept, seen, {all, order});
  int skipped = 0;
  for (size_t i = 0; i < 30; ++i) {
    if (!std::isnan(examples.values[3][i])) continue;
    ++skipped;
    for (size_t j = 0; j < 5; ++j) ASSERT_EQ(whole.states[i * 5 + j], less.states[i * 5 + j]);
    for (size_t c = 0; c < 2; ++c) {
      ASSERT_EQ(whole.probabilities[1][i * 2 + c], less.probabilities[1][i * 2 + c]);
    }
  }
  EXPECT_GT(skipped, 3);
  EXPECT_LT(skipped, 27);
}

TEST_P(EncodersTest, GiveAStateThatDependsOnlyOnWhatWasAsked) {
  auto examples = RandomExamples<float>(architecture_, 20, 5);
  const std::vector<float> parameters = RandomParameters<float>(architecture_, 2);
  const std::vector<int> all = AllOf(20);
  const auto before = ReadEveryStep<float>(architecture_, parameters, examples, {all, kOrder});
  // Everything asked from the third question on changes: values, payloads, parameters.
  std::vector<float> changed = parameters;
  const nn::Layout layout = MakeLayout(architecture_);
  for (const int feature : {3, 0}) {
    for (float& p : nn::Slice<float>(changed, layout.module_block(EncoderModule(feature)))) p += 1;
  }
  for (float& number : examples.payloads[3].numbers) number = -number;
  const auto after = ReadEveryStep<float>(architecture_, changed, examples, {all, kOrder});
  for (size_t t = 0; t <= 2; ++t) EXPECT_EQ(before[t].states, after[t].states) << t;
  EXPECT_NE(before[3].states, after[3].states);
}

TEST_P(EncodersTest, PredictInAConsultationWhatTheyDoInABatch) {
  const auto examples = RandomExamples<float>(architecture_, 12, 6);
  const std::vector<float> parameters = RandomParameters<float>(architecture_, 2);
  const auto predictor = Predictor::Create(architecture_, parameters);
  ASSERT_TRUE(predictor.ok());
  const std::vector<int> all = AllOf(12);
  const auto expected = ReadAtEnd<float>(architecture_, parameters, examples, {all, kOrder});
  for (int i = 0; i < 12; ++i) {
    PatientState patient = predictor->Begin();
    for (const int f : kOrder) {
      const float value = examples.values[static_cast<size_t>(f)][static_cast<size_t>(i)];
      if (std::isnan(value)) continue;
      if (architecture_.features[static_cast<size_t>(f)].modality == Modality::kAnswer) {
        predictor->Observe(f, value, patient);
      } else {
        predictor->Observe(f, examples.payloads[static_cast<size_t>(f)][i], patient);
      }
    }
    for (int o = 0; o < 4; ++o) {
      const auto got = predictor->Probabilities(patient, o);
      for (size_t c = 0; c < got.size(); ++c) {
        ASSERT_NEAR(
            got[c],
            expected.probabilities[static_cast<size_t>(o)][static_cast<size_t>(i) * got.size() + c],
            1e-5);
      }
    }
  }
}

TEST_P(EncodersTest, AreTheSameInFloatWithEveryKernel) {
  FeatureShape feature = GetParam().feature;
  if (feature.encoder.hidden.back() > 0) feature.encoder.hidden.back() = 16;
  const Architecture architecture = MixedArchitecture(feature, 30);
  const auto examples = RandomExamples<float>(architecture, 70, 1);
  const auto exact_examples = RandomExamples<double>(architecture, 70, 1);
  const std::vector<float> parameters = RandomParameters<float>(architecture, 2);
  const std::vector<double> exact_parameters(parameters.begin(), parameters.end());
  const std::vector<int> patients = AllOf(70);
  const LossOptions options = {StepWeights::kOwnSteps, 0.7};
  std::vector<double> exact(parameters.size());
  const double exact_loss =
      Objective<double>(architecture, options)
          .AddGradient(exact_parameters, exact_examples, {patients, kOrder}, exact)
          .Total();
  for (const nn::Kernels<float>* kernels : nn::AvailableKernels()) {
    SCOPED_TRACE(kernels->name);
    std::vector<float> gradient(parameters.size());
    const Loss loss = Objective<float>(architecture, options, *kernels)
                          .AddGradient(parameters, examples, {patients, kOrder}, gradient);
    EXPECT_NEAR(loss.Total(), exact_loss, 2e-5 * std::max(1.0, std::abs(exact_loss)));
    for (size_t i = 0; i < exact.size(); ++i) {
      ASSERT_NEAR(gradient[i], exact[i], 1e-5 * std::max(1.0, std::abs(exact[i]))) << i;
    }
  }
}

TEST_P(EncodersTest, GiveTheSameBitsWhateverTheNumberOfThreads) {
  const auto examples = RandomExamples<float>(architecture_, 300, 1);
  const std::vector<float> parameters = RandomParameters<float>(architecture_, 2);
  const std::vector<int> patients = AllOf(300);
  Objective<float> objective(architecture_, {});
  std::vector<float> serial(parameters.size()), parallel(parameters.size());
  objective.AddGradient(parameters, examples, {patients, kOrder}, serial);
  objective.AddGradient(parameters, examples, {patients, kOrder}, parallel, {3, {}});
  EXPECT_EQ(serial, parallel);
}

INSTANTIATE_TEST_SUITE_P(Kinds, EncodersTest, ::testing::ValuesIn(AllKinds()),
                         [](const auto& test) { return std::string(test.param.name); });

}  // namespace
}  // namespace consilium::modn
