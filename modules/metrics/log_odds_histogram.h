#ifndef CONSILIUM_MODULES_METRICS_LOG_ODDS_HISTOGRAM_H_
#define CONSILIUM_MODULES_METRICS_LOG_ODDS_HISTOGRAM_H_

#include <optional>
#include <span>
#include <vector>

#include "modules/metrics/recalibration.h"

// Predicted log-odds counted in bins of a tenth from -12.8 to 12.8: all that a recalibration and a
// conformal threshold need of the patients, in a form that sites can add up.
namespace consilium::metrics {

inline constexpr int kLogOddsBins = 256;

// Those beyond the ends count in the first and last bin.
int BinOfLogOdds(double log_odds);
double MiddleOfBin(int bin);

// The histograms, of kLogOddsBins counts each, of patients of the class and of the others.
std::vector<Outcomes> OutcomesOf(std::span<const double> of_class, std::span<const double> others);

// The log-odds from which a class belongs to the conformal set, so that of `patients` exchangeable
// patients of the class, with these counts, and one more the last is covered with probability at
// least `coverage`: the lower edge of the bin of the right order statistic, so a little generous.
// The counts may sum to more than `patients` where one is counted several times; the rank is then
// taken from the share. Nothing: too few patients to exclude the class at all.
std::optional<double> ConformalFloor(std::span<const double> of_class, double patients,
                                     double coverage);

}  // namespace consilium::metrics

#endif  // CONSILIUM_MODULES_METRICS_LOG_ODDS_HISTOGRAM_H_
