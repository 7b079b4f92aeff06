#include <algorithm>
#include <cmath>
#include <numeric>

#include "modules/metrics/log_odds_histogram.h"
#include "server/training/calibration.h"

namespace consilium::training {
namespace {

constexpr double kEnoughPredictions = 200;
constexpr double kEnoughOfAClass = 20;

// A band's deviation from what was fitted to all numbers of answers.
constexpr double kBandSlopeSd = 0.15;
constexpr double kBandBiasSd = 0.15;

size_t Fitted(const modn::OutcomeShape& outcome) {
  return outcome.classes == 2 ? 1 : static_cast<size_t>(outcome.classes);
}

double Total(std::span<const double> counts) {
  return std::accumulate(counts.begin(), counts.end(), 0.0);
}

void Add(std::span<const double> counts, std::vector<double>& sum) {
  sum.resize(metrics::kLogOddsBins);
  for (size_t bin = 0; bin < counts.size(); ++bin) sum[bin] += counts[bin];
}

std::vector<double> Mirrored(std::vector<double> counts) {
  std::reverse(counts.begin(), counts.end());
  return counts;
}

// The histograms of one outcome.
class OutcomeCounts {
 public:
  OutcomeCounts(std::span<const double> sums, size_t fitted, size_t cells)
      : sums_(sums), fitted_(fitted), cells_(cells) {}

  size_t fitted() const { return fitted_; }

  std::span<const double> OfClass(size_t c, size_t cell) const {
    return At(2 * (c * cells_ + cell));
  }
  std::span<const double> Others(size_t c, size_t cell) const {
    return At(2 * (c * cells_ + cell) + 1);
  }
  double Predictions(size_t cell) const { return Total(OfClass(0, cell)) + Total(Others(0, cell)); }

 private:
  std::span<const double> At(size_t histogram) const {
    return sums_.subspan(histogram * metrics::kLogOddsBins, metrics::kLogOddsBins);
  }

  std::span<const double> sums_;
  size_t fitted_;
  size_t cells_;
};

// Cells [first, end) of one outcome taken together.
struct Pool {
  size_t first = 0;
  size_t end = 0;
};

struct PooledClass {
  std::vector<double> of_class, others;
  double most_of_class = 0, most_others = 0;  // in one cell: distinct patients

