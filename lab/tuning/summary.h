#ifndef CONSILIUM_LAB_TUNING_SUMMARY_H_
#define CONSILIUM_LAB_TUNING_SUMMARY_H_

#include <optional>
#include <string>
#include <vector>

#include "lab/tuning/trial.h"
#include "modules/metrics/tunability.h"

namespace consilium::tuning {

// How one search went.
struct SearchSummary {
  std::string name;
  int trials = 0;
  int diverged = 0;
  std::optional<TrialRecord> best;  // by validation; none if all diverged
  std::vector<double> curve;        // expected test score of the incumbent, by budget; exact
  metrics::IncumbentBand band;      // the same by bootstrap, with 5th and 95th percentile
  metrics::Tunability tunability;
};

// What all trials together say. A diverged trial counts as `goal.worst`.
struct TuneSummary {
  training::TuneScore score = training::TuneScore::kLoss;
  metrics::Goal goal;
  std::vector<SearchSummary> searches;
  std::vector<int> budgets;              // 1, 2, 4, ... and all trials
  std::vector<std::vector<double>> win;  // [budget][search]: probability of the best model
  int recommended = -1;                  // search of the best trial by validation; -1: none
};

// `records` as RunTrials returns them.
TuneSummary Summarise(const TuningCase& tuning, const std::vector<TrialRecord>& records);

// docs/formats/tune-report.md.
std::string ToJson(const TuneSummary& summary, const std::vector<TrialRecord>& records);

// One self-contained page with plots.
std::string ToHtml(const TuneSummary& summary, const TuningCase& tuning);

// "adam, rate 0.0021, beta1 0.9, ...": what differs between trials of an optimiser.
std::string Describe(const optim::Configuration& drawn);

}  // namespace consilium::tuning

#endif  // CONSILIUM_LAB_TUNING_SUMMARY_H_
