#include "modules/metrics/temperature.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "modules/metrics/decision.h"

namespace consilium::metrics {
namespace {

constexpr double kLargestLog = 2.995732273553991;  // ln 20

// Writes softmax(ln p / t) to `out`.
void Soften(std::span<const float> p, double t, std::vector<double>& out) {
  out.resize(p.size());
  double largest = 0, sum = 0;
  for (const float each : p) largest = std::max<double>(largest, each);
  for (size_t c = 0; c < p.size(); ++c) {
    const double ratio = std::max<double>(p[c], 1e-12) / std::max(largest, 1e-12);
    out[c] = std::exp(std::log(ratio) / t);
    sum += out[c];
  }
  for (double& each : out) each /= sum;
}

std::optional<double> LossAt(double t, const Predictions& predictions) {
  std::vector<double> softened;
  double loss = 0, patients = 0;
  for (size_t i = 0; i < predictions.labels.size(); ++i) {
    const int32_t label = predictions.labels[i];
    if (!IsKnown(label, predictions)) continue;
    Soften(Row(predictions, i), t, softened);
    loss -= std::log(std::max(softened[static_cast<size_t>(label)], 1e-300));
    ++patients;
  }
  if (patients == 0) return std::nullopt;
  return loss / patients;
}

}  // namespace

std::optional<double> FitTemperature(const Predictions& predictions) {
  if (!AreSound(predictions) || !LossAt(1, predictions)) return std::nullopt;
  constexpr double kGolden = 0.6180339887498949;
  const auto loss = [&predictions](double log_t) { return *LossAt(std::exp(log_t), predictions); };
  double low = -kLargestLog, high = kLargestLog;
  double left = high - kGolden * (high - low), right = low + kGolden * (high - low);
  double at_left = loss(left), at_right = loss(right);
  while (high - low > 1e-6) {
    if (at_left <= at_right) {
      high = std::exchange(right, left);
      at_right = std::exchange(at_left, loss(left = high - kGolden * (high - low)));
    } else {
      low = std::exchange(left, right);
      at_left = std::exchange(at_right, loss(right = low + kGolden * (high - low)));
    }
  }
  return std::exp((low + high) / 2);
}

std::vector<float> AtTemperature(const Predictions& predictions, double t) {
  std::vector<float> result;
  if (!AreSound(predictions)) return result;
  std::vector<double> softened;
  for (size_t i = 0; i < predictions.labels.size(); ++i) {
    Soften(Row(predictions, i), t, softened);
    for (const double p : softened) result.push_back(static_cast<float>(p));
  }
  return result;
}

}  // namespace consilium::metrics
