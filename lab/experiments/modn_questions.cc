// What feature decoders are good for: what they tell of answers not given, and which question to
// ask next.
#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#include "base/random.h"
#include "lab/experiments/modn_study.h"
#include "modules/modn/feature_predictor.h"
#include "server/consultation/answer_shares.h"
#include "server/consultation/recommend.h"
#include "server/consultation/release.h"

namespace consilium::experiments {
namespace {

float ValueOf(const modn::Examples& examples, int feature, int patient) {
  return examples.values[static_cast<size_t>(feature)][static_cast<size_t>(patient)];
}

// The features the patient answered.
std::vector<int> Answered(const modn::Examples& examples, int patient) {
  std::vector<int> features;
  for (int f = 0; f < static_cast<int>(examples.values.size()); ++f) {
    if (!std::isnan(ValueOf(examples, f, patient))) features.push_back(f);
  }
  return features;
}

double NormalNll(double x, double mean, double deviation) {
  const double z = (x - mean) / deviation;
  return z * z / 2 + std::log(deviation) + 0.9189385332046727;  // ln sqrt(2 pi)
}

// NLL of an answer by the training patients' distribution: a normal, or shares (one patient more in
// each category).
class Marginals {
 public:
  Marginals(const modn::Architecture& architecture, const modn::Examples& train)
      : shape_(architecture) {
    for (size_t f = 0; f < train.values.size(); ++f) {
      const auto width = static_cast<size_t>(std::max(architecture.features[f].width, 2));
      std::vector<double> counts(width, 1);
      double n = 0, sum = 0, squares = 0;
      for (const float value : train.values[f]) {
        if (std::isnan(value)) continue;
        const auto x = static_cast<double>(value);
        ++n;
        sum += x;
        squares += x * x;
        if (architecture.features[f].width > 1) ++counts[static_cast<size_t>(value)];
      }
      const double mean = n > 0 ? sum / n : 0;
      const double variance = n > 1 ? std::max(squares / n - mean * mean, 2.5e-3) : 1;
      normals_.emplace_back(mean, std::sqrt(variance));
      for (double& count : counts) count /= n + static_cast<double>(width);
      shares_.push_back(std::move(counts));
    }
  }

  double Nll(int feature, float value) const {
    const auto f = static_cast<size_t>(feature);
    if (shape_.features[f].width > 1) return -std::log(shares_[f][static_cast<size_t>(value)]);
    return NormalNll(static_cast<double>(value), normals_[f].first, normals_[f].second);
  }

