#include <limits>

#include "gmock/gmock.h"
#include "modules/modn/architecture.h"
#include "modules/modn/evaluation.h"
#include "modules/modn/examples.h"
#include "modules/modn/feature_decoder.h"
#include "modules/modn/objective.h"
#include "tests/golden/golden_files.h"

namespace consilium {
namespace {

using Numbers = std::vector<double>;
constexpr double kTolerance = 1e-9;

void ExpectNear(std::span<const double> got, const nlohmann::json& expected,
                const std::string& what) {
  const Numbers numbers = expected.get<Numbers>();
  ASSERT_EQ(got.size(), numbers.size()) << what;
  for (size_t i = 0; i < numbers.size(); ++i) {
    ASSERT_NEAR(got[i], numbers[i], kTolerance) << what << " [" << i << "]";
  }
}

// A network, its parameters, patients and batch as a file describes them.
struct Case {
  Architecture architecture;
  Layout layout;
  Numbers parameters;
  BasicExamples<double> examples;
  std::vector<int> order;
  std::vector<int> patients;

  void Put(int module, int tensor, const nlohmann::json& values) {
    const Numbers numbers = values.get<Numbers>();
    const std::span<double> to =
        Slice(std::span<double>(parameters), layout.tensor_block(module, tensor));
    ASSERT_EQ(numbers.size(), to.size());
    std::copy(numbers.begin(), numbers.end(), to.begin());
  }
};

Architecture ReadArchitecture(const nlohmann::json& json) {
  Architecture architecture;
  architecture.state = json["state_size"];
  architecture.hidden = json["hidden"];
  for (size_t f = 0; f < json["encoders"].size(); ++f) {
    const int inputs = json["encoders"][f]["fc1"]["shape"][1];
    architecture.features.push_back({"f" + std::to_string(f), inputs - architecture.state});
  }
  for (size_t d = 0; d < json["decoders"].size(); ++d) {
    architecture.outcomes.push_back({"o" + std::to_string(d), json["decoders"][d]["shape"][0]});
  }
  return architecture;
}

BasicExamples<double> ReadExamples(const Architecture& architecture, const nlohmann::json& json) {
  const size_t patients = json["X_shape"][0], features = json["X_shape"][1];
  BasicExamples<double> examples = NoAnswers<double>(architecture, static_cast<int>(patients));
  for (size_t i = 0; i < patients; ++i) {
    for (size_t f = 0; f < features; ++f) {
      const nlohmann::json& x = json["X"][i * features + f];
      if (!x.is_null()) examples.values[f][i] = x;
    }
    for (size_t o = 0; o < architecture.outcomes.size(); ++o) {
      examples.labels[o][i] = json["y"][i][o];
    }
  }
  return examples;
}

Case ReadCase(const nlohmann::json& json) {
  Case c;
  c.architecture = ReadArchitecture(json);
  c.layout = MakeLayout(c.architecture);
  c.parameters.resize(c.layout.size());
  c.Put(StateModule(), 0, json["init_state"]);
  for (size_t f = 0; f < json["encoders"].size(); ++f) {
    const nlohmann::json& encoder = json["encoders"][f];
    const int module = EncoderModule(static_cast<int>(f));
    c.Put(module, 0, encoder["fc1"]["w"]);
    c.Put(module, 1, encoder["fc1"]["b"]);
    c.Put(module, 2, encoder["fc2"]["w"]);
    c.Put(module, 3, encoder["fc2"]["b"]);
  }
  for (size_t d = 0; d < json["decoders"].size(); ++d) {
    const int module = DecoderModule(c.architecture, static_cast<int>(d));
    c.Put(module, 0, json["decoders"][d]["w"]);
    c.Put(module, 1, json["decoders"][d]["b"]);
  }
  c.examples = ReadExamples(c.architecture, json);
  c.order = json["order"].get<std::vector<int>>();
  c.patients = AllOf(c.examples.patients);
  return c;
}

class ModnGoldenTest : public ::testing::TestWithParam<GoldenFile> {
 protected:
  const nlohmann::json& json_ = GetParam().json;
  const Case case_ = ReadCase(json_);
};

TEST_P(ModnGoldenTest, HasTheStatesAndLikelihoodsOfEveryStep) {
  const auto readings = ReadEveryStep<double>(case_.architecture, case_.parameters, case_.examples,
                                              {case_.patients, case_.order});
  ASSERT_EQ(readings.size(), json_["states"].size());
  for (size_t t = 0; t < readings.size(); ++t) {
    ExpectNear(readings[t].states, json_["states"][t], "states of step " + std::to_string(t));
    Numbers nll;
    for (size_t o = 0; o < case_.architecture.outcomes.size(); ++o) {
      const auto classes = static_cast<size_t>(case_.architecture.outcomes[o].classes);
      double sum = 0;
      for (size_t i = 0; i < case_.patients.size(); ++i) {
        const auto label = static_cast<size_t>(case_.examples.labels[o][i]);
        sum -= std::log(readings[t].probabilities[o][i * classes + label]);
      }
      nll.push_back(sum / static_cast<double>(case_.patients.size()));
    }
    ExpectNear(nll, json_["disease_nll"][t], "NLL of step " + std::to_string(t));
  }
}

TEST_P(ModnGoldenTest, HasTheChangeOfStateOfEveryStep) {
  const auto readings = ReadEveryStep<double>(case_.architecture, case_.parameters, case_.examples,
                                              {case_.patients, case_.order});
  Numbers changes;
  for (size_t t = 0; t + 1 < readings.size(); ++t) {
    const auto feature = static_cast<size_t>(case_.order[t]);
    double sum = 0, numbers = 0;
    for (size_t at = 0; at < readings[t].states.size(); ++at) {
      const size_t patient = at / static_cast<size_t>(case_.architecture.state);
      const double x = case_.examples.values[feature][patient];
      if (std::isnan(x)) continue;
      sum += std::pow(readings[t + 1].states[at] - readings[t].states[at], 2);
      ++numbers;
    }
    changes.push_back(numbers > 0 ? sum / numbers : 0);
  }
  ExpectNear(changes, json_["state_change"], "change of state");
}

TEST_P(ModnGoldenTest, HasTheLossAndEveryGradient) {
  Objective<double> objective(case_.architecture, {StepWeights::kEveryStep, 1});
  Numbers gradient(case_.layout.size());
  const Loss loss = objective.AddGradient(case_.parameters, case_.examples,
                                          {case_.patients, case_.order}, gradient);
  EXPECT_NEAR(loss.Total(), json_["loss"].get<double>(), kTolerance);
  const auto expect = [&](int module, int tensor, const nlohmann::json& expected) {
    const auto got =
        Slice(std::span<const double>(gradient), case_.layout.tensor_block(module, tensor));
    ExpectNear(got, expected,
               Name(case_.layout.modules()[static_cast<size_t>(module)].id) + " tensor " +
                   std::to_string(tensor));
  };
  expect(StateModule(), 0, json_["grad_init_state"]);
  for (size_t f = 0; f < json_["encoders"].size(); ++f) {
    const nlohmann::json& encoder = json_["encoders"][f];
    expect(EncoderModule(static_cast<int>(f)), 0, encoder["fc1"]["gw"]);
    expect(EncoderModule(static_cast<int>(f)), 1, encoder["fc1"]["gb"]);
    expect(EncoderModule(static_cast<int>(f)), 2, encoder["fc2"]["gw"]);
    expect(EncoderModule(static_cast<int>(f)), 3, encoder["fc2"]["gb"]);
  }
  for (size_t d = 0; d < json_["decoders"].size(); ++d) {
    const int module = DecoderModule(case_.architecture, static_cast<int>(d));
    expect(module, 0, json_["decoders"][d]["gw"]);
    expect(module, 1, json_["decoders"][d]["gb"]);
  }
}

// Two layers of a feature decoder with the parameters of a file, and room for their gradient.
struct Layers {
  Layers(const nlohmann::json& first, const nlohmann::json& second)
      : w1(first["w"]),
        b1(first["b"]),
        w2(second["w"]),
        b2(second["b"]),
        gw1(w1.size()),
        gb1(b1.size()),
        gw2(w2.size()),
        gb2(b2.size()),
        state(first["shape"][1]) {}

