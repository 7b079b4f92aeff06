#include <cmath>
#include <limits>

#include "gmock/gmock.h"
#include "modules/modn/evaluation.h"
#include "modules/modn/objective.h"
#include "tests/golden/golden_files.h"

namespace consilium {
namespace {

using Numbers = std::vector<double>;
constexpr double kTolerance = 1e-9;

void ExpectNear(std::span<const double> got, const nlohmann::json& expected,
                const std::string& what) {
  if (expected.is_null()) {
    for (const double number : got) ASSERT_EQ(number, 0) << what << ", not touched in the file";
    return;
  }
  const Numbers numbers = expected.get<Numbers>();
  ASSERT_EQ(got.size(), numbers.size()) << what;
  for (size_t i = 0; i < numbers.size(); ++i) {
    ASSERT_NEAR(got[i], numbers[i], kTolerance) << what << " [" << i << "]";
  }
}

// Encoders of MultiModN's MLPEncoder: the state joins at the last layer and the output is the
// state.
modn::Architecture ReadArchitecture(const nlohmann::json& json) {
  modn::Architecture architecture;
  architecture.state = json["state_size"];
  for (size_t f = 0; f < json["encoders"].size(); ++f) {
    const nlohmann::json& layers = json["encoders"][f]["layers"];
    modn::FeatureShape& feature = architecture.features.emplace_back();
    feature.key = "f" + std::to_string(f);
    feature.modality = modn::Modality::kVector;
    feature.width = json["x_shape"][f][1];
    feature.encoder.residual = false;
    for (size_t l = 0; l + 1 < layers.size(); ++l) {
      feature.encoder.hidden.push_back(layers[l]["shape"][0]);
    }
    if (layers.size() == 1) feature.encoder.hidden = {0};
  }
  for (size_t d = 0; d < json["decoders"].size(); ++d) {
    architecture.outcomes.push_back({"o" + std::to_string(d), json["decoders"][d]["shape"][0]});
  }
  return architecture;
}

// A modality with any number missing is missing for all: the reference skips it for the batch.
modn::BasicExamples<double> ReadExamples(const modn::Architecture& architecture,
                                         const nlohmann::json& json) {
  const int patients = json["batch"];
  modn::BasicExamples<double> examples = modn::NoAnswers<double>(architecture, patients);
  for (size_t f = 0; f < architecture.features.size(); ++f) {
    const nlohmann::json& numbers = json["x"][f];
    const bool complete = std::none_of(numbers.begin(), numbers.end(), [](const auto& number) {
      return number.is_null() || std::isnan(number.template get<double>());
    });
    if (!complete) continue;
    const auto width = static_cast<size_t>(architecture.features[f].width);
    const Numbers all = numbers.get<Numbers>();
    examples.payloads[f] = {};
    for (size_t i = 0; i < static_cast<size_t>(patients); ++i) {
      examples.values[f][i] = 1;
      examples.payloads[f].Append(std::span(all).subspan(i * width, width));
    }
  }
  for (size_t i = 0; i < static_cast<size_t>(patients); ++i) {
    for (size_t o = 0; o < architecture.outcomes.size(); ++o) {
      examples.labels[o][i] = json["y"][i][o];
    }
  }
  return examples;
}

class MultimodnGoldenTest : public ::testing::TestWithParam<GoldenFile> {
 protected:
  MultimodnGoldenTest() : parameters_(layout_.size()) {
    Put(modn::StateModule(), 0, json_["init_state"]);
    ForEveryTensor([this](int module, int tensor, const nlohmann::json& layer, bool bias) {
      Put(module, tensor, layer[bias ? "b" : "w"]);
    });
  }

  // Calls visit(module, tensor, the file's layer, whether it is the bias) for all but the state.
  template <typename Visit>
  void ForEveryTensor(const Visit& visit) const {
    for (size_t f = 0; f < json_["encoders"].size(); ++f) {
      const nlohmann::json& layers = json_["encoders"][f]["layers"];
      for (size_t l = 0; l < layers.size(); ++l) {
        const int tensor = 2 * static_cast<int>(l);
        visit(modn::EncoderModule(static_cast<int>(f)), tensor, layers[l], false);
        visit(modn::EncoderModule(static_cast<int>(f)), tensor + 1, layers[l], true);
      }
    }
    for (size_t d = 0; d < json_["decoders"].size(); ++d) {
      const int module = modn::DecoderModule(architecture_, static_cast<int>(d));
      visit(module, 0, json_["decoders"][d], false);
      visit(module, 1, json_["decoders"][d], true);
    }
  }

  void Put(int module, int tensor, const nlohmann::json& values) {
    const Numbers numbers = values.get<Numbers>();
    const std::span<double> to =
        nn::Slice(std::span<double>(parameters_), layout_.tensor_block(module, tensor));
    ASSERT_EQ(numbers.size(), to.size());
    std::copy(numbers.begin(), numbers.end(), to.begin());
  }

