#ifndef CONSILIUM_SERVER_CONSULTATION_READING_H_
#define CONSILIUM_SERVER_CONSULTATION_READING_H_

#include <span>
#include <vector>

#include "server/consultation/release.h"

namespace consilium::consultation {

// What is told of one outcome beside its classes: of the last class; of a number its mean and 0.
struct OutcomeReading {
  float probability = 0;
  float log_odds = 0;  // against all other classes; finite for every probability
};

// One for each outcome of the release, from PatientState::probabilities(). Allocates nothing if
// `readings` has the size already.
void ReadOutcomes(const Release& release, std::span<const float> probabilities,
                  std::vector<OutcomeReading>& readings);

}  // namespace consilium::consultation

#endif  // CONSILIUM_SERVER_CONSULTATION_READING_H_
