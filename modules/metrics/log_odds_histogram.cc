#include "modules/metrics/log_odds_histogram.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "modules/metrics/conformal.h"

namespace consilium::metrics {
namespace {

constexpr double kBinsPerUnit = 10;

}  // namespace

int BinOfLogOdds(double log_odds) {
  const double bin = std::floor(log_odds * kBinsPerUnit) + kLogOddsBins / 2;
  return static_cast<int>(std::clamp(bin, 0.0, kLogOddsBins - 1.0));
}

double MiddleOfBin(int bin) { return (bin - kLogOddsBins / 2 + 0.5) / kBinsPerUnit; }

std::vector<Outcomes> OutcomesOf(std::span<const double> of_class, std::span<const double> others) {
  std::vector<Outcomes> result;
  for (size_t bin = 0; bin < of_class.size(); ++bin) {
    result.push_back({MiddleOfBin(static_cast<int>(bin)), of_class[bin], others[bin]});
  }
  return result;
}

std::optional<double> ConformalFloor(std::span<const double> of_class, double patients,
                                     double coverage) {
  const std::optional<double> below = PatientsBelowFloor(patients, coverage);
  const double counted = std::accumulate(of_class.begin(), of_class.end(), 0.0);
  if (!below || counted < patients) return std::nullopt;
  double seen = 0;
  for (size_t bin = 0; bin < of_class.size(); ++bin) {
    seen += of_class[bin];
    if (seen * patients <= *below * counted) continue;  // the floor is not among these
    if (bin == 0) return std::nullopt;                  // what is there may be as low as you like
    return (static_cast<double>(bin) - kLogOddsBins / 2) / kBinsPerUnit;
  }
  return std::nullopt;
}

}  // namespace consilium::metrics
