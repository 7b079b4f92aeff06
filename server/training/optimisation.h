#ifndef CONSILIUM_SERVER_TRAINING_OPTIMISATION_H_
#define CONSILIUM_SERVER_TRAINING_OPTIMISATION_H_

#include <memory>

#include "modules/optim/clip.h"
#include "modules/optim/optimiser.h"
#include "modules/optim/rate.h"
#include "server/training/options.h"

namespace consilium {
class TomlTable;
}  // namespace consilium

// What a plan says of optimisers and rates, and what that means.
namespace consilium::training {

// The keys of [training] that say how steps are taken, and the [ema] table. The latter wants
// [evaluation] read before: averages are selected by validation patients.
void ReadOptimisation(TomlTable& training, TrainingOptions& options);
void ReadEma(TomlTable& ema, TrainingOptions& options);

std::unique_ptr<optim::Optimiser> OptimiserOf(const TrainingOptions& options, size_t parameters);

// Over the passes of a run of so many rounds.
optim::RateSchedule RatesOf(const TrainingOptions& options, int rounds);

optim::ClipScope ClipScopeOf(const TrainingOptions& options);

}  // namespace consilium::training

#endif  // CONSILIUM_SERVER_TRAINING_OPTIMISATION_H_
