#ifndef CONSILIUM_SERVER_TRAINING_OPTIMISATION_H_
#define CONSILIUM_SERVER_TRAINING_OPTIMISATION_H_

#include <memory>

#include "modules/optim/optimiser.h"
#include "modules/optim/rate.h"
#include "server/training/options.h"

// What a plan says of optimisers and rates, made into these.
namespace consilium::training {

std::unique_ptr<optim::Optimiser> OptimiserOf(const TrainingOptions& options, size_t parameters);

// Over the passes of a run of so many rounds.
optim::RateSchedule RatesOf(const TrainingOptions& options, int rounds);

}  // namespace consilium::training

#endif  // CONSILIUM_SERVER_TRAINING_OPTIMISATION_H_
