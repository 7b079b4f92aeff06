#ifndef CONSILIUM_LAB_SIMULATION_SIMULATE_H_
#define CONSILIUM_LAB_SIMULATION_SIMULATE_H_

#include <string>
#include <vector>

#include "base/status.h"
#include "lab/simulation/sites.h"
#include "server/data/schema.h"
#include "server/federation/traffic.h"
#include "server/training/model.h"
#include "server/training/report.h"

namespace consilium::simulation {

struct SimulatedSiteResult {
  std::string site;
  int training_patients = 0;
  int held_out_patients = 0;  // over all folds
  int findings = 0;           // cells and rows of its own files that were refused
  std::vector<training::OutcomeScores> outcomes;  // over all folds' held-out patients together
  uint64_t bytes_sent = 0;
  uint64_t bytes_uncompressed = 0;
  federation::Traffic traffic;  // of the last fold
};

struct SimulationResult {
  std::vector<SimulatedSiteResult> sites;
  std::vector<training::OutcomeScores> mean;  // of the sites' scores, over the sites that have one
  std::vector<training::OutcomeScores> pooled;  // of all sites' held-out patients together

  // As `pooled`, of the first outcome for those patients whom the plan's reference speaks of, with
  // the reference as one more model. Empty without one.
  std::vector<training::OutcomeScores> beside_reference;
  int patients_with_reference = 0;
  uint64_t bytes_sent = 0;
  uint64_t bytes_uncompressed = 0;
  uint64_t messages = 0;       // of rounds, between sites, over all folds
  uint64_t messages_lost = 0;  // of them, on the plan's erasure channel
  double seconds = 0;
  std::vector<std::string> model_digests;  // by fold
  training::Model model;                   // the federated one, of the last fold
};

// Runs the plan's federation in this process, fold after fold if the plan asks for cross-validation
// without naming a fold. The result does not depend on `threads`. `plan_text` is what ParsePlan
// read. `start`: the model that its [start] names, or null.
StatusOr<SimulationResult> Simulate(const data::Schema& schema, const std::string& plan_text,
                                    const std::vector<SimulatedSite>& sites, int threads,
                                    const training::Model* start = nullptr);

// Reads the plan at `path` and the files it names, relative to it; then as above.
StatusOr<SimulationResult> SimulatePlanFile(const std::string& path, int threads);

// One JSON object, docs/formats/simulation-report.md.
std::string ToJson(const SimulationResult& result);

}  // namespace consilium::simulation

#endif  // CONSILIUM_LAB_SIMULATION_SIMULATE_H_
