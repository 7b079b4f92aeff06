#include "server/training/recalibrated.h"

#include <cmath>
#include <utility>

namespace consilium::training {

std::vector<int> AnswersOf(const modn::Examples& patients) {
  std::vector<int> answers(static_cast<size_t>(patients.patients));
  for (const std::vector<float>& values : patients.values) {
    for (size_t i = 0; i < answers.size(); ++i) answers[i] += std::isnan(values[i]) ? 0 : 1;
  }
  return answers;
}

std::vector<std::vector<float>> Recalibrated(const Calibration& calibration,
                                             const modn::Examples& patients,
                                             std::vector<std::vector<float>> probabilities) {
  const std::vector<int> answers = AnswersOf(patients);
  for (size_t o = 0; o < probabilities.size() && !answers.empty(); ++o) {
    const size_t classes = probabilities[o].size() / answers.size();
    for (size_t i = 0; i < answers.size(); ++i) {
      const CalibrationBand* band = calibration.Find(static_cast<int>(o), answers[i]);
      if (band == nullptr) break;
      Recalibrate(*band, std::span(probabilities[o]).subspan(i * classes, classes));
    }
  }
  return probabilities;
}

}  // namespace consilium::training
