#ifndef CONSILIUM_SERVER_CONSULTATION_RECOMMEND_H_
#define CONSILIUM_SERVER_CONSULTATION_RECOMMEND_H_

#include <span>
#include <vector>

#include "modules/modn/predictor.h"
#include "server/consultation/release.h"
#include "server/consultation/step.h"

namespace consilium::consultation {

// The `most` questions among `candidates` (features) whose answers are expected to lower the
// entropy of the predictions most, best first; of equals the one asked earlier.
//
// With feature decoders the possible answers and their weights follow from what the patient
// answered so far: every category with its probability; of a number the means of five equally
// likely parts of its normal distribution, held within the range, so that the same state always
// ranks the same. Without, answers are weighed as often as this site's training patients gave them.
//
// Expected entropy would never rise if outcomes and feature decoders came from one joint
// distribution; they do not, so a computed gain may fall below zero. It then is told as 0: no gain
// is expected. Features never observed at this site are left out.
std::vector<Suggestion> RankQuestions(const Release& release, const modn::PatientState& patient,
                                      std::span<const int> candidates, int most);

}  // namespace consilium::consultation

#endif  // CONSILIUM_SERVER_CONSULTATION_RECOMMEND_H_
