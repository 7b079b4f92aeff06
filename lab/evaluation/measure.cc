#include "lab/evaluation/measure.h"

#include <algorithm>
#include <cmath>

#include "modules/metrics/operating_point.h"

namespace consilium {
namespace {

// Of class 1 of two; of more, the mean over the classes that occur.
std::optional<double> SensitivityAt(const Predictions& predictions, double specificity) {
  double sum = 0;
  int defined = 0;
  for (int32_t c = predictions.classes == 2 ? 1 : 0; c < predictions.classes; ++c) {
    if (const auto point = SensitivityAtSpecificity(predictions, specificity, c)) {
      sum += point->sensitivity;
      ++defined;
    }
  }
  if (defined == 0) return std::nullopt;
  return sum / defined;
}

}  // namespace

std::vector<Metric> AllMetrics(double specificity) {
  return {{"auroc", "AUROC", true, [](const Predictions& p) { return Auroc(p); }},
          {"auprc", "AUPRC", true, [](const Predictions& p) { return AveragePrecision(p); }},
          {"macro_f1", "macro-F1", true, [](const Predictions& p) { return MacroF1(p); }},
          {"sensitivity", "sensitivity", true,
           [specificity](const Predictions& p) { return SensitivityAt(p, specificity); }},
          {"accuracy", "accuracy", true, [](const Predictions& p) { return Accuracy(p); }},
          {"brier", "Brier", false, [](const Predictions& p) { return BrierScore(p); }},
          {"ece", "ECE", false, [](const Predictions& p) { return CalibrationError(p); }},
          {"nll", "NLL", false, [](const Predictions& p) { return NegativeLogLikelihood(p); }}};
}

Measurement Measure(const Metric& metric, std::span<const LabelledPredictions> by_seed,
                    int resamples) {
  const auto seeds = static_cast<double>(by_seed.size());
  std::vector<double> values;
  double low = 0, high = 0;
  bool interval = resamples > 0 && !by_seed.empty();
  for (size_t s = 0; s < by_seed.size(); ++s) {
    const Predictions view = by_seed[s].View();
    const std::optional<double> value = metric.score(view);
    if (!value) return {};
    values.push_back(*value);
    if (!interval) continue;
    const int own = std::max(20, resamples / static_cast<int>(by_seed.size()));
    const auto bounds = BootstrapInterval(view, metric.score, {.resamples = own, .seed = s + 1});
    interval = bounds.has_value();
    if (interval) low += bounds->low / seeds, high += bounds->high / seeds;
  }
  if (values.empty()) return {};
  Measurement measurement;
  double mean = 0, squares = 0;
  for (const double value : values) mean += value / seeds;
  for (const double value : values) squares += (value - mean) * (value - mean);
  measurement.value = mean;
  if (interval) measurement.low = low, measurement.high = high;
  if (values.size() > 1) measurement.deviation = std::sqrt(squares / (seeds - 1));
  return measurement;
}

}  // namespace consilium
