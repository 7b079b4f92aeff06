#include "server/consultation/recommend.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace consilium::consultation {
namespace {

// Means of the standard normal distribution within its five parts of equal probability.
constexpr std::array<float, 5> kStrata = {-1.39980F, -0.53187F, 0.0F, 0.53187F, 1.39980F};

// In bits, summed over the outcomes; of a number that of its normal distribution, but for a
// constant.
double Entropy(const Release& release, std::span<const float> probabilities) {
  float bits = 0;
  const std::vector<int>& first = release.first_class();
  for (size_t o = 0; o + 1 < first.size(); ++o) {
    const auto begin = static_cast<size_t>(first[o]), end = static_cast<size_t>(first[o + 1]);
    if (release.schema().outcomes[o].continuous()) {
      bits += std::log2(probabilities[begin + 1]);
      continue;
    }
    for (const float p : probabilities.subspan(begin, end - begin)) {
      if (p > 0) bits -= p * std::log2(p);
    }
  }
  return bits;
}

// Possible answers to one question, as the predictor takes them, and how likely each is.
struct Answers {
  std::vector<float> values, shares;

  void Clear() {
    values.clear();
    shares.clear();
  }
  void Add(float value, float share) {
    values.push_back(value);
    shares.push_back(share);
  }
};

void ExpectedAnswers(const Release& release, const modn::FeatureReading& reading,
                     const modn::FeatureDecoderPlace& place, Answers& answers) {
  const float* outputs = &reading.outputs[static_cast<size_t>(place.first_output)];
  if (place.categorical) {
    for (int c = 0; c < place.outputs; ++c) answers.Add(static_cast<float>(c), outputs[c]);
    return;
  }
  const data::Range& range = release.schema().features[static_cast<size_t>(place.feature)].range;
  const float least = release.Encode(place.feature, range.min);
  const float most = release.Encode(place.feature, range.max);
  for (const float z : kStrata) {
    answers.Add(std::clamp(outputs[0] + z * outputs[1], least, most), 1.0F / kStrata.size());
  }
}

// Ranks with memory that is used again from question to question.
class Ranking {
 public:
  Ranking(const Release& release, const modn::PatientState& patient)
      : release_(release),
        patient_(patient),
        now_(Entropy(release, patient.probabilities())),
        features_(release.feature_predictor()) {
    if (features_ != nullptr) features_->Read(patient, reading_);
  }

  // False: the question is left out.
  bool GainOf(int feature, double& gain) {
    FindAnswers(feature);
    if (answers_.values.empty()) return false;
    release_.predictor().LookAhead(feature, answers_.values, patient_, ahead_);
    const size_t classes = patient_.probabilities().size();
    double expected = 0, shares = 0;
    for (size_t a = 0; a < answers_.values.size(); ++a) {
      const auto share = static_cast<double>(answers_.shares[a]);
      expected +=
          share *
          Entropy(release_,
                  std::span<const float>(ahead_.probabilities).subspan(a * classes, classes));
      shares += share;
    }
    gain = now_ - expected / shares;
    return true;
  }

 private:
  void FindAnswers(int feature) {
    answers_.Clear();
    const std::span<const PossibleAnswer> observed = release_.PossibleAnswers(feature);
    if (observed.empty() && release_.knows_shares()) return;
    const int place = features_ == nullptr ? -1 : features_->stack().Find(feature);
    if (place >= 0) {
      return ExpectedAnswers(release_, reading_,
                             features_->stack().places[static_cast<size_t>(place)], answers_);
    }
    for (const PossibleAnswer& answer : observed) answers_.Add(answer.value, answer.share);
  }

  const Release& release_;
  const modn::PatientState& patient_;
  const double now_;
  const modn::FeaturePredictor* features_;
  modn::FeatureReading reading_;
  Answers answers_;
  modn::AnswersAhead ahead_;
};

}  // namespace

std::vector<Suggestion> RankQuestions(const Release& release, const modn::PatientState& patient,
                                      std::span<const int> candidates, int most) {
  std::vector<Suggestion> ranked;
  if (most <= 0) return ranked;
  Ranking ranking(release, patient);
  for (const int feature : candidates) {
    double gain = 0;
    if (ranking.GainOf(feature, gain)) ranked.push_back({feature, gain});
  }
  std::ranges::stable_sort(ranked, std::ranges::greater(), &Suggestion::information_gain);
  if (ranked.size() > static_cast<size_t>(most)) ranked.resize(static_cast<size_t>(most));
  for (Suggestion& suggestion : ranked) {
    suggestion.information_gain = std::max(0.0, suggestion.information_gain);
  }
  return ranked;
}

}  // namespace consilium::consultation
