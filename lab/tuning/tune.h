#ifndef CONSILIUM_LAB_TUNING_TUNE_H_
#define CONSILIUM_LAB_TUNING_TUNE_H_

#include <functional>
#include <string>
#include <vector>

#include "base/status.h"
#include "lab/tuning/journal.h"
#include "lab/tuning/trial.h"

namespace consilium::tuning {

// Runs the trials of all the plan's searches that the journal does not have, on `threads` threads,
// and returns all of them, search by search in the order of their numbers. What comes out does not
// depend on the threads nor on interruptions, but for the seconds. `progress` is called after each
// trial, one call at a time.
StatusOr<std::vector<TrialRecord>> RunTrials(
    const TuningCase& tuning, Journal& journal, int threads,
    const std::function<void(int done, int all, const TrialRecord&)>& progress = {});

// What patients are set aside for validation where the plan says nothing.
inline constexpr double kTuneValidation = 0.2;

// A plan's file with all that it names.
struct TuningFiles {
  std::string text;
  federation::Plan plan;
  data::Schema schema;
  std::vector<simulation::SimulatedSite> sites;

  TuningCase Case() const { return {schema, plan, text, sites}; }
};
StatusOr<TuningFiles> LoadTuningFiles(const std::string& path);

}  // namespace consilium::tuning

#endif  // CONSILIUM_LAB_TUNING_TUNE_H_
