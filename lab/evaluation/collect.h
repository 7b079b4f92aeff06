#ifndef CONSILIUM_LAB_EVALUATION_COLLECT_H_
#define CONSILIUM_LAB_EVALUATION_COLLECT_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/status.h"
#include "lab/simulation/plan_file.h"
#include "server/training/report.h"

namespace consilium::evaluation {

// What is asked of every fold beside the held-out patients as they are: the same patients with
// other answers. Called from any thread.
using AnswersVariant = std::function<data::Cohort(const data::Cohort& held_out)>;

struct CollectOptions {
  federation::Plan plan;  // of the loaded plan, with the seed, folds and training to evaluate
  std::vector<AnswersVariant> variants = {};
  // Applied to each site's training patients. Empty: nothing.
  std::function<data::Cohort(const data::Cohort& train)> training_variant = {};
  int threads = 1;
};

// Everybody held out once, fold after fold, of one seed.
struct CollectedSite {
  std::string name;
  int training_patients = 0;  // of the last fold
  data::Cohort held_out;
  // [0]: as they are; then the variants. [variant][model], patients as in `held_out`.
  std::vector<std::vector<training::HeldOutPredictions>> predictions;
};

using Collected = std::vector<CollectedSite>;

// Trains every fold that the plan asks for, with its baselines. The result does not depend on the
// number of threads.
StatusOr<Collected> Collect(const simulation::LoadedPlan& loaded, const CollectOptions& options);

// One Collected for each, folds of different ones side by side.
StatusOr<std::vector<Collected>> CollectAll(const simulation::LoadedPlan& loaded,
                                            const std::vector<CollectOptions>& all, int threads,
                                            const std::function<void(int done, int all)>& progress);

}  // namespace consilium::evaluation

#endif  // CONSILIUM_LAB_EVALUATION_COLLECT_H_
