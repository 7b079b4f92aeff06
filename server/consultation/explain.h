#ifndef CONSILIUM_SERVER_CONSULTATION_EXPLAIN_H_
#define CONSILIUM_SERVER_CONSULTATION_EXPLAIN_H_

#include <memory>
#include <span>
#include <vector>

#include "modules/modn/predictor.h"
#include "server/consultation/release.h"
#include "server/consultation/step.h"

namespace consilium::consultation {

// An answer that counts, as the predictor takes it.
struct EncodedAnswer {
  int feature = 0;
  float value = 0;
  // Of a vector, series or image, instead of a value. Shared by what-if copies.
  std::shared_ptr<const std::vector<float>> numbers = nullptr;
};

void Encode(const Release& release, const EncodedAnswer& answer, modn::PatientState& patient);

// What each of `given`, in the order of answering, did to every outcome's log odds: when it was
// given, and what would be different had it not been.
std::vector<Contribution> ContributionsOf(const Release& release,
                                          std::span<const EncodedAnswer> given);

// What the patient's answers so far say of those to `features` not answered yet. Of features
// without a feature decoder, or that nobody had, nothing.
std::vector<Expectation> ExpectAnswers(const Release& release, const modn::PatientState& patient,
                                       std::span<const int> features);

}  // namespace consilium::consultation

#endif  // CONSILIUM_SERVER_CONSULTATION_EXPLAIN_H_
