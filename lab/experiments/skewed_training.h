#ifndef CONSILIUM_LAB_EXPERIMENTS_SKEWED_TRAINING_H_
#define CONSILIUM_LAB_EXPERIMENTS_SKEWED_TRAINING_H_

#include <cstdint>
#include <vector>

#include "base/status.h"
#include "lab/experiments/classifier.h"
#include "modules/schedule/make_exchange.h"

namespace consilium::experiments {

// A network that sites train together, each on the classes it has (label_skew.h), with an exchange
// after every step. The learning rate rises over the first 2.5 % of the steps and falls to a tenth
// at 75 % and again at 90 %, as RelaySGD's authors have it (docs/papers.md, RelaySum).
struct SkewedTraining {
  std::vector<int> hidden = {32};
  double alpha = 0.01;
  int batch = 16;  // of each site in each step
  int steps = 400;
  double rate = 0.1;
  double momentum = 0;  // Nesterov's, of each site by itself
};

// Share of right labels of the site that has the fewest, each site's being the mean over five looks
// in the last 2.5 % of the steps; 0 if training left the finite numbers.
struct SkewedScore {
  double validation = 0, test = 0;
};

// `exchange` says schedule, graph and what belongs to them; shape and weights are set here.
StatusOr<SkewedScore> TrainSkewed(const ClassificationTask& task,
                                  schedule::ExchangeOptions exchange, const SkewedTraining& how,
                                  uint64_t seed);

}  // namespace consilium::experiments

#endif  // CONSILIUM_LAB_EXPERIMENTS_SKEWED_TRAINING_H_