  TwoLayers<const double> Weights() const { return {state, Hidden(), Outputs(), w1, b1, w2, b2}; }
  TwoLayers<double> Gradient() { return {state, Hidden(), Outputs(), gw1, gb1, gw2, gb2}; }
  int Hidden() const { return static_cast<int>(b1.size()); }
  int Outputs() const { return static_cast<int>(b2.size()); }

  // Runs forward; returns the outputs.
  Numbers Run(const Numbers& states) {
    const size_t n = states.size() / static_cast<size_t>(state);
    hidden.resize(n * b1.size());
    Numbers outputs(n * b2.size());
    Forward<double>(Weights(), states, hidden, outputs);
    return outputs;
  }

  void ExpectGradients(const Numbers& states, const Numbers& outputs_gradient,
                       const nlohmann::json& first, const nlohmann::json& second) {
    Backward<double>(Weights(), states, hidden, outputs_gradient, Gradient(), {});
    ExpectNear(gw1, first["gw"], "first layer");
    ExpectNear(gb1, first["gb"], "first layer, bias");
    ExpectNear(gw2, second["gw"], "second layer");
    ExpectNear(gb2, second["gb"], "second layer, bias");
  }

  Numbers w1, b1, w2, b2, gw1, gb1, gw2, gb2, hidden;
  int state;
};

TEST_P(ModnGoldenTest, DecodesACategoricalFeature) {
  if (!json_.contains("categorical_decoder")) GTEST_SKIP() << "not in this file";
  const nlohmann::json& decoder = json_["categorical_decoder"];
  Layers layers(decoder["fc1"], decoder["fc2"]);
  const Numbers states = decoder["state"];
  const std::vector<int32_t> categories = decoder["y"];
  Numbers outputs = layers.Run(states), gradient(outputs.size());
  EXPECT_NEAR(CategoryLoss<double>(layers.Outputs(), categories, outputs, gradient),
              decoder["nll"].get<double>(), kTolerance);
  ExpectNear(outputs, decoder["log_probs"], "log-probabilities");
  layers.ExpectGradients(states, gradient, decoder["fc1"], decoder["fc2"]);
}

TEST_P(ModnGoldenTest, DecodesADistribution) {
  if (!json_.contains("distribution_decoder")) GTEST_SKIP() << "not in this file";
  const nlohmann::json& decoder = json_["distribution_decoder"];
  Layers mean(decoder["fc1_mu"], decoder["fc2_mu"]);
  Layers deviation(decoder["fc1_sigma"], decoder["fc2_sigma"]);
  const Numbers states = decoder["state"], values = decoder["y"];
  const Numbers mu = mean.Run(states), log_sigma = deviation.Run(states);
  ExpectNear(mu, decoder["mu"], "mu");
  ExpectNear(log_sigma, decoder["log_sigma"], "log sigma");
  Numbers mu_gradient(mu.size()), log_sigma_gradient(mu.size());
  EXPECT_NEAR(NormalLoss<double>(values, mu, log_sigma, mu_gradient, log_sigma_gradient),
              decoder["loss"].get<double>(), kTolerance);
  mean.ExpectGradients(states, mu_gradient, decoder["fc1_mu"], decoder["fc2_mu"]);
  deviation.ExpectGradients(states, log_sigma_gradient, decoder["fc1_sigma"], decoder["fc2_sigma"]);
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(ModnGoldenTest);
INSTANTIATE_TEST_SUITE_P(Files, ModnGoldenTest, ::testing::ValuesIn(GoldenFilesOf("modn")));

}  // namespace
}  // namespace consilium
