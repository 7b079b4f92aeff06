#include "modules/metrics/reliability.h"

#include <algorithm>
#include <cmath>

#include "modules/metrics/decision.h"
#include "modules/metrics/one_against_rest.h"

namespace consilium::metrics {
namespace {

struct Claim {
  double probability = 0;
  bool came_true = false;
};

// Adds up in `predicted` and `observed`; Finish makes means of them.
void Count(const Claim& claim, ReliabilityBin& bin) {
  ++bin.patients;
  bin.predicted += claim.probability;
  bin.observed += claim.came_true ? 1 : 0;
}

std::vector<ReliabilityBin> Finish(std::vector<ReliabilityBin> bins) {
  std::erase_if(bins, [](const ReliabilityBin& bin) { return bin.patients == 0; });
  for (ReliabilityBin& bin : bins) {
    bin.predicted /= bin.patients;
    bin.observed /= bin.patients;
  }
  return bins;
}

std::vector<ReliabilityBin> ByWidth(const std::vector<Claim>& claims, int bins) {
  std::vector<ReliabilityBin> result(static_cast<size_t>(bins));
  for (int b = 0; b < bins; ++b) {
    result[static_cast<size_t>(b)].low = static_cast<double>(b) / bins;
    result[static_cast<size_t>(b)].high = static_cast<double>(b + 1) / bins;
  }
  for (const Claim& claim : claims) {
    const double bin = std::clamp(std::floor(claim.probability * bins), 0.0, bins - 1.0);
    Count(claim, result[static_cast<size_t>(bin)]);
  }
  return Finish(std::move(result));
}

// Groups of equal probability go to the bin their middle belongs to.
std::vector<ReliabilityBin> ByMass(std::vector<Claim> claims, int bins) {
  std::sort(claims.begin(), claims.end(),
            [](const Claim& a, const Claim& b) { return a.probability < b.probability; });
  const auto count = static_cast<double>(claims.size());
  std::vector<ReliabilityBin> result(static_cast<size_t>(bins));
  for (size_t first = 0, end = 0; first < claims.size(); first = end) {
    while (end < claims.size() && claims[end].probability == claims[first].probability) ++end;
    const double middle = static_cast<double>(first + end) / 2;
    const double at = std::clamp(std::floor(middle / count * bins), 0.0, bins - 1.0);
    ReliabilityBin& bin = result[static_cast<size_t>(at)];
    if (bin.patients == 0) bin.low = claims[first].probability;
    bin.high = claims[first].probability;
    for (size_t i = first; i < end; ++i) Count(claims[i], bin);
  }
  return Finish(std::move(result));
}

std::vector<ReliabilityBin> BinsOf(std::vector<Claim> claims, int bins, Binning binning) {
  if (bins < 1) return {};
  return binning == Binning::kEqualWidth ? ByWidth(claims, bins) : ByMass(std::move(claims), bins);
}

}  // namespace

std::vector<ReliabilityBin> DecisionReliability(const Predictions& predictions, int bins,
                                                Binning binning) {
  std::vector<Claim> claims;
  ForEveryDecision(predictions, [&claims](const Decision& decision) {
    claims.push_back({decision.confidence, decision.predicted == decision.label});
  });
  return BinsOf(std::move(claims), bins, binning);
}

std::vector<ReliabilityBin> ClassReliability(const Predictions& predictions, int32_t positive,
                                             int bins, Binning binning) {
  std::vector<Claim> claims;
  for (const Ranked& patient : RankAgainstRest(predictions, positive)) {
    claims.push_back({patient.score, patient.positive});
  }
  return BinsOf(std::move(claims), bins, binning);
}

std::optional<double> CalibrationErrorOf(std::span<const ReliabilityBin> bins) {
  double sum = 0, patients = 0;
  for (const ReliabilityBin& bin : bins) {
    sum += bin.patients * std::fabs(bin.observed - bin.predicted);
    patients += bin.patients;
  }
  if (patients == 0) return std::nullopt;
  return sum / patients;
}

std::optional<double> CalibrationError(const Predictions& predictions, int bins) {
  return CalibrationErrorOf(DecisionReliability(predictions, bins, Binning::kEqualWidth));
}

std::optional<double> EqualMassCalibrationError(const Predictions& predictions, int bins) {
  return CalibrationErrorOf(DecisionReliability(predictions, bins, Binning::kEqualMass));
}

}  // namespace consilium::metrics
