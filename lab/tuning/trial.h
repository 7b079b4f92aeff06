#ifndef CONSILIUM_LAB_TUNING_TRIAL_H_
#define CONSILIUM_LAB_TUNING_TRIAL_H_

#include <string>
#include <vector>

#include "base/status.h"
#include "lab/simulation/sites.h"
#include "server/data/schema.h"
#include "server/federation/plan.h"
#include "server/training/report.h"

namespace consilium::tuning {

// What trials train on. Borrows for as long as it is used.
struct TuningCase {
  const data::Schema& schema;
  const federation::Plan& plan;  // with [evaluation] validation above 0
  const std::string& plan_text;  // what the plan was read from
  const std::vector<simulation::SimulatedSite>& sites;
};

// One training with settings drawn at random, and how good it was: means over outcomes of scores of
// all sites' patients together.
struct TrialRecord {
  std::string search;  // SearchSpace::name
  int number = 0;      // of the trial in its search, from 0
  optim::Configuration drawn;
  training::Scores validation;
  training::Scores test;
  double seconds = 0;
  std::string diverged;  // why there are no scores; empty: there are
};

// Trains the plan with what trial `number` of the search draws. The same arguments give the same
// scores. A training that leaves the finite numbers is a record that says so, not an error.
StatusOr<TrialRecord> RunTrial(const TuningCase& tuning, const optim::SearchSpace& space,
                               int number);

// NaN where it is undefined.
double ScoreOf(const training::Scores& scores, training::TuneScore score);

}  // namespace consilium::tuning

#endif  // CONSILIUM_LAB_TUNING_TRIAL_H_
