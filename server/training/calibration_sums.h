#ifndef CONSILIUM_SERVER_TRAINING_CALIBRATION_SUMS_H_
#define CONSILIUM_SERVER_TRAINING_CALIBRATION_SUMS_H_

#include <cstdint>
#include <span>
#include <vector>

#include "modules/modn/architecture.h"
#include "modules/modn/examples.h"

namespace consilium::training {

enum class Asked { kInRandomOrder, kInOrderOfFeatures };

// What FitCalibration wants of one site's patients. Each is asked all questions once, in a random
// order of its own or in that of the features, and counts once in every cell of AnswerCells that
// its answers reach: after a random number of answers within the cell; in its last cell after all
// of its answers, which is how most consultations end. So what a cell counts is independent from
// patient to patient. The same seed gives the same sums.
std::vector<double> CalibrationSumsOf(const modn::Architecture& architecture,
                                      std::span<const float> parameters,
                                      const modn::Examples& patients, Asked asked, uint64_t seed);

}  // namespace consilium::training

#endif  // CONSILIUM_SERVER_TRAINING_CALIBRATION_SUMS_H_