  bool IsMissing(size_t feature) const { return std::isnan(examples_.values[feature][0]); }

  const nlohmann::json& json_ = GetParam().json;
  const modn::Architecture architecture_ = ReadArchitecture(json_);
  const nn::Layout layout_ = modn::MakeLayout(architecture_);
  const modn::BasicExamples<double> examples_ = ReadExamples(architecture_, json_);
  const std::vector<int> patients_ = modn::AllOf(examples_.patients);
  const std::vector<int> order_ = modn::AllOf(static_cast<int>(architecture_.features.size()));
  Numbers parameters_;
};

TEST_P(MultimodnGoldenTest, DescribesANetworkAndItsPatients) {
  EXPECT_TRUE(modn::Validate(architecture_).ok()) << modn::Validate(architecture_);
  EXPECT_TRUE(modn::Validate(architecture_, examples_).ok())
      << modn::Validate(architecture_, examples_);
}

TEST_P(MultimodnGoldenTest, HasTheStatesOutputsAndErrorsOfEveryStep) {
  const auto readings =
      modn::ReadEveryStep<double>(architecture_, parameters_, examples_, {patients_, order_});
  const auto state = static_cast<size_t>(architecture_.state);
  for (size_t t = 0; t < readings.size(); ++t) {
    const std::string step = " of step " + std::to_string(t);
    if (t > 0 && IsMissing(t - 1)) {
      EXPECT_EQ(readings[t].states, readings[t - 1].states) << step;
      continue;
    }
    ExpectNear(readings[t].states, json_["states"][t], "states" + step);
    for (size_t d = 0; d < architecture_.outcomes.size(); ++d) {
      const auto classes = static_cast<size_t>(architecture_.outcomes[d].classes);
      const Numbers w = json_["decoders"][d]["w"], b = json_["decoders"][d]["b"];
      Numbers outputs;
      double error = 0;
      for (size_t i = 0; i < patients_.size(); ++i) {
        double sum = 0;
        for (size_t c = 0; c < classes; ++c) {
          double z = b[c];
          for (size_t j = 0; j < state; ++j) {
            z += w[c * state + j] * readings[t].states[i * state + j];
          }
          outputs.push_back(1 / (1 + std::exp(-z)));
          sum += std::exp(outputs.back());
        }
        const auto label = static_cast<size_t>(examples_.labels[d][i]);
        error += std::log(sum) - outputs[i * classes + label];
      }
      ExpectNear(outputs, json_["decoder_out"][t][d], "outputs" + step);
      EXPECT_NEAR(error / static_cast<double>(patients_.size()),
                  json_["err_loss"][t][d].get<double>(), kTolerance);
    }
  }
}

TEST_P(MultimodnGoldenTest, HasTheChangeOfStateOfEveryStep) {
  const auto readings =
      modn::ReadEveryStep<double>(architecture_, parameters_, examples_, {patients_, order_});
  Numbers changes;
  for (size_t t = 0; t + 1 < readings.size(); ++t) {
    double sum = 0;
    for (size_t at = 0; at < readings[t].states.size(); ++at) {
      sum += std::pow(readings[t + 1].states[at] - readings[t].states[at], 2);
    }
    changes.push_back(sum / static_cast<double>(readings[t].states.size()));
  }
  ExpectNear(changes, json_["state_change"], "change of state");
}

TEST_P(MultimodnGoldenTest, HasTheLossAndEveryGradient) {
  modn::LossOptions options;
  options.steps = modn::StepWeights::kFixedShare;
  options.state_change_penalty = 0.01 * json_["state_change_penalty"].get<double>();
  options.error_penalty = json_["err_penalty"];
  options.squashed = true;
  modn::Objective<double> objective(architecture_, options);
  Numbers gradient(layout_.size());
  const modn::Loss loss =
      objective.AddGradient(parameters_, examples_, {patients_, order_}, gradient);
  EXPECT_NEAR(loss.Total(), json_["loss"].get<double>(), kTolerance);
  const auto expect = [&](int module, int tensor, const nlohmann::json& expected) {
    ExpectNear(nn::Slice(std::span<const double>(gradient), layout_.tensor_block(module, tensor)),
               expected,
               nn::Name(layout_.modules()[static_cast<size_t>(module)].id) + " tensor " +
                   std::to_string(tensor));
  };
  expect(modn::StateModule(), 0, json_["grad_init_state"]);
  ForEveryTensor([&](int module, int tensor, const nlohmann::json& layer, bool bias) {
    expect(module, tensor, layer[bias ? "gb" : "gw"]);
  });
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(MultimodnGoldenTest);
INSTANTIATE_TEST_SUITE_P(Files, MultimodnGoldenTest,
                         ::testing::ValuesIn(GoldenFilesOf("multimodn")));

}  // namespace
}  // namespace consilium
