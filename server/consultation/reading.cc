#include "server/consultation/reading.h"

#include "modules/metrics/recalibration.h"

namespace consilium::consultation {

void ReadOutcomes(const Release& release, std::span<const float> probabilities,
                  std::vector<OutcomeReading>& readings) {
  const std::vector<int>& first = release.first_class();
  readings.resize(first.size() - 1);
  for (size_t o = 0; o < readings.size(); ++o) {
    if (release.schema().outcomes[o].continuous()) {
      const Estimate estimate = release.EstimateOf(static_cast<int>(o), probabilities);
      readings[o] = {static_cast<float>(estimate.mean), 0};
      continue;
    }
    float rest = 0;
    for (int c = first[o]; c + 1 < first[o + 1]; ++c) rest += probabilities[static_cast<size_t>(c)];
    const float last = probabilities[static_cast<size_t>(first[o + 1] - 1)];
    readings[o] = {last, static_cast<float>(metrics::LogOdds(last, rest))};
  }
}

}  // namespace consilium::consultation
