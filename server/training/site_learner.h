#ifndef CONSILIUM_SERVER_TRAINING_SITE_LEARNER_H_
#define CONSILIUM_SERVER_TRAINING_SITE_LEARNER_H_

#include <cstdint>
#include <memory>

#include "base/status.h"
#include "server/data/cohort.h"
#include "server/data/schema.h"
#include "server/training/learner.h"
#include "server/training/model.h"
#include "server/training/options.h"

namespace consilium::training {

// The learner of the product: MoDN on a site's patients. It has every part, but for a selection or
// a calibration that the options ask nothing of.
// `test` without patients: held-out patients are split off `train` as the options say, and so are
// those for validation in any case. `start`: the model that the plan's [start] names, or null;
// needed for the call only.
StatusOr<std::unique_ptr<Learner>> MakeSiteLearner(const data::Schema& schema,
                                                   const TrainingOptions& options, uint64_t seed,
                                                   int rounds, data::Cohort train,
                                                   data::Cohort test, const Model* start = nullptr);

}  // namespace consilium::training

#endif  // CONSILIUM_SERVER_TRAINING_SITE_LEARNER_H_
