#ifndef CONSILIUM_LAB_SIMULATION_FOLD_H_
#define CONSILIUM_LAB_SIMULATION_FOLD_H_

#include <cstdint>
#include <string>
#include <vector>

#include "base/status.h"
#include "lab/simulation/sites.h"
#include "server/federation/run_record.h"
#include "server/training/model.h"
#include "server/training/report.h"

namespace consilium::simulation {

// A federation that has been trained once.
struct TrainedFold {
  federation::RunRecord record;        // as the coordinator would keep it
  std::vector<int> training_patients;  // by site, without those set aside for validation
  // By site, what the final model and the plan's baselines, pooled ones last, say of `test`.
  std::vector<std::vector<training::HeldOutPredictions>> held_out;
  training::Model model;
  uint64_t messages = 0;       // of rounds, between sites
  uint64_t messages_lost = 0;  // of them
};

// Trains on the sites' `train` and predicts their `test`, which HoldOut has set apart. The result
// does not depend on `threads`. `plan_text` is what ParsePlan read; where `plan` differs from it in
// the seed or in how sites train, `plan` holds for the sites' learners. `start`: the model that its
// [start] names, or null.
StatusOr<TrainedFold> TrainFold(const data::Schema& schema, const std::string& plan_text,
                                federation::Plan plan, const std::vector<SimulatedSite>& sites,
                                int threads, const training::Model* start = nullptr);

}  // namespace consilium::simulation

#endif  // CONSILIUM_LAB_SIMULATION_FOLD_H_
