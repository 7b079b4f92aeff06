#ifndef CONSILIUM_SERVER_CONSULTATION_RECOMMEND_H_
#define CONSILIUM_SERVER_CONSULTATION_RECOMMEND_H_

#include <span>
#include <vector>

#include "modules/modn/predictor.h"
#include "server/consultation/release.h"
#include "server/consultation/step.h"

namespace consilium {

// The `most` questions among `candidates` (features) whose answers are expected to lower the
// entropy of the predictions most, best first; of equals the one asked earlier. Answers are weighed
// as often as this site's training patients gave them, whatever else the patient answered, so a
// gain may be below zero. Features never observed at this site are left out.
std::vector<Suggestion> RankQuestions(const Release& release, const PatientState& patient,
                                      std::span<const int> candidates, int most);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_CONSULTATION_RECOMMEND_H_
