#include "server/consultation/explain.h"

#include <algorithm>

#include "server/consultation/reading.h"

namespace consilium::consultation {
namespace {

double Change(const OutcomeReading& before, const OutcomeReading& after) {
  return static_cast<double>(after.log_odds) - static_cast<double>(before.log_odds);
}

}  // namespace

void Encode(const Release& release, const EncodedAnswer& answer, modn::PatientState& patient) {
  if (answer.numbers) {
    release.predictor().Observe(answer.feature, *answer.numbers, patient);
  } else {
    release.predictor().Observe(answer.feature, answer.value, patient);
  }
}

std::vector<Contribution> ContributionsOf(const Release& release,
                                          std::span<const EncodedAnswer> given) {
  std::vector<Contribution> contributions;
  modn::PatientState patient = release.predictor().Begin();
  std::vector<OutcomeReading> before, after, without;
  ReadOutcomes(release, patient.probabilities(), after);
  for (const EncodedAnswer& answer : given) {
    before = after;
    Encode(release, answer, patient);
    ReadOutcomes(release, patient.probabilities(), after);
    Contribution& contribution = contributions.emplace_back();
    contribution.feature = answer.feature;
    for (size_t o = 0; o < after.size(); ++o) {
      contribution.log_odds_change.push_back(Change(before[o], after[o]));
    }
  }
  for (size_t left_out = 0; left_out < given.size(); ++left_out) {
    patient = release.predictor().Begin();
    for (size_t i = 0; i < given.size(); ++i) {
      if (i != left_out) Encode(release, given[i], patient);
    }
    ReadOutcomes(release, patient.probabilities(), without);
    for (size_t o = 0; o < after.size(); ++o) {
      contributions[left_out].left_out.push_back(Change(without[o], after[o]));
    }
  }
  return contributions;
}

std::vector<Expectation> ExpectAnswers(const Release& release, const modn::PatientState& patient,
                                       std::span<const int> features) {
  std::vector<Expectation> expectations;
  const modn::FeaturePredictor* predictor = release.feature_predictor();
  if (predictor == nullptr) return expectations;
  modn::FeatureReading reading;
  predictor->Read(patient, reading);
  for (const int feature : features) {
    const int found = predictor->stack().Find(feature);
    if (found < 0 || !release.Learnt(feature)) continue;
    const modn::FeatureDecoderPlace& place = predictor->stack().places[static_cast<size_t>(found)];
    const float* outputs = &reading.outputs[static_cast<size_t>(place.first_output)];
    Expectation& expectation = expectations.emplace_back();
    expectation.feature = feature;
    if (place.categorical) {
      expectation.probabilities.assign(outputs, outputs + place.outputs);
      continue;
    }
    const data::Range& range = release.schema().features[static_cast<size_t>(feature)].range;
    expectation.mean = std::clamp(release.Decode(feature, outputs[0]), range.min, range.max);
    expectation.deviation = release.Decode(feature, outputs[1]) - release.Decode(feature, 0);
  }
  return expectations;
}

}  // namespace consilium::consultation
