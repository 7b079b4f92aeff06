#include "modules/modn/predictor.h"

#include "gmock/gmock.h"
#include "modules/modn/evaluation.h"
#include "tests/modules/modn/small_case.h"
#include "tests/support/matchers.h"

namespace consilium::modn {
namespace {

using ::consilium::testing::RandomExamples;
using ::consilium::testing::RandomParameters;
using ::consilium::testing::SmallArchitecture;
using ::consilium::testing::StatusIs;
using ::testing::HasSubstr;

class PredictorTest : public ::testing::Test {
 protected:
  const Architecture architecture_ = SmallArchitecture(30, 32);
  const std::vector<float> parameters_ = RandomParameters<float>(architecture_, 1);
  const Predictor predictor_ = *Predictor::Create(architecture_, parameters_);
};

TEST_F(PredictorTest, SaysWhatBatchEvaluationSays) {
  const Examples examples = RandomExamples<float>(architecture_, 12, 2);
  const std::vector<int> patients = AllOf(12), order = {3, 1, 0, 2};
  const auto reading = ReadAtEnd<float>(architecture_, parameters_, examples, {patients, order});
  for (size_t i = 0; i < 12; ++i) {
    PatientState patient = predictor_.Begin();
    for (const int feature : order) {
      const float value = examples.values[static_cast<size_t>(feature)][i];
      if (!std::isnan(value)) predictor_.Observe(feature, value, patient);
    }
    for (size_t o = 0; o < 2; ++o) {
      const auto said = predictor_.Probabilities(patient, static_cast<int>(o));
      for (size_t c = 0; c < said.size(); ++c) {
        EXPECT_NEAR(said[c], reading.probabilities[o][i * said.size() + c], 1e-6);
      }
    }
  }
}

TEST_F(PredictorTest, ReadsProbabilitiesThatAddUpToOneBeforeAnyAnswer) {
  const PatientState patient = predictor_.Begin();
  EXPECT_EQ(patient.probabilities().size(), 5u);
  for (int o = 0; o < 2; ++o) {
    float sum = 0;
    for (const float p : predictor_.Probabilities(patient, o)) sum += p;
    EXPECT_NEAR(sum, 1, 1e-6);
  }
}

TEST_F(PredictorTest, WithAnyKernelsSaysTheSame) {
  for (const nn::Kernels<float>* kernels : nn::AvailableKernels()) {
    const Predictor other = *Predictor::Create(architecture_, parameters_, *kernels);
    PatientState a = predictor_.Begin(), b = other.Begin();
    predictor_.Observe(1, 2, a);
    other.Observe(1, 2, b);
    for (size_t i = 0; i < 5; ++i) EXPECT_NEAR(a.probabilities()[i], b.probabilities()[i], 1e-6);
  }
}

TEST_F(PredictorTest, ACopyOfAPatientGoesItsOwnWay) {
  PatientState patient = predictor_.Begin();
  PatientState what_if = patient;
  predictor_.Observe(0, 2, what_if);
  EXPECT_TRUE(std::ranges::equal(patient.probabilities(), predictor_.Begin().probabilities()));
  EXPECT_FALSE(std::ranges::equal(patient.probabilities(), what_if.probabilities()));
}

TEST_F(PredictorTest, FindsKeys) {
  EXPECT_EQ(predictor_.FindFeature("sex"), 2);
  EXPECT_EQ(predictor_.FindFeature("disease"), -1);
  EXPECT_EQ(predictor_.FindOutcome("severity"), 1);
}

TEST_F(PredictorTest, RefusesDamagedParameters) {
  std::vector<float> damaged = parameters_;
  damaged.back() = NAN;
  EXPECT_THAT(Predictor::Create(architecture_, damaged),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("damaged")));
  damaged.pop_back();
  EXPECT_THAT(Predictor::Create(architecture_, damaged),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("parameters")));
}

}  // namespace
}  // namespace consilium::modn
