#include "modules/modn/feature_decoding.h"

#include <cmath>
#include <limits>

#include "base/random.h"
#include "gmock/gmock.h"
#include "tests/modules/modn/small_case.h"
#include "tests/support/gradient_check.h"

namespace consilium::modn {
namespace {

using ::consilium::testing::ExpectGradient;
using ::consilium::testing::RandomParameters;
using ::consilium::testing::SmallArchitecture;
using Numbers = std::vector<double>;

Architecture WithFeatureDecoders() {
  Architecture architecture = SmallArchitecture();
  architecture.feature_decoder_hidden = 3;
  return architecture;
}

Numbers Normals(size_t n, uint64_t seed) {
  Random random(seed);
  Numbers values(n);
  for (double& value : values) value = random.Normal();
  return values;
}

// A fixed linear function of all outputs, so that its gradient reaches everything.
class DecodedSum {
 public:
  explicit DecodedSum(const Architecture& architecture)
      : architecture_(architecture),
        decoding_(architecture, nn::BestKernels<double>()),
        decoders_(architecture),
        gradient_(architecture),
        slopes_(Normals(static_cast<size_t>(decoding_.stack().outputs) * kStates, 5)) {}

  double Value(std::span<const double> parameters, std::span<const double> states) {
    decoders_.Load(MakeLayout(architecture_), parameters);
    decoding_.PrepareStates(kStates);
    for (int i = 0; i < kStates; ++i) {
      std::copy_n(&states[static_cast<size_t>(i * architecture_.state)], architecture_.state,
                  decoding_.State(i));
      decoding_.State(i)[architecture_.state] = 1;
    }
    decoding_.Forward(decoders_);
    double sum = 0;
    for (int o = 0; o < decoding_.stack().outputs; ++o) {
      for (int i = 0; i < kStates; ++i) sum += Slope(o, i) * decoding_.outputs(o)[i];
    }
    return sum;
  }

  // Of the last Value.
  void Gradient(Numbers& parameters, Numbers& states) {
    for (int o = 0; o < decoding_.stack().outputs; ++o) {
      std::fill_n(decoding_.outputs(o), decoding_.padded(), 0.0);
      for (int i = 0; i < kStates; ++i) decoding_.outputs(o)[i] = Slope(o, i);
    }
    decoding_.Backward(decoders_, gradient_);
    const nn::Layout layout = MakeLayout(architecture_);
    for (size_t m = 0; m < layout.modules().size(); ++m) {
      if (layout.modules()[m].id.kind != nn::ModuleKind::kFeatureDecoder) continue;
      gradient_.AddModule(layout, static_cast<int>(m), parameters);
    }
    for (int i = 0; i < kStates; ++i) {
      std::copy_n(decoding_.StateGradient(i), architecture_.state,
                  &states[static_cast<size_t>(i * architecture_.state)]);
    }
  }

  static constexpr int kStates = 3;

 private:
  double Slope(int o, int i) const { return slopes_[static_cast<size_t>(o * kStates + i)]; }

  const Architecture architecture_;
  FeatureDecoding<double> decoding_;
  PackedFeatureDecoders<double> decoders_;
  FeatureDecodersGradient<double> gradient_;
  const Numbers slopes_;
};

TEST(FeatureDecodingTest, HasTheGradientOfParametersAndStates) {
  const Architecture architecture = WithFeatureDecoders();
  const Numbers parameters = RandomParameters<double>(architecture, 1);
  const Numbers states = Normals(static_cast<size_t>(DecodedSum::kStates * architecture.state), 2);
  DecodedSum sum(architecture);
  sum.Value(parameters, states);
  Numbers by_parameters(parameters.size()), by_states(states.size());
  sum.Gradient(by_parameters, by_states);
  ExpectGradient([&](std::span<const double> at) { return sum.Value(at, states); }, parameters,
                 by_parameters);
  ExpectGradient([&](std::span<const double> at) { return sum.Value(parameters, at); }, states,
                 by_states);
}

TEST(FeatureDecodingTest, ANumberHasUnitsOfItsOwnForMeanAndDeviation) {
  const Architecture architecture = WithFeatureDecoders();
  const nn::Layout layout = MakeLayout(architecture);
  const int age = FeatureDecoderModule(architecture, 0);
  EXPECT_EQ(nn::Name(layout.modules()[static_cast<size_t>(age)].id), "feature decoder age@1");
  EXPECT_EQ(layout.modules()[static_cast<size_t>(age)].tensors[0], (nn::TensorShape{"w1", 6, 5}));
  const int pain = FeatureDecoderModule(architecture, 1);
  EXPECT_EQ(pain, age + 1);
  EXPECT_EQ(layout.modules()[static_cast<size_t>(pain)].tensors[2], (nn::TensorShape{"w2", 3, 3}));
}

TEST(FeatureDecodingTest, ThereAreNoneUnlessAskedFor) {
  const Architecture architecture = SmallArchitecture();
  EXPECT_EQ(FeatureDecoderModule(architecture, 0), -1);
  EXPECT_EQ(MakeLayout(architecture).modules().size(), 7U);
}

double Loss(double value, double mu, double log_sigma, double* slope = nullptr) {
  const double weight = 0.5;
  const double loss = NormalLoss(1, &value, &weight, &mu, &log_sigma);
  if (slope != nullptr) *slope = log_sigma;
  return loss;
}

TEST(NormalLossTest, HasTheGradientsOfItsLoss) {
  const Numbers values = Normals(6, 1), mu = Normals(6, 2), log_sigma = Normals(6, 3);
  const Numbers weights = {1, 0.5, 0, 2, 1, 1};
  Numbers mu_gradient = mu, log_sigma_gradient = log_sigma;
  NormalLoss(6, values.data(), weights.data(), mu_gradient.data(), log_sigma_gradient.data());
  ExpectGradient(
      [&](std::span<const double> at) {
        Numbers m(at.begin(), at.end()), s = log_sigma;
        return NormalLoss(6, values.data(), weights.data(), m.data(), s.data());
      },
      mu, mu_gradient);
  ExpectGradient(
      [&](std::span<const double> at) {
        Numbers m = mu, s(at.begin(), at.end());
        return NormalLoss(6, values.data(), weights.data(), m.data(), s.data());
      },
      log_sigma, log_sigma_gradient);
}

TEST(NormalLossTest, HoldsTheDeviationWithinBoundsAndLetsItComeBack) {
  double slope = 0;
  EXPECT_TRUE(std::isfinite(Loss(1, 1, -1e6, &slope)));
  EXPECT_EQ(slope, 0) << "further out would be likelier still, but no";
  EXPECT_TRUE(std::isfinite(Loss(1e3, 0, -1e6, &slope)));
  EXPECT_LT(slope, 0) << "a wider deviation is likelier: it may come back";
  EXPECT_TRUE(std::isfinite(Loss(1, 0, 1e6, &slope)));
  EXPECT_GT(slope, 0);
}

TEST(NormalLossTest, IgnoresWhatHasNoWeight) {
  const double missing = std::numeric_limits<double>::quiet_NaN(), none = 0;
  double mu = 1, log_sigma = 1;
  EXPECT_EQ(NormalLoss(1, &missing, &none, &mu, &log_sigma), 0);
  EXPECT_EQ(mu, 0);
  EXPECT_EQ(log_sigma, 0);
}

}  // namespace
}  // namespace consilium::modn
