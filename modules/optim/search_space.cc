#include "modules/optim/search_space.h"

#include <algorithm>
#include <numbers>
#include <utility>

#include "base/portable_math.h"
#include "base/random.h"

namespace consilium::optim {
namespace {

using Kind = Prior::Kind;

// What no optimiser divides by zero with.
constexpr double kLargestShare = 0.999999;

constexpr Prior LogNormal(double mean, double deviation) {
  return {Kind::kLog10Normal, mean, deviation};
}
constexpr Prior Constant(double value) { return {Kind::kConstant, value, 0}; }

constexpr Prior kAdamRate = LogNormal(-3.021, 1.271);
constexpr Prior kShare = {Kind::kUniform, 0, 1};
constexpr Prior kDecay = {Kind::kLog10Uniform, -5, -1};
constexpr Prior kSmallDecay = Constant(1e-5);
// scipy's uniform(0.5, 5) is [0.5, 5.5].
constexpr Prior kPower = {Kind::kUniform, 0.5, 5.5};

double PowerOfTen(double exponent) { return PortableExp(exponent * std::numbers::ln10); }

SearchSpace Sgd(std::string name, Prior rate, Prior momentum, Prior decay) {
  SearchSpace space;
  space.name = std::move(name);
  space.optimiser = "sgd";
  space.learning_rate = rate;
  space.momentum = momentum;
  space.weight_decay = decay;
  return space;
}

SearchSpace Adam(std::string name, Prior decay) {
  SearchSpace space;
  space.name = std::move(name);
  space.optimiser = decay == Prior{} ? "adam" : "adam_l2";
  space.learning_rate = kAdamRate;
  space.weight_decay = decay;
  return space;
}

SearchSpace Polynomial(SearchSpace space) {
  space.rate = RateShape::kPolynomial;
  space.rate_power = kPower;
  return space;
}

SearchSpace Adagrad() {
  SearchSpace space;
  space.name = "adagrad";
  space.optimiser = "adagrad";
  space.learning_rate = LogNormal(-2.005, 1.204);
  return space;
}

SearchSpace FullAdam() {
  SearchSpace space = Adam("adam", {});
  space.learning_rate = LogNormal(-2.697, 1.421);
  space.beta1 = space.beta2 = {Kind::kOneMinusLog10Uniform, -5, -1};
  space.epsilon = {Kind::kLog10Uniform, -8, 0};
  return space;
}

SearchSpace AdamWithEpsilon() {
  SearchSpace space = Adam("adam_lr_eps", {});
  space.epsilon = {Kind::kLog10Uniform, -10, 10};
  return space;
}

}  // namespace

double Draw(const Prior& prior, Random& random) {
  const auto between = [&] { return prior.a + (prior.b - prior.a) * random.Uniform(); };
  switch (prior.kind) {
    case Kind::kUniform:
      return between();
    case Kind::kLog10Normal:
      return PowerOfTen(prior.a + prior.b * random.Normal());
    case Kind::kLog10Uniform:
      return PowerOfTen(between());
    case Kind::kOneMinusLog10Uniform:
      return 1 - PowerOfTen(between());
    case Kind::kConstant:
      break;
  }
  return prior.a;
}

std::vector<SearchSpace> PublishedSearchSpaces() {
  return {Adam("adam_lr", {}),
          AdamWithEpsilon(),
          FullAdam(),
          Adam("adamw_c_lr", kSmallDecay),
          Adam("adamw_lr", kDecay),
          Polynomial(Adam("adamw_c_d", kSmallDecay)),
          Adagrad(),
          Sgd("sgd", LogNormal(-2.096, 1.312), Constant(0), {}),
          Sgd("sgdm", LogNormal(-2.379, 1.413), kShare, {}),
          Sgd("sgdm_c", LogNormal(-2.342, 1.553), Constant(0.9), {}),
          Sgd("sgdm_c_w_c", LogNormal(-2.454, 1.364), Constant(0.9), kSmallDecay),
          Sgd("sgdmw", LogNormal(-2.438, 1.204), kShare, kDecay),
          Polynomial(Sgd("sgdm_c_w_c_d", LogNormal(-2.454, 1.364), Constant(0.9), kSmallDecay))};
}

Configuration DrawConfiguration(const SearchSpace& space, uint64_t seed, int trial) {
  Random random = Random::Named(seed, "trial of " + space.name, static_cast<uint64_t>(trial));
  Configuration drawn;
  drawn.optimiser = space.optimiser;
  drawn.rate = space.rate;
  drawn.learning_rate = Draw(space.learning_rate, random);
  drawn.settings.momentum = std::min(Draw(space.momentum, random), kLargestShare);
  drawn.settings.beta1 = std::min(Draw(space.beta1, random), kLargestShare);
  drawn.settings.beta2 = std::min(Draw(space.beta2, random), kLargestShare);
  drawn.settings.epsilon = Draw(space.epsilon, random);
  drawn.settings.weight_decay = Draw(space.weight_decay, random);
  drawn.rate_power = Draw(space.rate_power, random);
  return drawn;
}

}  // namespace consilium::optim
