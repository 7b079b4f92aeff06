#include "modules/metrics/recalibration.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/portable_math.h"
#include "modules/metrics/decision.h"

namespace consilium::metrics {
namespace {

constexpr double kLeastSlope = 0.05, kLargestSlope = 20;

double Logistic(double x) {
  const double e = PortableExp(-std::fabs(x));
  return x >= 0 ? 1 / (1 + e) : e / (1 + e);
}

// ln(1 + exp(x))
double Softplus(double x) { return std::max(x, 0.0) + PortableLog(1 + PortableExp(-std::fabs(x))); }

double Squared(double x) { return x * x; }

// The penalised negative log-likelihood with its gradient and Hessian at one point.
struct Landscape {
  double loss = 0;
  double d_slope = 0, d_bias = 0;
  double h_slope = 0, h_both = 0, h_bias = 0;
};

Landscape Survey(const Recalibration& at, std::span<const Outcomes> patients,
                 const RecalibrationPrior& prior) {
  const double slope_weight = 1 / Squared(prior.slope_sd), bias_weight = 1 / Squared(prior.bias_sd);
  const double slope_off = at.slope - prior.centre.slope, bias_off = at.bias - prior.centre.bias;
  Landscape here;
  here.loss = (slope_weight * Squared(slope_off) + bias_weight * Squared(bias_off)) / 2;
  here.d_slope = slope_weight * slope_off;
  here.d_bias = bias_weight * bias_off;
  here.h_slope = slope_weight;
  here.h_bias = bias_weight;
  for (const Outcomes& group : patients) {
    const double count = group.of_class + group.others;
    if (count == 0) continue;
    const double x = at.slope * group.log_odds + at.bias, p = Logistic(x);
    here.loss += group.of_class * Softplus(-x) + group.others * Softplus(x);
    const double excess = count * p - group.of_class, curvature = count * p * (1 - p);
    here.d_slope += excess * group.log_odds;
    here.d_bias += excess;
    here.h_slope += curvature * Squared(group.log_odds);
    here.h_both += curvature * group.log_odds;
    here.h_bias += curvature;
  }
  return here;
}

// The step to where the gradient would vanish; of the bias alone while the slope is held.
Recalibration NewtonStep(const Landscape& here, bool slope_held) {
  if (slope_held) return {0, -here.d_bias / here.h_bias};
  const double determinant = here.h_slope * here.h_bias - Squared(here.h_both);
  return {-(here.h_bias * here.d_slope - here.h_both * here.d_bias) / determinant,
          -(here.h_slope * here.d_bias - here.h_both * here.d_slope) / determinant};
}

Recalibration Minimise(Recalibration at, bool slope_held, std::span<const Outcomes> patients,
                       const RecalibrationPrior& prior) {
  Landscape here = Survey(at, patients, prior);
  for (int iteration = 0; iteration < 100; ++iteration) {
    const Recalibration step = NewtonStep(here, slope_held);
    double share = 1;
    for (; share > 1e-6; share /= 2) {
      const Recalibration next{at.slope + share * step.slope, at.bias + share * step.bias};
      const Landscape there = Survey(next, patients, prior);
      if (there.loss >= here.loss) continue;
      at = next;
      here = there;
      break;
    }
    const bool moved = share > 1e-6;
    if (!moved || std::fabs(step.slope) + std::fabs(step.bias) < 1e-10) break;
  }
  return at;
}

}  // namespace

double Recalibration::Probability(double log_odds) const {
  return Logistic(slope * log_odds + bias);
}

Recalibration FitRecalibration(std::span<const Outcomes> patients,
                               const RecalibrationPrior& prior) {
  double of_class = 0, others = 0;
  for (const Outcomes& group : patients) {
    of_class += group.of_class;
    others += group.others;
  }
  if (!(of_class > 0 && others > 0)) return prior.centre;
  const Recalibration best = Minimise(prior.centre, false, patients, prior);
  const double slope = std::clamp(best.slope, kLeastSlope, kLargestSlope);
  if (slope == best.slope) return best;
  return Minimise({slope, best.bias}, true, patients, prior);
}

double LogOdds(float probability, float rest) {
  constexpr float kLeast = std::numeric_limits<float>::min();
  return std::log(std::max(probability, kLeast) / std::max(rest, kLeast));
}

double LogOdds(std::span<const float> probabilities, size_t of_class) {
  float rest = 0;
  for (size_t c = 0; c < probabilities.size(); ++c) rest += c == of_class ? 0 : probabilities[c];
  return LogOdds(probabilities[of_class], rest);
}

std::vector<Recalibration> FitRecalibrations(const Predictions& predictions,
                                             const RecalibrationPrior& prior) {
  const auto classes = static_cast<size_t>(std::max(predictions.classes, 0));
  std::vector<Recalibration> by_class;
  for (size_t c = classes == 2 ? 1 : 0; c < classes; ++c) {
    std::vector<Outcomes> patients;
    for (size_t i = 0; AreSound(predictions) && i < predictions.labels.size(); ++i) {
      const int32_t label = predictions.labels[i];
      if (!IsKnown(label, predictions)) continue;
      const double of_class = static_cast<size_t>(label) == c ? 1 : 0;
      patients.push_back({LogOdds(Row(predictions, i), c), of_class, 1 - of_class});
    }
    by_class.push_back(FitRecalibration(patients, prior));
  }
  return by_class;
}

void Recalibrate(std::span<const Recalibration> by_class, std::span<float> probabilities) {
  if (probabilities.size() == 2 && by_class.size() == 1) {
    const double p = by_class[0].Probability(LogOdds(probabilities, 1));
    probabilities[0] = static_cast<float>(1 - p);
    probabilities[1] = static_cast<float>(p);
    return;
  }
  if (by_class.size() != probabilities.size()) return;
  float before = 0, sum = 0;  // of the classes done: as they were, and as they are
  for (size_t c = 0; c < probabilities.size(); ++c) {
    float rest = before;
    for (const float later : probabilities.subspan(c + 1)) rest += later;
    before += probabilities[c];
    probabilities[c] = static_cast<float>(by_class[c].Probability(LogOdds(probabilities[c], rest)));
    sum += probabilities[c];
  }
  constexpr float kLeast = std::numeric_limits<float>::min();
  for (float& p : probabilities) p /= std::max(sum, kLeast);
}

}  // namespace consilium::metrics
