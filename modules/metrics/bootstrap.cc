#include "modules/metrics/bootstrap.h"

#include <algorithm>
#include <vector>

#include "base/random.h"
#include "modules/metrics/decision.h"
#include "modules/metrics/quantile.h"

namespace consilium::metrics {
namespace {

std::vector<std::vector<size_t>> PatientsByClass(const Predictions& predictions) {
  std::vector<std::vector<size_t>> patients(static_cast<size_t>(predictions.classes));
  for (size_t i = 0; i < predictions.labels.size(); ++i) {
    const int32_t label = predictions.labels[i];
    if (IsKnown(label, predictions)) patients[static_cast<size_t>(label)].push_back(i);
  }
  return patients;
}

struct Resample {
  std::vector<float> probabilities;
  std::vector<int32_t> labels;
};

void Draw(const Predictions& predictions, const std::vector<std::vector<size_t>>& by_class,
          Random random, Resample& resample) {
  resample.probabilities.clear();
  resample.labels.clear();
  for (const std::vector<size_t>& patients : by_class) {
    for (size_t i = 0; i < patients.size(); ++i) {
      const size_t drawn = patients[random.Below(patients.size())];
      const std::span<const float> row = Row(predictions, drawn);
      resample.probabilities.insert(resample.probabilities.end(), row.begin(), row.end());
      resample.labels.push_back(predictions.labels[drawn]);
    }
  }
}

}  // namespace

std::optional<Interval> BootstrapInterval(const Predictions& predictions, const Score& score,
                                          const BootstrapOptions& options) {
  if (options.resamples < 1 || !(options.level > 0 && options.level < 1)) return std::nullopt;
  if (!AreSound(predictions) || !score(predictions)) return std::nullopt;
  const std::vector<std::vector<size_t>> by_class = PatientsByClass(predictions);
  std::vector<double> values;
  Resample resample;
  for (int r = 0; r < options.resamples; ++r) {
    Draw(predictions, by_class, Random::Named(options.seed, "bootstrap", static_cast<uint64_t>(r)),
         resample);
    const std::optional<double> value =
        score({predictions.classes, resample.probabilities, resample.labels});
    if (value) values.push_back(*value);
  }
  if (2 * values.size() < static_cast<size_t>(options.resamples)) return std::nullopt;
  std::sort(values.begin(), values.end());
  const double tail = (1 - options.level) / 2;
  return Interval{QuantileOfSorted(values, tail), QuantileOfSorted(values, 1 - tail)};
}

}  // namespace consilium::metrics
