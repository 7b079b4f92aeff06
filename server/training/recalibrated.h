#ifndef CONSILIUM_SERVER_TRAINING_RECALIBRATED_H_
#define CONSILIUM_SERVER_TRAINING_RECALIBRATED_H_

#include <vector>

#include "modules/modn/examples.h"
#include "server/training/calibration.h"

namespace consilium::training {

// By patient, how many questions are answered.
std::vector<int> AnswersOf(const modn::Examples& patients);

// Probabilities [outcome][patient, class] read after all answers of `patients`, as the calibration
// corrects them for that many answers.
std::vector<std::vector<float>> Recalibrated(const Calibration& calibration,
                                             const modn::Examples& patients,
                                             std::vector<std::vector<float>> probabilities);

}  // namespace consilium::training

#endif  // CONSILIUM_SERVER_TRAINING_RECALIBRATED_H_
