#include <limits>
#include <optional>

#include "gmock/gmock.h"
#include "modules/modn/architecture.h"
#include "modules/modn/evaluation.h"
#include "modules/modn/examples.h"
#include "modules/modn/feature_decoding.h"
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
  modn::Architecture architecture;
  nn::Layout layout;
  Numbers parameters;
  modn::BasicExamples<double> examples;
  std::vector<int> order;
  std::vector<int> patients;

  void Put(int module, int tensor, const nlohmann::json& values) {
    const Numbers numbers = values.get<Numbers>();
    const std::span<double> to =
        nn::Slice(std::span<double>(parameters), layout.tensor_block(module, tensor));
    ASSERT_EQ(numbers.size(), to.size());
    std::copy(numbers.begin(), numbers.end(), to.begin());
  }
};

modn::Architecture ReadArchitecture(const nlohmann::json& json) {
  modn::Architecture architecture;
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

modn::BasicExamples<double> ReadExamples(const modn::Architecture& architecture,
                                         const nlohmann::json& json) {
  const size_t patients = json["X_shape"][0], features = json["X_shape"][1];
  modn::BasicExamples<double> examples =
      modn::NoAnswers<double>(architecture, static_cast<int>(patients));
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
  c.layout = modn::MakeLayout(c.architecture);
  c.parameters.resize(c.layout.size());
  c.Put(modn::StateModule(), 0, json["init_state"]);
  for (size_t f = 0; f < json["encoders"].size(); ++f) {
    const nlohmann::json& encoder = json["encoders"][f];
    const int module = modn::EncoderModule(static_cast<int>(f));
    c.Put(module, 0, encoder["fc1"]["w"]);
    c.Put(module, 1, encoder["fc1"]["b"]);
    c.Put(module, 2, encoder["fc2"]["w"]);
    c.Put(module, 3, encoder["fc2"]["b"]);
  }
  for (size_t d = 0; d < json["decoders"].size(); ++d) {
    const int module = modn::DecoderModule(c.architecture, static_cast<int>(d));
    c.Put(module, 0, json["decoders"][d]["w"]);
    c.Put(module, 1, json["decoders"][d]["b"]);
  }
  c.examples = ReadExamples(c.architecture, json);
  c.order = json["order"].get<std::vector<int>>();
  c.patients = modn::AllOf(c.examples.patients);
  return c;
}

class ModnGoldenTest : public ::testing::TestWithParam<GoldenFile> {
 protected:
  const nlohmann::json& json_ = GetParam().json;
  const Case case_ = ReadCase(json_);
};

TEST_P(ModnGoldenTest, HasTheStatesAndLikelihoodsOfEveryStep) {
  const auto readings = modn::ReadEveryStep<double>(case_.architecture, case_.parameters,
                                                    case_.examples, {case_.patients, case_.order});
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
  const auto readings = modn::ReadEveryStep<double>(case_.architecture, case_.parameters,
                                                    case_.examples, {case_.patients, case_.order});
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
  modn::Objective<double> objective(case_.architecture, {modn::StepWeights::kEveryStep, 1});
  Numbers gradient(case_.layout.size());
  const modn::Loss loss = objective.AddGradient(case_.parameters, case_.examples,
                                                {case_.patients, case_.order}, gradient);
  EXPECT_NEAR(loss.Total(), json_["loss"].get<double>(), kTolerance);
  const auto expect = [&](int module, int tensor, const nlohmann::json& expected) {
    const auto got =
        nn::Slice(std::span<const double>(gradient), case_.layout.tensor_block(module, tensor));
    ExpectNear(got, expected,
               nn::Name(case_.layout.modules()[static_cast<size_t>(module)].id) + " tensor " +
                   std::to_string(tensor));
  };
  expect(modn::StateModule(), 0, json_["grad_init_state"]);
  for (size_t f = 0; f < json_["encoders"].size(); ++f) {
    const nlohmann::json& encoder = json_["encoders"][f];
    expect(modn::EncoderModule(static_cast<int>(f)), 0, encoder["fc1"]["gw"]);
    expect(modn::EncoderModule(static_cast<int>(f)), 1, encoder["fc1"]["gb"]);
    expect(modn::EncoderModule(static_cast<int>(f)), 2, encoder["fc2"]["gw"]);
    expect(modn::EncoderModule(static_cast<int>(f)), 3, encoder["fc2"]["gb"]);
  }
  for (size_t d = 0; d < json_["decoders"].size(); ++d) {
    const int module = modn::DecoderModule(case_.architecture, static_cast<int>(d));
    expect(module, 0, json_["decoders"][d]["gw"]);
    expect(module, 1, json_["decoders"][d]["gb"]);
  }
}

// One feature's decoder with the parameters of a file, computed as the product does.
class DecoderCase {
 public:
  // `nets`: of the categories, or of mean and deviation; each its first and second layer.
  DecoderCase(const nlohmann::json& decoder, std::vector<std::pair<std::string, std::string>> nets)
      : json_(decoder), nets_(std::move(nets)), states_(decoder["state"]) {
    const nlohmann::json& first = decoder[nets_[0].first]["shape"];
    const int outputs = decoder[nets_[0].second]["shape"][0];
    architecture_.state = first[1];
    architecture_.feature_decoder_hidden = first[0];
    architecture_.features = {{"f", nets_.size() == 1 ? outputs : 1}};
    architecture_.outcomes = {{"o", 2}};
    layout_ = modn::MakeLayout(architecture_);
    parameters_.resize(layout_.size());
    for (int t = 0; t < 4; ++t) {
      const Numbers values = Joined(t, t % 2 == 0 ? "w" : "b");
      std::copy(values.begin(), values.end(), Tensor(parameters_, t).begin());
    }
    decoders_.emplace(architecture_);
    decoders_->Load(layout_, parameters_);
    decoding_.emplace(architecture_, nn::BestKernels<double>());
  }

  int patients() const { return static_cast<int>(states_.size()) / architecture_.state; }
  int outputs() const { return decoding_->stack().outputs; }

  modn::FeatureDecoding<double>& Forward() {
    decoding_->PrepareStates(patients());
    for (int i = 0; i < patients(); ++i) {
      std::copy_n(&states_[static_cast<size_t>(i * architecture_.state)], architecture_.state,
                  decoding_->State(i));
      decoding_->State(i)[architecture_.state] = 1;
    }
    decoding_->Forward(*decoders_);
    return *decoding_;
  }

  void ExpectGradients() {
    modn::FeatureDecodersGradient<double> packed(architecture_);
    decoding_->Backward(*decoders_, packed);
    Numbers gradient(layout_.size());
    packed.AddModule(layout_, modn::FeatureDecoderModule(architecture_, 0), gradient);
    for (int t = 0; t < 4; ++t) {
      ExpectNear(Tensor(gradient, t), Joined(t, t % 2 == 0 ? "gw" : "gb"),
                 "tensor " + std::to_string(t));
    }
  }

 private:
  std::span<double> Tensor(Numbers& flat, int t) const {
    return nn::Slice(std::span<double>(flat),
                     layout_.tensor_block(modn::FeatureDecoderModule(architecture_, 0), t));
  }
  Numbers Joined(int t, const char* what) const {
    Numbers values;
    for (const auto& [first, second] : nets_) {
      const Numbers part = json_[t < 2 ? first : second][what];
      values.insert(values.end(), part.begin(), part.end());
    }
    return values;
  }

  const nlohmann::json& json_;
  const std::vector<std::pair<std::string, std::string>> nets_;
  const Numbers states_;
  modn::Architecture architecture_;
  nn::Layout layout_;
  Numbers parameters_;
  std::optional<modn::PackedFeatureDecoders<double>> decoders_;
  std::optional<modn::FeatureDecoding<double>> decoding_;
};

TEST_P(ModnGoldenTest, DecodesACategoricalFeature) {
  if (!json_.contains("categorical_decoder")) GTEST_SKIP() << "not in this file";
  const nlohmann::json& json = json_["categorical_decoder"];
  DecoderCase decoder(json, {{"fc1", "fc2"}});
  modn::FeatureDecoding<double>& decoded = decoder.Forward();
  const int n = decoder.patients(), classes = decoder.outputs();
  Numbers log_probabilities;
  for (int i = 0; i < n; ++i) {
    double sum = 0;
    for (int c = 0; c < classes; ++c) sum += std::exp(decoded.outputs(c)[i]);
    for (int c = 0; c < classes; ++c) {
      log_probabilities.push_back(decoded.outputs(c)[i] - std::log(sum));
    }
  }
  ExpectNear(log_probabilities, json["log_probs"], "log-probabilities");
  std::vector<int32_t> labels = json["y"];
  labels.resize(static_cast<size_t>(decoded.padded()));
  Numbers weights(static_cast<size_t>(decoded.padded()));
  std::fill_n(weights.begin(), n, 1.0 / n);
  EXPECT_NEAR(
      nn::BestKernels<double>().softmax_loss({classes, decoded.padded(), decoded.stride(),
                                              decoded.outputs(0), labels.data(), weights.data()}),
      json["nll"].get<double>(), kTolerance);
  decoder.ExpectGradients();
}

TEST_P(ModnGoldenTest, DecodesADistribution) {
  if (!json_.contains("distribution_decoder")) GTEST_SKIP() << "not in this file";
  const nlohmann::json& json = json_["distribution_decoder"];
  DecoderCase decoder(json, {{"fc1_mu", "fc2_mu"}, {"fc1_sigma", "fc2_sigma"}});
  modn::FeatureDecoding<double>& decoded = decoder.Forward();
  const int n = decoder.patients();
  const auto output = [&](int o) {
    return std::span<const double>(decoded.outputs(o), static_cast<size_t>(n));
  };
  ExpectNear(output(0), json["mu"], "mu");
  ExpectNear(output(1), json["log_sigma"], "log sigma");
  Numbers values = json["y"];
  values.resize(static_cast<size_t>(decoded.padded()));
  Numbers weights(static_cast<size_t>(decoded.padded()));
  std::fill_n(weights.begin(), n, 1.0 / n);
  EXPECT_NEAR(modn::NormalLoss(decoded.padded(), values.data(), weights.data(), decoded.outputs(0),
                               decoded.outputs(1)),
              json["loss"].get<double>(), kTolerance);
  decoder.ExpectGradients();
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(ModnGoldenTest);
INSTANTIATE_TEST_SUITE_P(Files, ModnGoldenTest, ::testing::ValuesIn(GoldenFilesOf("modn")));

}  // namespace
}  // namespace consilium
