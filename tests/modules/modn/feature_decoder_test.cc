#include "modules/modn/feature_decoder.h"

#include <vector>

#include "base/random.h"
#include "gmock/gmock.h"
#include "tests/support/gradient_check.h"

namespace consilium {
namespace {

using ::consilium::testing::ExpectGradient;
using Numbers = std::vector<double>;

Numbers Normals(size_t n, uint64_t seed) {
  Random random(seed);
  Numbers values(n);
  for (double& value : values) value = random.Normal();
  return values;
}

// State of 3, hidden 4, outputs 2: w1, b1, w2, b2 one after the other.
template <typename Scalar>
TwoLayers<Scalar> Split(std::span<Scalar> flat) {
  return {
      3, 4, 2, flat.subspan(0, 12), flat.subspan(12, 4), flat.subspan(16, 8), flat.subspan(24, 2)};
}

TEST(FeatureDecoderTest, HasTheGradientOfACategorysLikelihood) {
  const Numbers parameters = Normals(26, 1), states = Normals(5 * 3, 2);
  const std::vector<int32_t> categories = {0, 1, 1, 0, 1};
  Numbers hidden(20), outputs(10), outputs_gradient(10);
  const auto loss = [&](std::span<const double> at) {
    Forward<double>(Split(at), states, hidden, outputs);
    return CategoryLoss<double>(2, categories, outputs, outputs_gradient);
  };
  loss(parameters);
  Numbers gradient(26);
  Backward<double>(Split(std::span<const double>(parameters)), states, hidden, outputs_gradient,
                   Split(std::span<double>(gradient)), {});
  ExpectGradient(loss, parameters, gradient);
}

TEST(FeatureDecoderTest, HasTheGradientWithRespectToTheState) {
  const Numbers parameters = Normals(26, 1), states = Normals(5 * 3, 2);
  const std::vector<int32_t> categories = {0, 1, 1, 0, 1};
  const auto layers = Split(std::span<const double>(parameters));
  Numbers hidden(20), outputs(10), outputs_gradient(10);
  const auto loss = [&](std::span<const double> at) {
    Forward<double>(layers, at, hidden, outputs);
    return CategoryLoss<double>(2, categories, outputs, outputs_gradient);
  };
  loss(states);
  Numbers ignored(26), gradient(states.size());
  Backward<double>(layers, states, hidden, outputs_gradient, Split(std::span<double>(ignored)),
                   gradient);
  ExpectGradient(loss, states, gradient);
}

TEST(FeatureDecoderTest, HasTheGradientsOfANormalDistribution) {
  const Numbers values = Normals(6, 1), mu = Normals(6, 2), log_sigma = Normals(6, 3);
  Numbers mu_gradient(6), log_sigma_gradient(6), ignored(6);
  NormalLoss<double>(values, mu, log_sigma, mu_gradient, log_sigma_gradient);
  ExpectGradient(
      [&](std::span<const double> at) {
        return NormalLoss<double>(values, at, log_sigma, ignored, ignored);
      },
      mu, mu_gradient);
  ExpectGradient(
      [&](std::span<const double> at) {
        return NormalLoss<double>(values, mu, at, ignored, ignored);
      },
      log_sigma, log_sigma_gradient);
}

}  // namespace
}  // namespace consilium
