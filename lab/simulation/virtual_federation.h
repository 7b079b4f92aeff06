#ifndef CONSILIUM_LAB_SIMULATION_VIRTUAL_FEDERATION_H_
#define CONSILIUM_LAB_SIMULATION_VIRTUAL_FEDERATION_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/status.h"
#include "server/federation/run_record.h"
#include "server/training/learner.h"

namespace consilium::simulation {

struct VirtualSite {
  std::string name;
  std::unique_ptr<training::Learner> learner;
};

struct FederationOutcome {
  federation::RunRecord record;                // as the coordinator would keep it
  std::vector<std::vector<float>> parameters;  // final, by site
  std::vector<double> statistics;              // as agreed
  std::vector<int> training_patients;          // by site
  // By site, what the final model and the plan's baselines say of its held-out patients. Scoring is
  // left to the caller, who may want to pool them.
  // Nothing of a learner without an Evaluation.
  std::vector<std::vector<training::HeldOutPredictions>> held_out;
  uint64_t messages = 0;       // of rounds, between sites
  uint64_t messages_lost = 0;  // of them, on a channel that erases
  uint64_t compositions = 0;   // worked out, with a search for a spanning tree each
};

// A whole federation in this process: the coordinator's Run, each site's Member, and an in-memory
// transport between them: the same protocol and training code as the daemons'. Different sites
// train and take messages on `threads` threads; the result does not depend on how many. On the
// plan's erasure channel the share `loss` of the rounds' messages is lost, drawn from the plan's
// seed. Fails if the run does not finish, with its reason, and if a site's model diverges.
StatusOr<FederationOutcome> RunVirtualFederation(const std::string& plan_text,
                                                 const std::vector<VirtualSite>& sites,
                                                 int threads);

}  // namespace consilium::simulation

#endif  // CONSILIUM_LAB_SIMULATION_VIRTUAL_FEDERATION_H_