 private:
  const modn::Architecture& shape_;
  std::vector<std::pair<double, double>> normals_;
  std::vector<std::vector<double>> shares_;
};

double DecodedNll(const modn::FeatureDecoderStack& stack, const modn::FeatureReading& reading,
                  int feature, float value) {
  const modn::FeatureDecoderPlace& place = stack.places[static_cast<size_t>(stack.Find(feature))];
  const float* outputs = &reading.outputs[static_cast<size_t>(place.first_output)];
  if (place.categorical) {
    return -std::log(std::max(static_cast<double>(outputs[static_cast<int>(value)]), 1e-12));
  }
  return NormalNll(static_cast<double>(value), static_cast<double>(outputs[0]),
                   static_cast<double>(outputs[1]));
}

// Mean over held-out answers, each told from half of the patient's others.
double FeatureGain(const PooledHalves& halves, const consultation::Release& release,
                   uint64_t seed) {
  const modn::Architecture& architecture = release.predictor().architecture();
  const Marginals marginals(architecture, halves.train);
  const modn::FeaturePredictor& features = *release.feature_predictor();
  Random random = Random::Named(seed, "halves of answers");
  modn::FeatureReading reading;
  double gain = 0, told = 0;
  for (int patient = 0; patient < halves.test.patients; ++patient) {
    std::vector<int> answered = Answered(halves.test, patient);
    random.Shuffle(std::span<int>(answered));
    const size_t half = answered.size() / 2;
    modn::PatientState state = release.predictor().Begin();
    for (size_t i = 0; i < half; ++i) {
      release.predictor().Observe(answered[i], ValueOf(halves.test, answered[i], patient), state);
    }
    features.Read(state, reading);
    for (size_t i = half; i < answered.size(); ++i) {
      const float value = ValueOf(halves.test, answered[i], patient);
      gain += marginals.Nll(answered[i], value) -
              DecodedNll(features.stack(), reading, answered[i], value);
      ++told;
    }
  }
  return told > 0 ? gain / told : 0;
}

// Mean NLL of the first outcome after each of `asked` questions; `choose` picks the next among
// those the patient could answer.
template <typename Choose>
std::vector<double> Ask(const modn::Examples& examples, const consultation::Release& release,
                        const std::vector<int>& patients, int asked, const Choose& choose) {
  std::vector<double> nll(static_cast<size_t>(asked) + 1, 0);
  for (const int patient : patients) {
    std::vector<int> open = Answered(examples, patient);
    modn::PatientState state = release.predictor().Begin();
    const auto label = static_cast<size_t>(examples.labels[0][static_cast<size_t>(patient)]);
    for (size_t k = 0; k < nll.size(); ++k) {
      const auto p = static_cast<double>(release.predictor().Probabilities(state, 0)[label]);
      nll[k] -= std::log(std::max(p, 1e-12)) / static_cast<double>(patients.size());
      if (open.empty()) continue;
      const int feature = choose(state, open);
      std::erase(open, feature);
      release.predictor().Observe(feature, ValueOf(examples, feature, patient), state);
    }
  }
  return nll;
}

int Best(const consultation::Release& release, const modn::PatientState& state,
         const std::vector<int>& open) {
  const std::vector<consultation::Suggestion> ranked =
      consultation::RankQuestions(release, state, open, 1);
  return ranked.empty() ? open.front() : ranked.front().feature;
}

// Feature decoders come last in the layout, so leaving them out keeps every prediction.
StatusOr<std::shared_ptr<const consultation::Release>> ReleaseOf(
    const PooledHalves& halves, const modn::Architecture& architecture,
    std::vector<float> parameters, bool decoders) {
  training::Model model;
  model.run = "experiment";
  model.schema = halves.schema;
  model.state = architecture.state;
  model.hidden = architecture.hidden;
  model.feature_decoder_hidden = decoders ? architecture.feature_decoder_hidden : 0;
  model.statistics = halves.statistics;
  model.answer_shares = consultation::AnswerShares(halves.schema, halves.train_cohort);
  modn::Architecture shape = architecture;
  shape.feature_decoder_hidden = model.feature_decoder_hidden;
  parameters.resize(modn::MakeLayout(shape).size());
  model.parameters = std::move(parameters);
  return consultation::Release::Create(std::move(model), std::string(64, '0'));
}

}  // namespace

Status MeasureQuestions(const PooledHalves& halves, const modn::Architecture& architecture,
                        const std::vector<float>& parameters, const ModnStudyOptions& options,
                        uint64_t seed, ModnMeasurements& measured) {
  ASSIGN_OR_RETURN(const auto decoding, ReleaseOf(halves, architecture, parameters, true));
  ASSIGN_OR_RETURN(const auto plain, ReleaseOf(halves, architecture, parameters, false));
  measured.values["feature_gain"] = FeatureGain(halves, *decoding, seed);
  Random random = Random::Named(seed, "questions");
  std::vector<int> patients;
  for (const int patient : random.Permutation(halves.test.patients)) {
    if (halves.test.labels[0][static_cast<size_t>(patient)] >= 0) patients.push_back(patient);
  }
  patients.resize(std::min(patients.size(), static_cast<size_t>(options.asked_patients)));
  const auto ask = [&](const consultation::Release& release, const auto& choose) {
    return Ask(halves.test, release, patients, options.asked, choose);
  };
  measured.curves["by_gain"] =
      ask(*decoding, [&](const modn::PatientState& state, const std::vector<int>& open) {
        return Best(*decoding, state, open);
      });
  measured.curves["by_shares"] =
      ask(*plain, [&](const modn::PatientState& state, const std::vector<int>& open) {
        return Best(*plain, state, open);
      });
  measured.curves["at_random"] =
      ask(*decoding, [&](const modn::PatientState&, const std::vector<int>& open) {
        return open[random.Below(open.size())];
      });
  return OkStatus();
}

}  // namespace consilium::experiments