  // Who is counted in several cells weighs as one patient.
  std::vector<metrics::Outcomes> Weighed() const {
    std::vector<metrics::Outcomes> groups = metrics::OutcomesOf(of_class, others);
    const double all = Total(of_class) + Total(others);
    for (metrics::Outcomes& group : groups) {
      group.of_class *= (most_of_class + most_others) / std::max(all, 1.0);
      group.others *= (most_of_class + most_others) / std::max(all, 1.0);
    }
    return groups;
  }
};

PooledClass Together(const OutcomeCounts& counts, size_t c, const Pool& pool) {
  PooledClass pooled;
  pooled.of_class.resize(metrics::kLogOddsBins);
  pooled.others.resize(metrics::kLogOddsBins);
  for (size_t cell = pool.first; cell < pool.end; ++cell) {
    Add(counts.OfClass(c, cell), pooled.of_class);
    Add(counts.Others(c, cell), pooled.others);
    pooled.most_of_class = std::max(pooled.most_of_class, Total(counts.OfClass(c, cell)));
    pooled.most_others = std::max(pooled.most_others, Total(counts.Others(c, cell)));
  }
  return pooled;
}

bool IsEnough(const OutcomeCounts& counts, const Pool& pool, const Pool& everything) {
  double predictions = 0;
  for (size_t cell = pool.first; cell < pool.end; ++cell) predictions += counts.Predictions(cell);
  if (predictions < kEnoughPredictions) return false;
  for (size_t c = 0; c < counts.fitted(); ++c) {
    const PooledClass here = Together(counts, c, pool), all = Together(counts, c, everything);
    if (Total(all.of_class) > 0 && Total(here.of_class) < kEnoughOfAClass) return false;
    if (Total(all.others) > 0 && Total(here.others) < kEnoughOfAClass) return false;
  }
  return true;
}

// From the most answers down; what is left over at few answers joins the band above it.
std::vector<Pool> PoolCells(const OutcomeCounts& counts, size_t cells) {
  std::vector<Pool> pools;
  Pool open{cells, cells};
  for (size_t cell = cells; cell-- > 0;) {
    open.first = cell;
    if (!IsEnough(counts, open, {0, cells})) continue;
    pools.insert(pools.begin(), open);
    open.end = cell;
  }
  if (open.first == open.end) return pools;
  if (pools.empty()) return {open};
  pools.front().first = 0;
  return pools;
}

CalibrationBand FitBand(const OutcomeCounts& counts, const Pool& pool, int from, double coverage,
                        std::span<const metrics::Recalibration> overall) {
  CalibrationBand band;
  band.from = from;
  for (size_t c = 0; c < counts.fitted(); ++c) {
    const PooledClass pooled = Together(counts, c, pool);
    band.recalibrations.push_back(
        metrics::FitRecalibration(metrics::OutcomesOf(pooled.of_class, pooled.others),
                                  {overall[c], kBandSlopeSd, kBandBiasSd}));
    if (counts.fitted() == 1) {
      band.floors.push_back(
          metrics::ConformalFloor(Mirrored(pooled.others), pooled.most_others, coverage));
    }
    band.floors.push_back(metrics::ConformalFloor(pooled.of_class, pooled.most_of_class, coverage));
  }
  for (size_t cell = pool.first; cell < pool.end; ++cell) {
    band.patients =
        std::max(band.patients, static_cast<int>(std::lround(counts.Predictions(cell))));
  }
  return band;
}

std::vector<CalibrationBand> FitOutcome(const OutcomeCounts& counts, const std::vector<int>& cells,
                                        double coverage) {
  const Pool everything{0, cells.size()};
  std::vector<metrics::Recalibration> overall;
  double seen = 0;
  for (size_t c = 0; c < counts.fitted(); ++c) {
    const PooledClass pooled = Together(counts, c, everything);
    seen += Total(pooled.of_class) + Total(pooled.others);
    overall.push_back(metrics::FitRecalibration(pooled.Weighed()));
  }
  std::vector<CalibrationBand> bands;
  if (seen == 0) return bands;
  for (const Pool& pool : PoolCells(counts, cells.size())) {
    bands.push_back(FitBand(counts, pool, cells[pool.first], coverage, overall));
  }
  return bands;
}

// Counts that lost a last bit on the way are whole again. Others stay: the deadline passed while a
// site's were awaited, and the others' stand for them.
std::vector<double> Whole(std::span<const double> sums) {
  std::vector<double> counts(sums.begin(), sums.end());
  for (double& count : counts) {
    const double nearest = std::round(count);
    if (std::fabs(count - nearest) < 1e-6) count = nearest;
  }
  return counts;
}

}  // namespace

size_t CalibrationSumsSize(const modn::Architecture& architecture) {
  const size_t cells = AnswerCells(static_cast<int>(architecture.features.size())).size();
  size_t size = 0;
  for (const modn::OutcomeShape& outcome : architecture.outcomes) {
    size += Fitted(outcome) * cells * 2 * metrics::kLogOddsBins;
  }
  return size;
}

StatusOr<Calibration> FitCalibration(const modn::Architecture& architecture, double coverage,
                                     std::span<const double> sums) {
  if (sums.size() != CalibrationSumsSize(architecture)) {
    return InvalidArgument("{} sums to calibrate by, expected {}", sums.size(),
                           CalibrationSumsSize(architecture));
  }
  const auto is_count = [](double count) { return std::isfinite(count) && count >= 0; };
  if (!std::ranges::all_of(sums, is_count)) {
    return InvalidArgument("sums to calibrate by that are no counts of patients");
  }
  const std::vector<double> counts = Whole(sums);
  sums = counts;
  const std::vector<int> cells = AnswerCells(static_cast<int>(architecture.features.size()));
  Calibration calibration;
  calibration.coverage = coverage;
  for (const modn::OutcomeShape& outcome : architecture.outcomes) {
    const size_t size = Fitted(outcome) * cells.size() * 2 * metrics::kLogOddsBins;
    const OutcomeCounts of_outcome(sums.first(size), Fitted(outcome), cells.size());
    calibration.outcomes.push_back(FitOutcome(of_outcome, cells, coverage));
    sums = sums.subspan(size);
  }
  return calibration;
}

}  // namespace consilium::training
