#include "modules/modn/feature_predictor.h"

#include <cmath>

#include "gmock/gmock.h"
#include "modules/modn/feature_decoding.h"
#include "tests/modules/modn/small_case.h"

namespace consilium::modn {
namespace {

using ::consilium::testing::RandomParameters;
using ::consilium::testing::SmallArchitecture;

class FeaturePredictorTest : public ::testing::Test {
 protected:
  FeaturePredictorTest() {
    architecture_.feature_decoder_hidden = 6;
    parameters_ = RandomParameters<float>(architecture_, 3);
    predictor_.emplace(*Predictor::Create(architecture_, parameters_));
  }

  Architecture architecture_ = SmallArchitecture(30, 32);
  std::vector<float> parameters_;
  std::optional<Predictor> predictor_;
};

TEST_F(FeaturePredictorTest, ReadsWhatTrainingDecodes) {
  const FeaturePredictor features(architecture_, parameters_);
  PatientState patient = predictor_->Begin();
  predictor_->Observe(1, 2, patient);
  FeatureReading reading;
  features.Read(patient, reading);
  PackedFeatureDecoders<float> decoders(architecture_);
  decoders.Load(MakeLayout(architecture_), parameters_);
  FeatureDecoding<float> decoding(architecture_, nn::BestKernels<float>());
  decoding.PrepareStates(1);
  std::ranges::copy(patient.state(), decoding.State(0));
  decoding.Forward(decoders);
  EXPECT_NEAR(reading.outputs[0], decoding.outputs(0)[0], 1e-5) << "the mean of age";
  EXPECT_NEAR(reading.outputs[1], std::exp(decoding.outputs(1)[0]), 1e-5) << "its deviation";
  float sum = 0;
  for (int c = 2; c < 5; ++c) sum += std::exp(decoding.outputs(c)[0]);
  EXPECT_NEAR(reading.outputs[3], std::exp(decoding.outputs(3)[0]) / sum, 1e-5) << "of pain";
}

TEST_F(FeaturePredictorTest, LooksAheadToWhatObservingLeadsTo) {
  PatientState patient = predictor_->Begin();
  predictor_->Observe(0, 0.7F, patient);
  AnswersAhead ahead;
  for (const auto& [feature, values] :
       std::vector<std::pair<int, std::vector<float>>>{{3, {-1, 0, 2.5F, 1, 1}}, {1, {0, 1, 2}}}) {
    predictor_->LookAhead(feature, values, patient, ahead);
    const size_t classes = patient.probabilities().size();
    ASSERT_EQ(ahead.probabilities.size(), values.size() * classes);
    for (size_t i = 0; i < values.size(); ++i) {
      PatientState asked = patient;
      predictor_->Observe(feature, values[i], asked);
      for (size_t c = 0; c < classes; ++c) {
        EXPECT_NEAR(ahead.probabilities[i * classes + c], asked.probabilities()[c], 1e-6);
      }
    }
  }
}

}  // namespace
}  // namespace consilium::modn
