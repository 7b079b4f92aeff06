#include "server/training/optimisation.h"

#include <cmath>

#include "modules/optim/optimisers.h"

namespace consilium::training {

std::unique_ptr<optim::Optimiser> OptimiserOf(const TrainingOptions& options, size_t parameters) {
  const optim::OptimiserSettings settings{options.momentum, options.beta1, options.beta2,
                                          options.epsilon, options.weight_decay};
  return optim::MakeOptimiser(options.optimiser, settings, parameters);
}

optim::RateSchedule RatesOf(const TrainingOptions& options, int rounds) {
  optim::RateSchedule schedule;
  schedule.shape = options.rate;
  schedule.peak = options.learning_rate;
  schedule.floor = options.final_learning_rate;
  schedule.total = int64_t{rounds} * options.local_epochs;
  schedule.warm_up = options.warm_up;
  for (const double share : options.rate_milestones) {
    schedule.milestones.push_back(std::llround(share * static_cast<double>(schedule.total)));
  }
  schedule.factor = options.rate_factor;
  schedule.power = options.rate_power;
  return schedule;
}

}  // namespace consilium::training
