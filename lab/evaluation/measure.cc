#include "lab/evaluation/measure.h"

#include <algorithm>
#include <cmath>

#include "modules/metrics/operating_point.h"

namespace consilium::evaluation {
namespace {

// Of class 1 of two; of more, the mean over the classes that occur.
std::optional<double> SensitivityAt(const metrics::Predictions& predictions, double specificity) {
  double sum = 0;
  int defined = 0;
  for (int32_t c = predictions.classes == 2 ? 1 : 0; c < predictions.classes; ++c) {
    if (const auto point = metrics::SensitivityAtSpecificity(predictions, specificity, c)) {
      sum += point->sensitivity;
      ++defined;
    }
  }
  if (defined == 0) return std::nullopt;
  return sum / defined;
}

}  // namespace

std::vector<Metric> AllMetrics(double specificity) {
  return {{"auroc", "AUROC", true, [](const metrics::Predictions& p) { return metrics::Auroc(p); }},
          {"auprc", "AUPRC", true,
           [](const metrics::Predictions& p) { return metrics::AveragePrecision(p); }},
          {"macro_f1", "macro-F1", true,
           [](const metrics::Predictions& p) { return metrics::MacroF1(p); }},
          {"sensitivity", "sensitivity", true,
           [specificity](const metrics::Predictions& p) { return SensitivityAt(p, specificity); }},
          {"accuracy", "accuracy", true,
           [](const metrics::Predictions& p) { return metrics::Accuracy(p); }},
          {"brier", "Brier", false,
           [](const metrics::Predictions& p) { return metrics::BrierScore(p); }},
          {"ece", "ECE", false,
           [](const metrics::Predictions& p) { return metrics::CalibrationError(p); }},
          {"nll", "NLL", false,
           [](const metrics::Predictions& p) { return metrics::NegativeLogLikelihood(p); }}};
}

Measurement Measure(const Metric& metric, std::span<const LabelledPredictions> by_seed,
                    int resamples) {
  const auto seeds = static_cast<double>(by_seed.size());
  std::vector<double> values;
  double low = 0, high = 0;
  bool interval = resamples > 0 && !by_seed.empty();
  for (size_t s = 0; s < by_seed.size(); ++s) {
    const metrics::Predictions view = by_seed[s].View();
    const std::optional<double> value = metric.score(view);
    if (!value) return {};
    values.push_back(*value);
    if (!interval) continue;
    const int own = std::max(20, resamples / static_cast<int>(by_seed.size()));
    const auto bounds =
        metrics::BootstrapInterval(view, metric.score, {.resamples = own, .seed = s + 1});
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

}  // namespace consilium::evaluation
