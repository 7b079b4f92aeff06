#include "server/training/calibration_sums.h"

#include <algorithm>
#include <cmath>

#include "base/random.h"
#include "modules/metrics/log_odds_histogram.h"
#include "modules/modn/evaluation.h"
#include "server/training/calibration.h"

namespace consilium::training {
namespace {

class Tally {
 public:
  // Borrows both.
  Tally(const modn::Architecture& architecture, const modn::Examples& patients)
      : architecture_(architecture),
        patients_(patients),
        cells_(AnswerCells(static_cast<int>(architecture.features.size()))),
        sums_(CalibrationSumsSize(architecture)) {}

  // Counts a patient by the readings at step 0 and after each question of `order`.
  void Count(const std::vector<modn::StepReading<float>>& readings, int patient,
             std::span<const int> order, Random& random) {
    std::vector<size_t> step_after = {0};  // by number of answers
    for (size_t step = 0; step < order.size(); ++step) {
      const std::vector<float>& values = patients_.values[static_cast<size_t>(order[step])];
      if (!std::isnan(values[static_cast<size_t>(patient)])) step_after.push_back(step + 1);
    }
    const size_t answers = step_after.size() - 1;
    for (size_t cell = 0; cell < cells_.size() && FirstOf(cell) <= answers; ++cell) {
      size_t after = answers;
      if (cell + 1 < cells_.size() && FirstOf(cell + 1) <= answers) {
        after = FirstOf(cell) + random.Below(FirstOf(cell + 1) - FirstOf(cell));
      }
      Count(readings[step_after[after]], static_cast<size_t>(patient), cell);
    }
  }

  std::vector<double> Take() { return std::move(sums_); }

 private:
  size_t FirstOf(size_t cell) const { return static_cast<size_t>(cells_[cell]); }

  void Count(const modn::StepReading<float>& reading, size_t patient, size_t cell) {
    size_t begin = 0;
    for (size_t o = 0; o < architecture_.outcomes.size(); ++o) {
      const auto classes = static_cast<size_t>(architecture_.outcomes[o].classes);
      const int32_t label = patients_.labels[o][patient];
      for (size_t c = classes == 2 ? 1 : 0; c < classes; ++c, begin += PerClass()) {
        if (label < 0) continue;
        const bool of_class = static_cast<size_t>(label) == c;
        Count(metrics::LogOdds(reading.probabilities[o], c), begin, cell, of_class);
      }
    }
  }

  void Count(double log_odds, size_t begin, size_t cell, bool of_class) {
    if (!std::isfinite(log_odds)) return;
    const size_t histogram = 2 * cell + (of_class ? 0 : 1);
    ++sums_[begin + histogram * metrics::kLogOddsBins +
            static_cast<size_t>(metrics::BinOfLogOdds(log_odds))];
  }

  size_t PerClass() const { return cells_.size() * 2 * metrics::kLogOddsBins; }

  const modn::Architecture& architecture_;
  const modn::Examples& patients_;
  const std::vector<int> cells_;
  std::vector<double> sums_;
};

}  // namespace

std::vector<double> CalibrationSumsOf(const modn::Architecture& architecture,
                                      std::span<const float> parameters,
                                      const modn::Examples& patients, Asked asked, uint64_t seed) {
  Tally tally(architecture, patients);
  for (int patient = 0; patient < patients.patients; ++patient) {
    Random random = Random::Named(seed, "calibration", static_cast<uint64_t>(patient));
    const auto features = static_cast<int>(architecture.features.size());
    const std::vector<int> order =
        asked == Asked::kInRandomOrder ? random.Permutation(features) : modn::AllOf(features);
    tally.Count(modn::ReadEveryStep<float>(architecture, parameters, patients,
                                           {.patients = std::span(&patient, 1), .order = order}),
                patient, order, random);
  }
  return tally.Take();
}

}  // namespace consilium::training
