#include "server/training/calibration.h"

#include <algorithm>
#include <cmath>

#include "fmt/format.h"

namespace consilium::training {
namespace {

size_t Fitted(int classes) { return classes == 2 ? 1 : static_cast<size_t>(classes); }

Status CheckBand(const CalibrationBand& band, const modn::OutcomeShape& outcome) {
  if (band.recalibrations.size() != Fitted(outcome.classes) ||
      band.floors.size() != static_cast<size_t>(outcome.classes)) {
    return InvalidArgument("calibration of {}: {} recalibrations and {} floors for {} classes",
                           outcome.key, band.recalibrations.size(), band.floors.size(),
                           outcome.classes);
  }
  const auto sound = [](const metrics::Recalibration& r) {
    return std::isfinite(r.slope) && r.slope > 0 && std::isfinite(r.bias);
  };
  const auto finite = [](const std::optional<double>& floor) {
    return !floor || std::isfinite(*floor);
  };
  if (!std::ranges::all_of(band.recalibrations, sound) ||
      !std::ranges::all_of(band.floors, finite)) {
    return InvalidArgument("calibration of {} from {} answers: not all numbers are sound",
                           outcome.key, band.from);
  }
  return OkStatus();
}

}  // namespace

const CalibrationBand* Calibration::Find(int outcome, int answers) const {
  if (static_cast<size_t>(outcome) >= outcomes.size()) return nullptr;
  const CalibrationBand* found = nullptr;
  for (const CalibrationBand& band : outcomes[static_cast<size_t>(outcome)]) {
    if (found == nullptr || band.from <= answers) found = &band;
  }
  return found;
}

Status Validate(const Calibration& calibration, const modn::Architecture& architecture) {
  if (calibration.outcomes.empty()) return OkStatus();
  if (calibration.outcomes.size() != architecture.outcomes.size()) {
    return InvalidArgument("calibration of {} outcomes, expected {}", calibration.outcomes.size(),
                           architecture.outcomes.size());
  }
  if (!(calibration.coverage > 0 && calibration.coverage < 1)) {
    return InvalidArgument("coverage of {}, expected between 0 and 1", calibration.coverage);
  }
  for (size_t o = 0; o < calibration.outcomes.size(); ++o) {
    int least = 0;
    for (const CalibrationBand& band : calibration.outcomes[o]) {
      if (band.from < least) {
        return InvalidArgument("calibration of {}: a band from {} answers, expected at least {}",
                               architecture.outcomes[o].key, band.from, least);
      }
      least = band.from + 1;
      RETURN_IF_ERROR(CheckBand(band, architecture.outcomes[o]));
    }
  }
  return OkStatus();
}

void Recalibrate(const CalibrationBand& band, std::span<float> probabilities) {
  metrics::Recalibrate(std::span<const metrics::Recalibration>(band.recalibrations), probabilities);
}

bool IsPossible(const CalibrationBand& band, std::span<const float> probabilities,
                size_t of_class) {
  const std::optional<double>& floor = band.floors[of_class];
  return !floor || metrics::LogOdds(probabilities, of_class) >= *floor;
}

std::vector<int32_t> ConformalSet(const CalibrationBand& band,
                                  std::span<const float> probabilities) {
  std::vector<int32_t> set;
  for (size_t c = 0; c < probabilities.size() && c < band.floors.size(); ++c) {
    if (IsPossible(band, probabilities, c)) set.push_back(static_cast<int32_t>(c));
  }
  return set;
}

std::vector<int> AnswerCells(int features) {
  std::vector<int> cells;
  for (int from = 0; from <= features; from = std::max(from + 1, from * 4 / 3)) {
    cells.push_back(from);
  }
  return cells;
}

}  // namespace consilium::training
