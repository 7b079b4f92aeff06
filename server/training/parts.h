#ifndef CONSILIUM_SERVER_TRAINING_PARTS_H_
#define CONSILIUM_SERVER_TRAINING_PARTS_H_

#include <cstdint>

#include "base/status.h"
#include "server/data/cohort.h"
#include "server/data/schema.h"
#include "server/training/options.h"

// One site's patients, cut into those that are trained on, those by which choices are made
// (validation: when to stop, which average of the weights to keep, calibration) and those that only
// the final scores see. Rows of one patient stay together.
namespace consilium::training {

// Moves the patients that the options hold out from `train` to `test`, unless `test` has patients.
// Nobody in a fold that a site with fewer patients than folds does not have. Fails if
// somebody should be held out and there is nobody.
Status SplitHeldOut(const data::Schema& schema, const TrainingOptions& options, uint64_t seed,
                    data::Cohort& train, data::Cohort& test);

// Moves the share options.validation of the patients of `train` into what it returns: at least one
// where there are two or more patients, none if the share is 0.
data::Cohort SplitValidation(const data::Schema& schema, const TrainingOptions& options,
                             uint64_t seed, data::Cohort& train);

}  // namespace consilium::training

#endif  // CONSILIUM_SERVER_TRAINING_PARTS_H_
