#ifndef CONSILIUM_LAB_EXPERIMENTS_AIR_TRAINING_H_
#define CONSILIUM_LAB_EXPERIMENTS_AIR_TRAINING_H_

#include <cstdint>

#include "base/status.h"
#include "lab/air/air.h"
#include "lab/air/air_scheme.h"
#include "lab/air/channel.h"
#include "lab/experiments/classifier.h"

// Softmax regression whose only parameter is one matrix, trained by sites that average their
// gradients over the air: what experiments about channels train hundreds of times.
namespace consilium::experiments {

struct AirTraining {
  air::AirSchemeOptions scheme;
  air::AllocationOptions allocation;
  air::ChannelOptions channel;
  int sites = 16;
  int batch = 16;  // of each site in each step
  int steps = 200;
  double rate = 0.1;
  double momentum = 0.9;
};

// Shares of right labels; 0 if training left the finite numbers.
struct AirAccuracy {
  double validation = 0;
  double test = 0;
};

// Every site draws its batches from a part of the training cases of its own. x <- x - rate m,
// m <- momentum m + mean gradient, from 0. Refuses what channel and scheme refuse and fewer cases
// than sites.
StatusOr<AirAccuracy> TrainOverTheAir(const ClassificationTask& task, const AirTraining& how,
                                      uint64_t seed);

}  // namespace consilium::experiments

#endif  // CONSILIUM_LAB_EXPERIMENTS_AIR_TRAINING_H_
