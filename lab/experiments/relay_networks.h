#ifndef CONSILIUM_LAB_EXPERIMENTS_RELAY_NETWORKS_H_
#define CONSILIUM_LAB_EXPERIMENTS_RELAY_NETWORKS_H_

#include <cstdint>
#include <vector>

#include "base/status.h"
#include "lab/experiments/classifier.h"
#include "lab/experiments/experiment.h"
#include "lab/experiments/skewed_training.h"

// RelaySGD and its rivals on a network whose sites have classes of their own
// (docs/papers.md, RelaySum).
namespace consilium::experiments {

struct NetworkPlan {
  int sites = 0;
  Teacher teacher;
  int train = 0, validation = 0, test = 0;
  SkewedTraining training;
  double momentum = 0;  // of the methods with momentum
  std::vector<double> alphas, rates, tuning_seeds;
};

// The keys of the plan that begin with "network_".
NetworkPlan ReadNetworkPlan(ExperimentPlan& read);

Status AddNetworkClaims(ExperimentSetting& setting, const NetworkPlan& plan,
                        ExperimentResult& result);

}  // namespace consilium::experiments

#endif  // CONSILIUM_LAB_EXPERIMENTS_RELAY_NETWORKS_H_
