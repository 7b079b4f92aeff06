#include "server/consultation/recommend.h"

#include <algorithm>
#include <cmath>

namespace consilium {
namespace {

// In bits, summed over the outcomes.
double Entropy(std::span<const float> probabilities) {
  float bits = 0;
  for (const float p : probabilities) {
    if (p > 0) bits -= p * std::log2(p);
  }
  return bits;
}

}  // namespace

std::vector<Suggestion> RankQuestions(const Release& release, const PatientState& patient,
                                      std::span<const int> candidates, int most) {
  std::vector<Suggestion> ranked;
  if (most <= 0) return ranked;
  const double now = Entropy(patient.probabilities());
  PatientState asked = patient;
  for (const int feature : candidates) {
    const std::span<const PossibleAnswer> answers = release.PossibleAnswers(feature);
    if (answers.empty()) continue;
    double expected = 0;
    double shares = 0;
    for (const PossibleAnswer& answer : answers) {
      asked = patient;
      release.predictor().Observe(feature, answer.value, asked);
      expected += static_cast<double>(answer.share) * Entropy(asked.probabilities());
      shares += static_cast<double>(answer.share);
    }
    ranked.push_back({feature, now - expected / shares});
  }
  std::ranges::stable_sort(ranked, std::ranges::greater(), &Suggestion::information_gain);
  if (ranked.size() > static_cast<size_t>(most)) ranked.resize(static_cast<size_t>(most));
  return ranked;
}

}  // namespace consilium
